package dev.hush.provider.libsecret;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the session bus: calls of methods, one after the other, and their answers.
 *
 * <p>This is the little of D-Bus that reading secrets takes. dbus-java is not used because it would
 * add a fifth to the agent's jar, logs by SLF4J, which would find the application's, and reads with
 * threads of its own.
 *
 * <p>The time for all of it is limited from the beginning, an interrupt ends it too, and no message
 * is larger than {@link Message#LARGEST}. Once something went wrong with the connection, every
 * further call ends with that.
 *
 * <p>Not thread-safe.
 */
final class BusConnection implements Closeable {

  private static final int LONGEST_LINE = 1024;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Duration timeLimit;
  private final long end;
  private final String name;
  private final ByteBuffer in = ByteBuffer.allocate(8 << 10).flip();
  private int serial;
  private boolean isIntroduced;
  private @Nullable SecretUnavailableException failure;

  private BusConnection(
      SocketChannel channel, Selector selector, Path socket, Duration timeLimit, long end)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.key = channel.register(selector, 0);
    this.timeLimit = timeLimit;
    this.end = end;
    this.name = "the session bus at " + SafeText.printable(socket.toString());
  }

  /**
   * Connects and says who we are.
   *
   * @param sockets tried in their order, until one takes the connection
   * @param timeLimit until the last answer
   * @throws SecretUnavailableException if that does not work
   */
  static BusConnection open(List<Path> sockets, Duration timeLimit) {
    long end = System.nanoTime() + timeLimit.toNanos();
    List<String> problems = new ArrayList<>();
    for (Path socket : sockets) {
      try {
        BusConnection connection = made(socket, timeLimit, end);
        try {
          connection.connect(socket);
          connection.introduce();
          return connection;
        } catch (InterruptedIOException | ClosedByInterruptException e) {
          connection.close();
          throw connection.failed(e);
        } catch (IOException | RuntimeException e) {
          connection.close();
          throw e;
        }
      } catch (IOException | UnsupportedOperationException e) {
        problems.add(
            SafeText.printable(socket.toString())
                + (Files.exists(socket) ? " takes no connections" : " is not there"));
      }
    }
    throw SecretUnavailableException.identityRefused(
        "there is no session bus: " + String.join(", ", problems),
        "start from the desktop's session, or under dbus-run-session");
  }

  /** One that can be closed, and is not yet connected. */
  private static BusConnection made(Path socket, Duration timeLimit, long end) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      return new BusConnection(channel, Selector.open(), socket, timeLimit, end);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void connect(Path socket) throws IOException {
    // A path that is too long for a socket is told here.
    if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
      do {
        await(SelectionKey.OP_CONNECT);
      } while (!channel.finishConnect());
    }
  }

  /**
   * Authenticates by the credentials that the kernel gives with the socket, and takes a name. The
   * user's number is left to the bus to find out: Java does not know it, and in a container it may
   * be another one outside.
   *
   * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol">D-Bus
   *     specification, Authentication Protocol</a>
   */
  private void introduce() {
    try {
      write("\0AUTH EXTERNAL\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = line();
      if (answer.equals("DATA") || answer.startsWith("DATA ")) {
        write("DATA\r\n".getBytes(StandardCharsets.US_ASCII));
        answer = line();
      }
      if (answer.startsWith("REJECTED") || answer.startsWith("ERROR")) {
        throw SecretUnavailableException.identityRefused(
            name + " does not accept the user of this process", "run it as the user of the bus");
      }
      if (!answer.startsWith("OK")) {
        throw new MalformedMessageException("begins as no answer does");
      }
      write("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      call(
          new MethodCall(
              "org.freedesktop.DBus",
              "/org/freedesktop/DBus",
              "org.freedesktop.DBus",
              "Hello",
              "",
              new MessageWriter(),
              "s"));
    } catch (BusErrorException refused) {
      throw SecretUnavailableException.identityRefused(
          name + " lets nobody in: " + refused.shown(), "see its limits");
    }
    isIntroduced = true;
  }

  /** What messages call it. */
  String name() {
    return name;
  }

  /**
   * Calls a method and waits for its answer.
   *
   * @return the values of the answer, of the types that the call names
   * @throws BusErrorException if the answer is an error
   * @throws SecretUnavailableException if there is no answer in time, or none that makes sense
   */
  MessageReader call(MethodCall call) throws BusErrorException {
    if (failure != null) {
      throw failure;
    }
    try {
      serial++;
      write(call.message(serial));
      Message message = read();
      // Others are signals, calls of ours, and answers that nobody waits for.
      while (message.replySerial() != serial
          || (message.type() != Message.RETURN && message.type() != Message.ERROR)) {
        message = read();
      }
      if (message.type() == Message.ERROR) {
        throw new BusErrorException(message.errorName());
      }
      if (!message.signature().equals(call.answer())) {
        throw new MalformedMessageException("has other values than " + call.method() + " answers");
      }
      return message.body();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Why the connection is of no use any more. */
  SecretUnavailableException failed(IOException e) {
    SecretUnavailableException reason;
    if (e instanceof MalformedMessageException) {
      reason =
          new SecretUnavailableException(
              "a message from " + name + " " + e.getMessage(), "see what listens there");
    } else if (Thread.currentThread().isInterrupted()) {
      reason = new SecretUnavailableException("interrupted while reading from " + name, "");
    } else if (e instanceof InterruptedIOException) {
      reason =
          new SecretUnavailableException(
              name + " gave no answer within " + timeLimit.toMillis() / 1000.0 + " seconds",
              "see whether the keyring waits for somebody at the screen");
    } else if (isIntroduced) {
      reason =
          SecretUnavailableException.temporary(
              name + " closed the connection", "try again", Duration.ZERO);
    } else {
      // What the reference implementation does with other users, after it has authenticated them.
      reason =
          SecretUnavailableException.identityRefused(
              name + " closed the connection at once", "run it as the user of the bus");
    }
    failure = reason;
    return reason;
  }

  private Message read() throws IOException {
    byte[] beginning = take(Message.BEGINNING);
    byte[] rest = take(Message.rest(beginning));
    ByteBuffer all = ByteBuffer.allocate(beginning.length + rest.length);
    return Message.read(all.put(beginning).put(rest).array());
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (line.size() < LONGEST_LINE) {
      byte next = take(1)[0];
      if (next == '\n') {
        return line.toString(StandardCharsets.US_ASCII).stripTrailing();
      }
      line.write(next);
    }
    throw new MalformedMessageException("has a line without an end");
  }

  private byte[] take(int length) throws IOException {
    byte[] taken = new byte[length];
    int done = 0;
    while (done < length) {
      if (!in.hasRemaining()) {
        fill();
      }
      int part = Math.min(length - done, in.remaining());
      in.get(taken, done, part);
      done += part;
    }
    return taken;
  }

  private void fill() throws IOException {
    int read;
    in.clear();
    do {
      await(SelectionKey.OP_READ);
      read = channel.read(in);
    } while (read == 0);
    in.flip();
    if (read < 0) {
      throw new EOFException();
    }
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      await(SelectionKey.OP_WRITE);
      channel.write(out);
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    do {
      long left = end - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException();
      }
      selector.selectedKeys().clear();
      selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    } while (!selector.selectedKeys().contains(key));
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException ignored) {
      // Nothing is lost with it.
    }
  }
}

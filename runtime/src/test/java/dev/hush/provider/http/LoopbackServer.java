package dev.hush.provider.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that answers what a test says, to the byte, so that it can be a manager, and
 * break as one does.
 */
public final class LoopbackServer implements AutoCloseable {

  /** What was asked. */
  public record Asked(String method, String path, Map<String, String> headers, String body) {

    /** A header by its name in lower case. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Writes an answer. */
  public interface Behaviour {
    void answer(Asked asked, OutputStream out, Socket socket)
        throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Thread accepting = daemon(this::accept);
  private volatile Behaviour behaviour;

  private LoopbackServer(ServerSocket socket, Behaviour behaviour) {
    this.socket = socket;
    this.behaviour = behaviour;
    accepting.start();
  }

  /** A server without encryption. */
  public static LoopbackServer start(Behaviour behaviour) {
    return start(null, behaviour);
  }

  /**
   * @param encryption null for none
   */
  public static LoopbackServer start(
      javax.net.ssl.@Nullable SSLServerSocketFactory encryption, Behaviour behaviour) {
    try {
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      ServerSocket socket =
          encryption == null
              ? new ServerSocket(0, 50, loopback)
              : encryption.createServerSocket(0, 50, loopback);
      return new LoopbackServer(socket, behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "loopback-server");
    thread.setDaemon(true);
    return thread;
  }

  /** Lets it answer otherwise from now on. */
  public void behave(Behaviour other) {
    behaviour = other;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Everything that was asked so far. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(true);
        open.add(connection);
        daemon(() -> serve(connection)).start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (Asked next; (next = read(in)) != null; ) {
        asked.add(next);
        behaviour.answer(next, connection.getOutputStream(), connection);
      }
    } catch (IOException theOtherSideLeft) {
      // Or the test is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Asked read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line; (line = line(in)) != null && !line.isEmpty(); ) {
      int colon = line.indexOf(':');
      // What stands there several times is on several lines.
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (before, another) -> before + "\n" + another);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    String[] words = first.split(" ");
    return new Asked(words[0], words[1], headers, body);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next; (next = in.read()) != '\n'; line.write(next)) {
      if (next < 0) {
        return null;
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** A whole answer of JSON. */
  public static void json(OutputStream out, int status, String body) throws IOException {
    answer(out, status, Map.of("Content-Type", "application/json"), body);
  }

  /** A whole answer. */
  public static void answer(OutputStream out, int status, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    whole.writeBytes(bytes);
    out.write(whole.toByteArray());
    out.flush();
  }

  @Override
  public void close() {
    try {
      socket.close();
      // Connections are taken for as long as a thread still waits for one.
      accepting.join();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

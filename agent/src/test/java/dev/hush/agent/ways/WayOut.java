package dev.hush.agent.ways;

import dev.hush.Secret;
import dev.hush.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs one of the programs with a secret, in a function's scope, whether there is an agent or not.
 */
public final class WayOut {

  private WayOut() {}

  /**
   * @param arguments class and method; more methods run in the same JVM after it, and what each
   *     wrote is put into a folder of its name
   */
  public static void main(String[] arguments) throws Throwable {
    String value =
        Secrets.call(List.of(Secret.fromAddress("env:TOKEN")), () -> Secrets.getenv("TOKEN"));
    Class<?> program = Class.forName(WayOut.class.getPackageName() + "." + arguments[0]);
    for (String method : List.of(arguments).subList(1, arguments.length)) {
      try {
        program.getMethod(method, String.class).invoke(null, value);
      } catch (java.lang.reflect.InvocationTargetException thrown) {
        throw thrown.getCause();
      }
      if (arguments.length > 2) {
        System.out.println("end of " + method);
        moveFiles(Files.createDirectory(Path.of(method)));
      }
    }
  }

  private static void moveFiles(Path target) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of(""), "*.{log,json,bin,xml}")) {
      for (Path file : files) {
        Files.move(file, target.resolve(file.getFileName()));
      }
    }
  }

  /** A line that says a value in every spelling that is likely to be logged. */
  public static String line(String value) {
    return "before " + String.join(" ", spellings(value)) + " after";
  }

  /** A value as it is and as others write it. */
  public static List<String> spellings(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return List.of(
        value,
        Base64.getEncoder().encodeToString(bytes),
        URLEncoder.encode(value, StandardCharsets.UTF_8),
        HexFormat.of().formatHex(bytes),
        value.replace("\"", "\\\""),
        value
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;"));
  }

  /** What a program needs to be reached: writes all that one client sends to a file. */
  static final class Receiver implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CompletableFuture<Void> end = CompletableFuture.runAsync(this::receive);

    Receiver() throws IOException {}

    String host() {
      return server.getInetAddress().getHostAddress();
    }

    int port() {
      return server.getLocalPort();
    }

    private void receive() {
      try (Socket client = server.accept();
          InputStream in = client.getInputStream()) {
        byte[] bytes = new byte[8192];
        for (int length; (length = in.read(bytes)) >= 0; ) {
          synchronized (received) {
            received.write(bytes, 0, length);
            received.notifyAll();
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    /** For clients that drop what they have not sent when they are closed. */
    void await(String text) throws InterruptedException {
      synchronized (received) {
        while (!received.toString(StandardCharsets.ISO_8859_1).contains(text)) {
          received.wait();
        }
      }
    }

    /** After the client has closed its side. */
    @Override
    public void close() throws IOException {
      end.join();
      server.close();
      Files.write(Path.of("received.bin"), received.toByteArray());
    }
  }
}

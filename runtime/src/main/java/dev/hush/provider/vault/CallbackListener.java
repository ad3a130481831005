package dev.hush.provider.vault;

import dev.hush.SecretUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser comes back to from a login: {@code http://localhost:PORT/oidc/callback}, on
 * loopback only.
 *
 * <p>One thread serves all connections, because browsers open some of which they make no use, and
 * none of them may keep the one that matters waiting. The first request that has the state of the
 * login is its answer; all others, whoever sends them, are turned away and change nothing. Nothing
 * of a request is ever shown: neither in a page nor in an error.
 */
final class CallbackListener implements AutoCloseable {

  static final String PATH = "/oidc/callback";
  private static final int LARGEST = 1 << 16;
  private static final int MOST_CONNECTIONS = 32;

  private final Selector selector;
  private final ServerSocketChannel server;
  private final Deque<SocketChannel> connections = new ArrayDeque<>();
  private int strangers;

  private CallbackListener(Selector selector, ServerSocketChannel server) {
    this.selector = selector;
    this.server = server;
  }

  /**
   * What the browser brought.
   *
   * @param isForm whether it came as a form, and not in the URL
   */
  record Callback(Map<String, String> parameters, boolean isForm, SocketChannel connection) {

    String get(String name) {
      return parameters.getOrDefault(name, "");
    }

    @Override
    public String toString() {
      return "Callback[***]";
    }
  }

  /**
   * Listens from now on.
   *
   * @throws SecretUnavailableException if another program does
   */
  static CallbackListener at(int port) {
    try {
      Selector selector = Selector.open();
      ServerSocketChannel server = ServerSocketChannel.open();
      try {
        // By number: browsers try this one too if localhost is ::1 first.
        server.bind(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
      } catch (IOException failed) {
        server.close();
        selector.close();
        throw failed;
      }
      return new CallbackListener(selector, server);
    } catch (IOException taken) {
      throw new SecretUnavailableException(
          "a browser cannot come back from the login in Vault: the port "
              + port
              + " of this machine is taken",
          "see which program has it, or set VAULT_OIDC_CALLBACK_PORT to another one");
    }
  }

  int port() {
    return server.socket().getLocalPort();
  }

  /** How many requests came that were no answer to this login. */
  int strangers() {
    return strangers;
  }

  /**
   * Waits for the answer to a login.
   *
   * @param state of the login
   * @param end of the waiting, by {@link System#nanoTime()}
   * @return null if there is none until then
   * @throws SecretUnavailableException if the thread is interrupted
   */
  @Nullable Callback await(String state, long end) {
    try {
      while (true) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        // Rounded up: zero would be for ever.
        selector.select(left / 1_000_000 + 1);
        if (Thread.currentThread().isInterrupted()) {
          throw new SecretUnavailableException("interrupted while waiting for the browser", "");
        }
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          // One that was closed since, to make room for others.
          if (!key.isValid()) {
            continue;
          }
          Callback callback = key.isAcceptable() ? accept() : read(key, state);
          if (callback != null) {
            return callback;
          }
        }
      }
    } catch (IOException broken) {
      throw new SecretUnavailableException(
          "the port that the browser was to come back to cannot be listened at any more", "");
    }
  }

  private @Nullable Callback accept() throws IOException {
    SocketChannel connection = server.accept();
    if (connection != null) {
      connection.configureBlocking(false);
      connection.register(selector, SelectionKey.OP_READ, new ByteArrayOutputStream());
      connections.add(connection);
      if (connections.size() > MOST_CONNECTIONS) {
        close(connections.remove());
      }
    }
    return null;
  }

  private @Nullable Callback read(SelectionKey key, String state) {
    SocketChannel connection = (SocketChannel) key.channel();
    ByteArrayOutputStream request = (ByteArrayOutputStream) key.attachment();
    ByteBuffer more = ByteBuffer.allocate(1 << 13);
    try {
      int length = connection.read(more);
      request.write(more.array(), 0, Math.max(0, length));
      Request whole = Request.of(request.toString(StandardCharsets.ISO_8859_1));
      if (whole != null) {
        key.cancel();
        connections.remove(connection);
        return answered(whole, connection, state);
      }
      if (length >= 0 && request.size() <= LARGEST) {
        return null;
      }
    } catch (IOException left) {
      // Closed below.
    }
    connections.remove(connection);
    close(connection);
    return null;
  }

  private @Nullable Callback answered(Request request, SocketChannel connection, String state) {
    if (!request.path().equals(PATH)) {
      page(connection, "404 Not Found", "There is nothing here.");
      return null;
    }
    Map<String, String> parameters = request.parameters();
    byte[] brought = parameters.getOrDefault("state", "").getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(brought, state.getBytes(StandardCharsets.UTF_8))) {
      strangers++;
      page(
          connection,
          "400 Bad Request",
          "This is not the answer to the login that is waited for here.");
      return null;
    }
    return new Callback(parameters, request.isForm(), connection);
  }

  /** Tells the person how it went. */
  void answer(Callback callback, boolean isLoggedIn) {
    page(
        callback.connection(),
        "200 OK",
        isLoggedIn
            ? "You are logged in. You can close this page."
            : "The login did not succeed. The program that asked for it says why.");
  }

  private static void page(SocketChannel connection, String status, String text) {
    String body =
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Hush</title><p>"
            + text
            + "</p></html>\n";
    // What is in the address of the page goes nowhere from it.
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
            + body.length()
            + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer"
            + "\r\nContent-Security-Policy: default-src 'none'"
            + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
    try {
      // Much shorter than what a socket takes at once.
      var unused =
          connection.write(ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8)));
    } catch (IOException left) {
      // Nobody reads it.
    }
    close(connection);
  }

  /**
   * @throws IllegalArgumentException if it is written wrongly
   */
  static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void close(SocketChannel connection) {
    try {
      connection.close();
    } catch (IOException isClosed) {
      // As it should be.
    }
  }

  @Override
  public void close() {
    connections.forEach(CallbackListener::close);
    try {
      server.close();
      selector.close();
    } catch (IOException isClosed) {
      // As it should be.
    }
  }

  /**
   * A request that has arrived as a whole.
   *
   * @param path without the query
   * @param encoded the query, or the form
   */
  private record Request(String path, String encoded, boolean isForm) {

    /** Null if more of it is to come. What is no request has an empty path. */
    static @Nullable Request of(String text) {
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        return null;
      }
      String[] lines = text.substring(0, end).split("\r\n");
      String[] words = lines[0].split(" ");
      if (words.length != 3) {
        return new Request("", "", false);
      }
      String[] target = words[1].split("\\?", 2);
      if (words[0].equals("GET")) {
        return new Request(target[0], target.length > 1 ? target[1] : "", false);
      }
      String length = header(lines, "content-length");
      if (!words[0].equals("POST")
          || !length.matches("[0-9]{1,6}")
          || !header(lines, "content-type").startsWith("application/x-www-form-urlencoded")) {
        return new Request("", "", false);
      }
      String body = text.substring(end + 4);
      return body.length() < Integer.parseInt(length) ? null : new Request(target[0], body, true);
    }

    private static String header(String[] lines, String name) {
      for (String line : lines) {
        String[] parts = line.split(":", 2);
        if (parts.length == 2 && parts[0].toLowerCase(Locale.ROOT).equals(name)) {
          return parts[1].strip().toLowerCase(Locale.ROOT);
        }
      }
      return "";
    }

    /** Empty if it is written wrongly, or says one thing twice. */
    Map<String, String> parameters() {
      Map<String, String> parameters = new HashMap<>();
      for (String parameter : encoded.split("&")) {
        String[] parts = parameter.split("=", 2);
        try {
          String value = parts.length > 1 ? decoded(parts[1]) : "";
          if (parameters.put(decoded(parts[0]), value) != null) {
            return Map.of();
          }
        } catch (IllegalArgumentException wrong) {
          return Map.of();
        }
      }
      return parameters;
    }

    @Override
    public String toString() {
      return "Request[***]";
    }
  }
}

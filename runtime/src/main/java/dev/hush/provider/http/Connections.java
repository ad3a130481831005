package dev.hush.provider.http;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server, each of which is closed in time.
 *
 * <p>Invariant: every connection that is not closed has a moment at which it will be, the end of
 * its exchange or of its idleness, and as long as there is one, one daemon thread waits for the
 * nearest of these moments. That limits connecting, agreeing on encryption, and every kind of
 * dripping alike, and leaves neither a thread nor a connection behind.
 */
final class Connections {

  private static final long IDLE_NANOSECONDS = TimeUnit.SECONDS.toNanos(2);
  private static final int MOST_IDLE = 8;

  private final Map<Connection, Long> ends = new HashMap<>();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final @Nullable ProxyVariables proxies;
  private @Nullable Thread watch;

  /**
   * @param proxies what counts where the JVM names none; null for no proxy at all
   */
  Connections(@Nullable ProxyVariables proxies) {
    this.proxies = proxies;
  }

  /** One that idles, to be used until the end; null if there is none. */
  synchronized @Nullable Connection idle(long end) {
    for (Connection connection; (connection = idle.pollLast()) != null; ) {
      if (connection.isReusable()) {
        watched(connection, end);
        return connection;
      }
      ends.remove(connection);
      connection.close();
    }
    return null;
  }

  /** A new one, not open yet, to be used until the end. */
  synchronized Connection fresh(URI server, long end) throws IOException {
    Connection connection =
        Connection.to(server, proxies == null ? Route.STRAIGHT : Route.to(server, proxies));
    watched(connection, end);
    return connection;
  }

  private synchronized void watched(Connection connection, long end) {
    ends.put(connection, end);
    if (watch == null) {
      Thread thread = new Thread(null, this::watch, "hush-http", 0, false);
      thread.setDaemon(true);
      // It would keep the loader of whichever application class asked first.
      thread.setContextClassLoader(null);
      watch = thread;
      thread.start();
    } else {
      notifyAll();
    }
  }

  /** Takes back one that was used. */
  synchronized void done(Connection connection) {
    if (connection.isReusable() && idle.size() < MOST_IDLE && ends.containsKey(connection)) {
      idle.addLast(connection);
      watched(connection, System.nanoTime() + IDLE_NANOSECONDS);
    } else {
      ends.remove(connection);
      connection.close();
    }
  }

  private synchronized void watch() {
    while (!ends.isEmpty()) {
      long now = System.nanoTime();
      long nearest = Long.MAX_VALUE;
      for (Map.Entry<Connection, Long> entry : Map.copyOf(ends).entrySet()) {
        long left = entry.getValue() - now;
        if (left <= 0) {
          ends.remove(entry.getKey());
          idle.remove(entry.getKey());
          entry.getKey().close();
        } else {
          nearest = Math.min(nearest, left);
        }
      }
      if (!ends.isEmpty()) {
        try {
          // Rounded up: with a wait of zero it would wait for ever.
          wait(nearest / 1_000_000 + 1);
        } catch (InterruptedException nobodyDoes) {
          // It goes on with what it is for.
        }
      }
    }
    watch = null;
  }
}

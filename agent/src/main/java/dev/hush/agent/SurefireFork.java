package dev.hush.agent;

import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that Maven's Surefire or Failsafe has started for tests. If it is to talk through a socket
 * ({@code SurefireForkNodeFactory}), Maven waits for its connection for good, also when the JVM has
 * ended: before one that is refused ends, it connects and says nothing, and the build fails.
 */
final class SurefireFork {

  /** A class or jar of Surefire's, folder, name of dumps, settings, and perhaps properties. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:(?:.*[/\\\\])?surefirebooter[^/\\\\]*\\.jar"
              + "|org\\.apache\\.maven\\.surefire\\.booter\\.ForkedBooter)"
              + " (?<folder>.+) \\S+ (?<settings>surefire[^_\\s]\\S*tmp)(?: \\S+)?");

  private static final int LONGEST_MILLISECONDS = 1_000;

  private SurefireFork() {}

  /** To be called when the JVM ends before it could connect. */
  static void giveUp() {
    try {
      InetSocketAddress maven = maven(System.getProperty("sun.java.command", ""));
      if (maven != null) {
        try (Socket socket = new Socket()) {
          socket.connect(maven, LONGEST_MILLISECONDS);
        }
      }
    } catch (IOException | RuntimeException nobodyWaits) {
      // As it would be without this.
    }
  }

  /** Where Maven waits, on this machine; null if it does not. */
  static @Nullable InetSocketAddress maven(String command) throws IOException {
    Matcher fork = COMMAND.matcher(command);
    if (!fork.matches()) {
      return null;
    }
    Properties settings = new Properties();
    try (Reader reader = new FileReader(fork.group("folder") + '/' + fork.group("settings"))) {
      settings.load(reader);
    }
    URI channel = URI.create(settings.getProperty("forkNodeConnectionString", ""));
    if (!"tcp".equals(channel.getScheme()) || channel.getHost() == null) {
      return null;
    }
    InetAddress host = InetAddress.getByName(channel.getHost());
    return host.isLoopbackAddress() ? new InetSocketAddress(host, channel.getPort()) : null;
  }
}

package dev.hush.provider.vault;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The browser of the person in front of this machine. */
final class Browser {

  private Browser() {}

  /**
   * Opens a page, if there is anything to open it with. It is not waited for.
   *
   * @param url of the web; everybody on the machine can read the arguments of a program
   */
  static void open(String url, UnaryOperator<@Nullable String> environment) {
    List<String> command = command(System.getProperty("os.name", ""), environment);
    if (command.isEmpty()) {
      return;
    }
    try {
      Process process =
          new ProcessBuilder(Stream.concat(command.stream(), Stream.of(url)).toList())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
    } catch (IOException | SecurityException none) {
      // Whoever started the program has the URL.
    }
  }

  /**
   * The program that opens a URL, without a shell on the way; empty if there is none. On a Linux
   * without a desktop {@code xdg-open} would start a browser of text, in the terminal of the
   * application.
   */
  static List<String> command(String system, UnaryOperator<@Nullable String> environment) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open");
    }
    if (name.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler");
    }
    return Stream.of("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
            .map(environment)
            .anyMatch(value -> value != null && !value.isEmpty())
        ? List.of("xdg-open")
        : List.of();
  }
}

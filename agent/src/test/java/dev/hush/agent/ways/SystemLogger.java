package dev.hush.agent.ways;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The platform's own logger, whatever is behind it. */
public final class SystemLogger {

  private SystemLogger() {}

  private static void log(String value) {
    Logger log = System.getLogger("app");
    log.log(Level.INFO, WayOut.line(value));
    log.log(Level.INFO, "before {0} after", value);
    log.log(Level.ERROR, "before after", new IllegalStateException(value));
  }

  public static void javaUtilLogging(String value) {
    log(value);
  }

  public static void withoutJavaUtilLogging(String value) {
    log(value);
  }

  public static void slf4j(String value) {
    Logback.toFile();
    log(value);
  }
}

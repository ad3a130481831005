package dev.hush.agent.ways;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jboss.logging.MDC;
import org.jboss.logging.NDC;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.AsyncHandler;

/** The LogManager of JBoss and Quarkus, in the place of the JDK's. */
public final class Jboss {

  private Jboss() {}

  private static void log(Handler handler, String value) {
    Logger root = Logger.getLogger("");
    if (!root.getClass().getName().equals("org.jboss.logmanager.Logger")) {
      throw new IllegalStateException(root.getClass().getName());
    }
    root.addHandler(handler);
    MDC.put("user", value);
    NDC.push(value);
    org.jboss.logging.Logger log = org.jboss.logging.Logger.getLogger("app");
    log.info(WayOut.line(value));
    log.infof("before %s after", value);
    log.infof("before %s%s after", value.substring(0, 5), value.substring(5));
    log.infov("before {0} after", value);
    log.error("before after", new IllegalStateException(value, new Exception("cause " + value)));
    Logger.getLogger("app").info(WayOut.line(value));
    Logger.getLogger("app").log(Level.INFO, "before {0} after", value);
    Logger.getLogger("app").log(Level.INFO, "before after", value);
    Logger.getLogger("app").log(Level.SEVERE, "before after", new IllegalStateException(value));
    System.getLogger("app").log(System.Logger.Level.INFO, "before " + value + " after");
    NDC.clear();
    MDC.clear();
    handler.close();
  }

  private static Formatter pattern() {
    return new PatternFormatter("%d %p [%c] %X %x %t %m %e%n");
  }

  public static void fileHandler(String value) throws IOException {
    log(new org.jboss.logmanager.handlers.FileHandler(pattern(), new File("jboss.log")), value);
  }

  public static void json(String value) throws IOException {
    log(
        new org.jboss.logmanager.handlers.FileHandler(new JsonFormatter(), new File("jboss.json")),
        value);
    if (!Files.readString(Path.of("jboss.json")).contains("java.lang.IllegalStateException")) {
      throw new IllegalStateException("another class name");
    }
  }

  public static void asyncHandler(String value) throws IOException {
    AsyncHandler handler = new AsyncHandler();
    handler.setOverflowAction(AsyncHandler.OverflowAction.BLOCK);
    handler.addHandler(
        new org.jboss.logmanager.handlers.FileHandler(pattern(), new File("jboss.log")));
    log(handler, value);
  }

  public static void handlerOfTheJdk(String value) throws IOException {
    FileHandler handler = new FileHandler("jdk.log");
    handler.setFormatter(new SimpleFormatter());
    log(handler, value);
  }

  public static void customHandler(String value) {
    log(
        new ExtHandler() {
          @Override
          protected void doPublish(ExtLogRecord record) {
            try {
              Files.writeString(
                  Path.of("own.log"),
                  record.getFormattedMessage()
                      + record.getMessage()
                      + record.getMdcCopy()
                      + record.getNdc()
                      + record.getThrown()
                      + "\n",
                  StandardOpenOption.CREATE,
                  StandardOpenOption.APPEND);
            } catch (IOException failure) {
              throw new java.io.UncheckedIOException(failure);
            }
          }
        },
        value);
  }
}

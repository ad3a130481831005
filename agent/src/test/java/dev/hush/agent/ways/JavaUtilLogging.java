package dev.hush.agent.ways;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.MemoryHandler;
import java.util.logging.SimpleFormatter;
import java.util.logging.SocketHandler;
import java.util.logging.XMLFormatter;

/** The JDK's logging, used natively. */
public final class JavaUtilLogging {

  private static final Logger log = Logger.getLogger("app");

  private JavaUtilLogging() {}

  /** Every place in a record that a handler looks at. */
  private static void log(String value) {
    log.info(WayOut.line(value));
    log.log(Level.INFO, "before {0} after", value);
    log.log(
        Level.INFO,
        "before {0}{1} after",
        new Object[] {value.substring(0, 5), value.substring(5)});
    log.log(Level.INFO, "before {0} after", List.of(value));
    log.log(Level.INFO, "before after", value);
    log.log(Level.INFO, value.substring(0, 5) + "{0} after", value.substring(5));
    log.info(() -> "before " + value + " after");
    Exception exception = new IllegalStateException(value, new Exception("cause " + value));
    exception.addSuppressed(new Exception("suppressed " + value));
    log.log(Level.SEVERE, "before after", exception);
    log.throwing("before", "after", exception);
    LogRecord record = new LogRecord(Level.INFO, "before {0} after");
    record.setParameters(new Object[] {value});
    log.log(record);
    Logger.getLogger("app." + value).info("before after");
    log.logp(Level.INFO, "type " + value, "method " + value, "before after");
    log.log(Level.INFO, "before {0} after", value.toCharArray());
    log.log(Level.INFO, "before {0} after", value.getBytes(StandardCharsets.UTF_8));
    log.log(Level.INFO, "before {0} after", changing("first", value));
  }

  private static Object changing(String... texts) {
    Iterator<String> iterator = Arrays.asList(texts).iterator();
    return new Object() {
      @Override
      public String toString() {
        return iterator.hasNext() ? iterator.next() : texts[texts.length - 1];
      }
    };
  }

  private static void only(Handler handler) {
    log.setUseParentHandlers(false);
    for (Handler other : log.getHandlers()) {
      log.removeHandler(other);
    }
    handler.setLevel(Level.ALL);
    log.setLevel(Level.ALL);
    log.addHandler(handler);
  }

  public static void consoleHandler(String value) {
    only(new ConsoleHandler());
    log(value);
  }

  public static void consoleHandlerMadeByAnAgentBefore(String value) {
    EarlierAgent.ROOT.getHandlers()[0].setLevel(Level.ALL);
    log(value);
  }

  public static void fileHandler(String value) throws IOException {
    FileHandler handler = new FileHandler("simple.log");
    handler.setFormatter(new SimpleFormatter());
    only(handler);
    log(value);
    handler.close();
  }

  public static void fileHandlerWithXml(String value) throws IOException {
    FileHandler handler = new FileHandler("xml.log");
    handler.setFormatter(new XMLFormatter());
    only(handler);
    log(value);
    handler.close();
  }

  public static void customFormatter(String value) throws IOException {
    ThreadLocal<String> user = ThreadLocal.withInitial(() -> value);
    FileHandler handler = new FileHandler("custom.log");
    handler.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord record) {
            return user.get() + tell(record);
          }
        });
    only(handler);
    log(value);
    handler.close();
  }

  private static String tell(LogRecord record) {
    return record.getLoggerName()
        + record.getSourceClassName()
        + record.getSourceMethodName()
        + record.getMessage()
        + Arrays.deepToString(record.getParameters())
        + new SimpleFormatter().formatMessage(record)
        + record.getThrown()
        + "\n";
  }

  public static void customHandler(String value) {
    only(new OwnHandler());
    log(value);
  }

  /** One that goes to its handlers without the superclass, as application servers have them. */
  private static final class OwnLogger extends Logger {
    private final Handler handler = new OwnHandler();
    private final Handler asking =
        new OwnHandler() {
          @Override
          public void publish(LogRecord record) {
            if (isLoggable(record)) {
              super.publish(record);
            }
          }
        };

    OwnLogger() {
      super("own", null);
      setLevel(Level.ALL);
    }

    @Override
    public void log(LogRecord record) {
      handler.publish(record);
    }

    @Override
    public void log(Level level, String message) {
      asking.publish(new LogRecord(level, message));
    }
  }

  public static void loggerWithAWayOfItsOwn(String value) {
    Logger own = new OwnLogger();
    own.info(WayOut.line(value));
    own.log(Level.INFO, WayOut.line(value));
    own.log(Level.INFO, "before {0} after", value);
    own.log(Level.SEVERE, "before after", new IllegalStateException(value));
  }

  /** What was looked at once may be another thing the next time. */
  public static void recordUsedAgain(String value) {
    only(new OwnHandler());
    LogRecord record = new LogRecord(Level.INFO, "before after");
    log.log(record);
    record.setMessage(value);
    log.log(record);
    record.setMessage("before after");
    log.log(record);
    record.setThrown(new IllegalStateException(value));
    log.log(record);
  }

  public static void memoryHandler(String value) {
    MemoryHandler memory = new MemoryHandler(new OwnHandler(), 100, Level.OFF);
    only(memory);
    log(value);
    memory.push();
  }

  public static void socketHandler(String value) throws IOException {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      SocketHandler handler = new SocketHandler(receiver.host(), receiver.port());
      only(handler);
      log(value);
      handler.close();
    }
  }

  public static void recordHandedToAHandler(String value) {
    new OwnHandler().publish(new LogRecord(Level.INFO, WayOut.line(value)));
  }

  /** None of the JDK's, as Tomcat's are. */
  private static class OwnHandler extends Handler {
    @Override
    public void publish(LogRecord record) {
      try {
        Files.writeString(
            Path.of("own.log"),
            tell(record) + (record.getThrown() == null ? "" : trace(record.getThrown())),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException failure) {
        throw new java.io.UncheckedIOException(failure);
      }
    }

    private static String trace(Throwable thrown) {
      java.io.StringWriter text = new java.io.StringWriter();
      thrown.printStackTrace(new java.io.PrintWriter(text));
      return text.toString();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

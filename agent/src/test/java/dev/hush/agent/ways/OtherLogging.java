package dev.hush.agent.ways;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.apache.log4j.Logger;
import org.slf4j.LoggerFactory;

/** Logging libraries that are masked where they read what they write. */
public final class OtherLogging {

  private OtherLogging() {}

  public static void log4j1(String value) throws Exception {
    log4j("org.apache.log4j.FileAppender\nlog4j.appender.a.file=own.log", value);
  }

  public static void reload4j(String value) throws Exception {
    log4j("org.apache.log4j.FileAppender\nlog4j.appender.a.file=own.log", value);
  }

  /** Serialized. */
  public static void log4j1Socket(String value) throws Exception {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      log4j(
          "org.apache.log4j.net.SocketAppender\nlog4j.appender.a.remoteHost=%s\n"
                  .formatted(receiver.host())
              + "log4j.appender.a.port="
              + receiver.port(),
          value);
      receiver.await("end of all");
      Class.forName("org.apache.log4j.LogManager").getMethod("shutdown").invoke(null);
    }
  }

  private static void log4j(String appender, String value) throws Exception {
    Path configuration =
        Files.writeString(
            Path.of("log4j.configuration"),
            """
            log4j.rootLogger=INFO, a
            log4j.appender.a=%s
            log4j.appender.a.layout=org.apache.log4j.PatternLayout
            log4j.appender.a.layout.ConversionPattern=%%m %%X{key} %%x %%X [%%t]%%n
            """
                .formatted(appender));
    System.setProperty("log4j.configuration", configuration.toUri().toString());
    Logger log = Logger.getLogger("app");
    log.info(WayOut.line(value));
    log.info(List.of("before", value, "after"));
    log.error("before after", new IllegalStateException(value, new Exception("cause " + value)));
    // The tests are compiled with the bridge of SLF4J, which has less.
    Class.forName("org.apache.log4j.MDC")
        .getMethod("put", String.class, Object.class)
        .invoke(null, "key", "before " + value + " after");
    Class.forName("org.apache.log4j.NDC").getMethod("push", String.class).invoke(null, value);
    log.info("before after");
    Thread thread = new Thread(() -> log.info("before after"), value);
    thread.start();
    thread.join();
    log.info("end of all");
    Files.delete(configuration);
  }

  public static void slf4jSimple(String value) {
    simple(value);
  }

  public static void slf4jSimple1(String value) {
    simple(value);
  }

  private static void simple(String value) {
    System.setProperty("org.slf4j.simpleLogger.logFile", "own.log");
    org.slf4j.Logger log = LoggerFactory.getLogger("app");
    log.info(WayOut.line(value));
    log.info("before {}{} after", value.substring(0, 5), value.substring(5));
    log.error("before after", new IllegalStateException(value, new Exception("cause " + value)));
  }

  public static void tinylog(String value) {
    System.setProperty("tinylog.writer1", "file");
    System.setProperty("tinylog.writer1.file", "own.log");
    System.setProperty("tinylog.writer1.format", "{message} {context: key} [{thread}]");
    System.setProperty("tinylog.writer2", "rolling file");
    System.setProperty("tinylog.writer2.file", "rolling.log");
    System.setProperty("tinylog.writer3", "json");
    System.setProperty("tinylog.writer3.file", "own.json");
    System.setProperty("tinylog.writer3.field.message", "message");
    System.setProperty("tinylog.writer3.field.key", "{context: key}");
    System.setProperty("tinylog.writer3.field.exception", "exception");
    org.tinylog.Logger.info(WayOut.line(value));
    org.tinylog.Logger.info("before {}{} after", value.substring(0, 5), value.substring(5));
    org.tinylog.ThreadContext.put("key", value);
    org.tinylog.Logger.error(
        new IllegalStateException(value, new Exception("cause " + value)), "before after");
  }

  public static void tinylog1(String value) {
    System.setProperty("tinylog.writer", "file");
    System.setProperty("tinylog.writer.filename", "own.log");
    System.setProperty("tinylog.format", "{message} {context:key} [{thread}]");
    org.pmw.tinylog.Logger.info(WayOut.line(value));
    org.pmw.tinylog.Logger.info("before {}{} after", value.substring(0, 5), value.substring(5));
    org.pmw.tinylog.LoggingContext.put("key", value);
    org.pmw.tinylog.Logger.error(
        new IllegalStateException(value, new Exception("cause " + value)), "before after");
  }

  /** Statements that an application sends through it to a database, which answers nothing here. */
  public static void p6spy(String value) throws Exception {
    System.setProperty("p6spy.config.appender", "com.p6spy.engine.spy.appender.FileLogger");
    System.setProperty("p6spy.config.logfile", "own.log");
    DriverManager.registerDriver(answering(Driver.class));
    try (Connection connection =
            DriverManager.getConnection("jdbc:p6spy:nothing:?password=" + value);
        Statement statement = connection.createStatement()) {
      statement.execute("before " + value + " after");
      statement.execute(WayOut.line(value));
    }
  }

  private static <T> T answering(Class<T> type) {
    InvocationHandler answer =
        (proxy, method, arguments) -> {
          Class<?> result = method.getReturnType();
          boolean isMine =
              arguments != null && String.valueOf(arguments[0]).startsWith("jdbc:nothing:");
          if (method.getName().equals("connect") && !isMine) {
            return null;
          }
          if (List.of(Connection.class, Statement.class, DatabaseMetaData.class).contains(result)) {
            return answering(result);
          }
          if (method.getName().equals("acceptsURL")) {
            return isMine;
          }
          if (method.getName().equals("equals")) {
            return proxy == arguments[0];
          }
          if (result == boolean.class) {
            return false;
          }
          return result == int.class ? (Object) 0 : result == String.class ? "" : null;
        };
    return type.cast(
        Proxy.newProxyInstance(OtherLogging.class.getClassLoader(), new Class<?>[] {type}, answer));
  }
}

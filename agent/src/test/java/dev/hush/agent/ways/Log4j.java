package dev.hush.agent.ways;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.ObjectMessage;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.message.StringMapMessage;

/** Log4j 2, used natively. */
public final class Log4j {

  private static final String PATTERN =
      "<PatternLayout pattern='%p [%t] %c %X %x %marker %m %throwable{short.message} %xEx%n'/>";

  private Log4j() {}

  private static void configure(String appenders) {
    String configuration =
        """
        <Configuration status='WARN'>
          <Appenders>%s</Appenders>
          <Loggers>
            <Logger name='app' level='DEBUG'/>
            <Root level='INFO'><AppenderRef ref='OUT'/></Root>
          </Loggers>
        </Configuration>
        """
            .formatted(appenders);
    try {
      Files.writeString(Path.of("log4j2.xml"), configuration);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void log(String value) {
    Logger log = LogManager.getLogger("app.Log4j");
    log.info(WayOut.line(value));
    log.info("before {} after", value);
    log.info("before {} {} after", 1, value);
    log.info("before {} {} {} {} {} {} {} {} {} {} {} after", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, value);
    log.info("before {}{} after", value.substring(0, 5), value.substring(5));
    log.info("before {} after", List.of(value));
    log.info("before {} after", (Object) new String[] {value});
    log.info("before after", value);
    log.info("before after", new RuntimeException("login failed for " + value), "second");
    log.info("before after", URI.create("http://h/" + URLEncoder.encode(value, UTF_8)), 3);
    log.info("before after", (Object) value.toCharArray());
    log.info("before after", value.getBytes(UTF_8), 2);
    log.info("before after", List.of(value), new StringBuilder(value));
    log.info("before {} after", changing("first", value));
    log.printf(Level.INFO, "before %s after", value);
    log.info(new StringMapMessage(Map.of("before", value)));
    log.info(new ObjectMessage("before " + value + " after"));
    log.atInfo().withMarker(MarkerManager.getMarker(value)).log("before {} after", value);
    Exception exception = new IllegalStateException(value, new Exception("cause " + value));
    exception.addSuppressed(new Exception("suppressed " + value));
    log.error("before after", exception);
    log.error("before {} after", value, exception);
    log.error(exception);
    try (CloseableThreadContext.Instance context =
        CloseableThreadContext.put("user", value).push(value)) {
      log.info("before after");
    }
    String name = Thread.currentThread().getName();
    Thread.currentThread().setName("thread " + value);
    log.info("before after");
    Thread.currentThread().setName(name);
    ThreadContext.clearAll();
    LogManager.getLogger("app." + value).info("before after");
    LogManager.shutdown();
  }

  private static Object changing(String... texts) {
    Iterator<String> iterator = List.of(texts).iterator();
    return new Object() {
      @Override
      public String toString() {
        return iterator.hasNext() ? iterator.next() : texts[texts.length - 1];
      }
    };
  }

  public static void console(String value) {
    configure("<Console name='OUT'>" + PATTERN + "</Console>");
    log(value);
  }

  public static void consoleThatFollows(String value) {
    configure("<Console name='OUT' follow='true'>" + PATTERN + "</Console>");
    log(value);
  }

  public static void consoleThatIsDirect(String value) {
    configure("<Console name='OUT' direct='true'>" + PATTERN + "</Console>");
    log(value);
  }

  public static void file(String value) {
    configure("<File name='OUT' fileName='log4j.log'>" + PATTERN + "</File>");
    log(value);
  }

  public static void rollingRandomAccessFile(String value) {
    configure(
        "<RollingRandomAccessFile name='OUT' fileName='log4j.log' filePattern='log4j-%i.log'>"
            + PATTERN
            + "<SizeBasedTriggeringPolicy size='1MB'/></RollingRandomAccessFile>");
    log(value);
  }

  public static void json(String value) {
    configure("<File name='OUT' fileName='log4j.json'><JsonTemplateLayout/></File>");
    log(value);
  }

  private static final String TEMPLATE =
      "<JsonTemplateLayout locationInfoEnabled='true' eventTemplate='{\"m\":{\"$resolver\":\"message\"},"
          + "\"p\":{\"$resolver\":\"messageParameter\"},"
          + "\"type\":{\"$resolver\":\"exception\",\"field\":\"className\"},"
          + "\"at\":{\"$resolver\":\"source\",\"field\":\"methodName\"}}'/>";

  public static void jsonWithParameters(String value) throws IOException {
    configure("<File name='OUT' fileName='log4j.json'>" + TEMPLATE + "</File>");
    log(value);
    String written = Files.readString(Path.of("log4j.json"));
    if (!written.contains("\"java.lang.IllegalStateException\"") || written.contains("Masked")) {
      throw new IllegalStateException("another class name");
    }
    if (!written.contains("\"at\":\"log\"")) {
      throw new IllegalStateException("another caller");
    }
  }

  public static void jsonWithParametersAsync(String value) throws IOException {
    configure(
        "<Async name='OUT'><AppenderRef ref='FILE'/></Async>"
            + "<File name='FILE' fileName='log4j.json'>"
            + TEMPLATE
            + "</File>");
    log(value);
  }

  /** Each logger puts its events into a ring. */
  public static void asyncLoggers(String value) {
    System.setProperty(
        "log4j2.contextSelector", "org.apache.logging.log4j.core.async.AsyncLoggerContextSelector");
    configure("<File name='OUT' fileName='log4j.json'>" + TEMPLATE + "</File>");
    log(value);
  }

  /** What the configuration itself puts into each line. */
  public static void variableInThePattern(String value) {
    System.setProperty("token", value);
    configure(
        "<File name='OUT' fileName='log4j.log'>"
            + "<PatternLayout pattern='${sys:token} before %m after%n'"
            + " header='${sys:token}' footer='${sys:token}'/></File>");
    LogManager.getLogger("app").info("clean");
    LogManager.shutdown();
  }

  public static void variableInTheTemplate(String value) {
    System.setProperty("token", value);
    configure(
        "<File name='OUT' fileName='log4j.json'><JsonTemplateLayout>"
            + "<EventTemplateAdditionalField key='before' value='${sys:token} after'/>"
            + "</JsonTemplateLayout></File>");
    LogManager.getLogger("app").info("clean");
    LogManager.shutdown();
  }

  public static void jsonByJackson(String value) {
    configure(
        "<File name='OUT' fileName='log4j.json'><JsonLayout properties='true'"
            + " includeStacktrace='true'/></File>");
    log(value);
  }

  public static void html(String value) {
    configure("<File name='OUT' fileName='log4j.html'><HtmlLayout/></File>");
    log(value);
  }

  public static void async(String value) {
    configure(
        "<Async name='OUT' includeLocation='true'><AppenderRef ref='FILE'/></Async>"
            + "<File name='FILE' fileName='log4j.log'>"
            + PATTERN
            + "</File>");
    log(value);
  }

  public static void socket(String value) throws IOException {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      configure(
          "<Socket name='OUT' host='%s' port='%d'>%s</Socket>"
              .formatted(receiver.host(), receiver.port(), PATTERN));
      log(value);
    }
  }

  public static void loadedByAnAgentBefore(String value) {
    configure("<File name='OUT' fileName='log4j.log'>" + PATTERN + "</File>");
    ((LoggerContext) LogManager.getContext(false)).reconfigure();
    log(value);
  }

  public static void objectWrittenAsStructure(String value) {
    configure(
        "<File name='OUT' fileName='log4j.json'><JsonLayout objectMessageAsJsonObject='true'/></File>");
    LogManager.getLogger("app").info("before after");
    LogManager.getLogger("app").info(new ObjectMessage(new Logback.Account(value)));
    LogManager.shutdown();
  }

  public static void eventHandedToAnAppender(String value) {
    configure("<File name='OUT' fileName='log4j.log'>" + PATTERN + "</File>");
    Appender appender =
        ((LoggerContext) LogManager.getContext(false)).getConfiguration().getAppender("OUT");
    appender.append(
        Log4jLogEvent.newBuilder()
            .setLevel(Level.INFO)
            .setLoggerName("app")
            .setMessage(new SimpleMessage(WayOut.line(value)))
            .build());
    LogManager.shutdown();
  }
}

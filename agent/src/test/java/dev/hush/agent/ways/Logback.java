package dev.hush.agent.ways;

import static net.logstash.logback.argument.StructuredArguments.kv;
import static net.logstash.logback.argument.StructuredArguments.value;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.status.InfoStatus;
import ch.qos.logback.core.util.StatusPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.logstash.logback.marker.Markers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Logback, and what leads to it. The filter is declared first, as its documentation says. */
public final class Logback {

  private static final String ENCODER =
      "<encoder><pattern>%level [%thread] %logger %mdc %marker %kvp %msg"
          + " %class{0}.%method%n%ex</pattern></encoder>";

  private static final String FILE =
      "<appender name='OUT' class='ch.qos.logback.core.FileAppender'><file>logback.log</file>"
          + ENCODER
          + "</appender>";

  private static boolean inUse;

  private Logback() {}

  private static void configure(String attributes, String filters, String appenders) {
    String configuration =
        """
        <configuration %s>
          %s
          %s
          <root level='INFO'><appender-ref ref='OUT'/></root>
        </configuration>
        """
            .formatted(attributes, filters, appenders);
    try {
      Files.writeString(Path.of("logback.xml"), configuration);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    if (inUse) {
      configureAgain();
    }
    inUse = true;
  }

  /** Logback reads its configuration once; several of these programs may run in one JVM. */
  private static void configureAgain() {
    LoggerContext context = context();
    context.reset();
    context.start();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure("logback.xml");
    } catch (JoranException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static final String FILTER = "<turboFilter class='dev.hush.logback.MaskingTurboFilter'/>";

  private static void configure(String appenders) {
    configure("", FILTER, appenders);
  }

  static void toFile() {
    configure(FILE);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static void log(String value) {
    Logger log = LoggerFactory.getLogger("app.Logback");
    log.info(WayOut.line(value));
    log.info("before {} after", value);
    log.info("before {} {} after", 1, value);
    log.info("before {} {} {} after", 1, value, 3);
    log.info("before {} after", (Object) value.toCharArray());
    log.info("before {} after", (Object) value.getBytes(StandardCharsets.UTF_8));
    log.info("before {}{} after", value.substring(0, 5), value.substring(5));
    log.info(MarkerFactory.getDetachedMarker(value), "before after");
    if (hasFluentInterface()) {
      log.atInfo().addKeyValue("password", value).log("before {} after", value);
    }
    Exception exception = new IllegalStateException(value, new Exception("cause " + value));
    exception.addSuppressed(new Exception("suppressed " + value));
    log.error("before after", exception);
    MDC.put("user", value);
    log.info("before after");
    MDC.clear();
  }

  /** Logback 1.2 and SLF4J 1 have none. */
  private static boolean hasFluentInterface() {
    return Stream.of(Logger.class.getMethods()).anyMatch(m -> m.getName().equals("atInfo"));
  }

  private static void end() {
    context().stop();
  }

  public static void console(String value) {
    configure(
        "<appender name='OUT' class='ch.qos.logback.core.ConsoleAppender'>"
            + ENCODER
            + "</appender>");
    log(value);
  }

  public static void file(String value) {
    toFile();
    log(value);
    end();
  }

  public static void json(String value) {
    configure(
        "<appender name='OUT' class='ch.qos.logback.core.FileAppender'><file>logback.json</file>"
            + "<encoder class='ch.qos.logback.classic.encoder.JsonEncoder'/></appender>");
    log(value);
    end();
  }

  private static String logstash(String appender, String more) {
    return "<appender name='OUT' class='%s'>%s<encoder class='net.logstash.logback.encoder.LogstashEncoder'/></appender>"
        .formatted(appender, more);
  }

  public static void logstash(String value) {
    configure(logstash("ch.qos.logback.core.FileAppender", "<file>logstash.json</file>"));
    log(value);
    Logger log = LoggerFactory.getLogger("app");
    log.info("before {} after", kv("password", value));
    log.info("before {} after", value("password", value));
    log.info("before after", kv("passwords", List.of(value)));
    log.info(Markers.append("password", value), "before after");
    log.info(Markers.appendEntries(Map.of("password", value)), "before after");
    end();
  }

  /** Whose text tells nothing, in contrast to what is written of it as JSON. */
  public static final class Account {
    private final String password;

    Account(String password) {
      this.password = password;
    }

    /** For the JSON library. */
    public String getPassword() {
      return password;
    }

    @Override
    public String toString() {
      return "an account";
    }
  }

  private static void logStructures(String value) {
    Logger log = LoggerFactory.getLogger("app");
    log.info("before {} after", kv("account", new Account(value)));
    log.info(Markers.append("account", new Account(value)), "before after");
    log.info(Markers.appendFields(new Account(value)), "before after");
    log.atInfo().addKeyValue("account", new Account(value)).log("before after");
  }

  public static void objectWrittenAsStructure(String value) {
    configure(logstash("ch.qos.logback.core.FileAppender", "<file>logstash.json</file>"));
    logStructures(value);
    end();
  }

  public static void objectWrittenAsStructureToASocket(String value) throws IOException {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      configure(
          logstash(
              "net.logstash.logback.appender.LogstashTcpSocketAppender",
              "<destination>%s:%d</destination>".formatted(receiver.host(), receiver.port())));
      logStructures(value);
      end();
    }
  }

  public static void logstashToASocket(String value) throws IOException {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      configure(
          logstash(
              "net.logstash.logback.appender.LogstashTcpSocketAppender",
              "<destination>%s:%d</destination>".formatted(receiver.host(), receiver.port())));
      log(value);
      end();
    }
  }

  /** What the configuration itself puts into each line. */
  public static void variableInThePattern(String value) {
    System.setProperty("token", value);
    configure(
        "<appender name='OUT' class='ch.qos.logback.core.FileAppender'><file>logback.log</file>"
            + "<encoder><pattern>${token} before %msg after%n</pattern></encoder></appender>");
    LoggerFactory.getLogger("app").info("clean");
    end();
  }

  public static void variableInACustomField(String value) {
    System.setProperty("token", value.replace("\"", "\\\""));
    configure(
        "<appender name='OUT' class='ch.qos.logback.core.FileAppender'><file>logback.json</file>"
            + "<encoder class='net.logstash.logback.encoder.LogstashEncoder'>"
            + "<customFields>{\"before\":\"${token} after\"}</customFields></encoder></appender>");
    LoggerFactory.getLogger("app").info("clean");
    end();
  }

  public static void async(String value) {
    configure(
        FILE.replace("'OUT'", "'FILE'")
            + "<appender name='OUT' class='ch.qos.logback.classic.AsyncAppender'>"
            + "<appender-ref ref='FILE'/></appender>");
    log(value);
    end();
  }

  public static void sifting(String value) {
    configure(
        "<appender name='OUT' class='ch.qos.logback.classic.sift.SiftingAppender'>"
            + "<discriminator><key>part</key><defaultValue>main</defaultValue></discriminator>"
            + "<sift>"
            + FILE.replace("logback.log", "${part}.log").replace("'OUT'", "'FILE'")
            + "</sift></appender>");
    log(value);
    MDC.put("part", "other");
    LoggerFactory.getLogger("app").info(WayOut.line(value));
    end();
  }

  public static void socket(String value) throws Exception {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      configure(
          ("<appender name='OUT' class='ch.qos.logback.classic.net.SocketAppender'>"
                  + "<remoteHost>%s</remoteHost><port>%d</port>"
                  + "<includeCallerData>true</includeCallerData></appender>")
              .formatted(receiver.host(), receiver.port()));
      Logger log = LoggerFactory.getLogger("app.Logback");
      log.info(WayOut.line(value));
      log.info("before {} after", value);
      log.error("before after", new IllegalStateException(value));
      MDC.put("user", value);
      log.info("last");
      receiver.await("last");
      end();
    }
  }

  public static void statusMessages(String value) {
    configure(
        "<statusListener class='ch.qos.logback.core.status.OnConsoleStatusListener'/>" + FILE);
    context().getStatusManager().add(new InfoStatus(WayOut.line(value), Logback.class));
    StatusPrinter.print(context());
  }

  /** Accepts, whatever the level, or denies by the message. */
  public static final class Deciding extends TurboFilter {
    @Override
    public FilterReply decide(
        org.slf4j.Marker marker,
        ch.qos.logback.classic.Logger logger,
        Level level,
        String format,
        Object[] parameters,
        Throwable thrown) {
      return format != null && format.startsWith("denied") ? FilterReply.DENY : FilterReply.ACCEPT;
    }
  }

  private static final String DECIDING =
      "<turboFilter class='dev.hush.agent.ways.Logback$Deciding'/>";

  private static void decided(String filters, String value) {
    configure("", filters, FILE);
    log(value);
    LoggerFactory.getLogger("app").debug("before {} after", value);
    LoggerFactory.getLogger("app").info("denied {}", value);
    end();
    if (content("logback.log").contains("denied")) {
      throw new IllegalStateException("the filter is not obeyed");
    }
  }

  private static String content(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public static void filterBefore(String value) {
    decided(DECIDING + FILTER, value);
  }

  public static void filterAfter(String value) {
    decided(FILTER + DECIDING, value);
  }

  public static void levelOff(String value) {
    toFile();
    Logger log = LoggerFactory.getLogger("app");
    log.info("before after");
    ((ch.qos.logback.classic.Logger) log).setLevel(Level.OFF);
    Object throwing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("asked for, although the level is off");
          }
        };
    log.error("off {} {}", value, throwing);
    end();
    if (content("logback.log").contains("off")) {
      throw new IllegalStateException("the level is not obeyed");
    }
  }

  private static void attach() {
    LoggerContext context = context();
    ch.qos.logback.classic.encoder.PatternLayoutEncoder encoder =
        new ch.qos.logback.classic.encoder.PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%level %logger %mdc %kvp %msg%n%ex");
    encoder.start();
    ch.qos.logback.core.FileAppender<ILoggingEvent> appender =
        new ch.qos.logback.core.FileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile("attached.log");
    appender.start();
    context.getLogger("ROOT").addAppender(appender);
  }

  public static void afterReset(String value) {
    toFile();
    log(value);
    context().reset();
    attach();
    log(value);
    end();
  }

  public static void afterStopAndReset(String value) {
    toFile();
    log(value);
    context().stop();
    context().reset();
    attach();
    log(value);
    end();
  }

  public static void loadedByAnAgentBefore(String value) {
    context().reset();
    attach();
    log(value);
    end();
  }

  public static void reloaded(String value) throws Exception {
    configure("scan='true' scanPeriod='10 milliseconds'", FILTER, FILE);
    log(value);
    configure(
        "scan='true' scanPeriod='10 milliseconds'",
        FILTER,
        FILE.replace("logback.log", "reloaded.log"));
    Files.setLastModifiedTime(Path.of("logback.xml"), FileTime.from(Instant.now().plusSeconds(9)));
    while (!Files.exists(Path.of("reloaded.log"))) {
      // Looking for a change is up to a thread of Logback's, or to calls, in turn with versions.
      LoggerFactory.getLogger("app").info("before after");
      Thread.onSpinWait();
    }
    log(value);
    end();
  }

  public static void twoCopies(String value) throws Exception {
    toFile();
    log(value);
    end();
    List<URL> urls = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      urls.add(Path.of(element).toUri().toURL());
    }
    configure(FILE.replace("logback.log", "second.log"));
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      loader
          .loadClass(WayOut.class.getName())
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {"Logback", "inSecondCopy"});
    }
  }

  /** Called by the program above. */
  public static void inSecondCopy(String value) {
    log(value);
    end();
  }

  public static void caller(String value) {
    toFile();
    LoggerFactory.getLogger("app").info("before {} after", value);
    end();
    if (!content("logback.log").contains("Logback.caller\n")) {
      throw new IllegalStateException(content("logback.log").replace(value, "***"));
    }
  }

  public static void oddArguments(String value) {
    toFile();
    Logger log = LoggerFactory.getLogger("app");
    Iterator<String> texts = List.of("first", value, value).iterator();
    log.info(
        "before {} after",
        new Object() {
          @Override
          public String toString() {
            return texts.next();
          }
        });
    log.info(
        "before {} after",
        new Object() {
          @Override
          public String toString() {
            log.info("before {} after", value);
            return value;
          }
        });
    log.info(
        "before {} {} after",
        value,
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException(value);
          }
        });
    end();
  }

  public static void eventHandedToTheLogger(String value) {
    toFile();
    ch.qos.logback.classic.Logger log = context().getLogger("app");
    log.callAppenders(new LoggingEvent("app", log, Level.INFO, WayOut.line(value), null, null));
    end();
  }

  public static void eventHandedToAnAppender(String value) {
    toFile();
    ch.qos.logback.classic.Logger log = context().getLogger("app");
    Appender<ILoggingEvent> appender = context().getLogger("ROOT").getAppender("OUT");
    appender.doAppend(new LoggingEvent("app", log, Level.INFO, WayOut.line(value), null, null));
    end();
  }

  public static void javaUtilLoggingBridge(String value) {
    toFile();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    java.util.logging.Logger log = java.util.logging.Logger.getLogger("app");
    log.info(WayOut.line(value));
    log.log(java.util.logging.Level.INFO, "before {0} after", value);
    log.log(java.util.logging.Level.SEVERE, "before after", new IllegalStateException(value));
    end();
  }

  public static void commonsLoggingBridge(String value) {
    toFile();
    org.apache.commons.logging.Log log = org.apache.commons.logging.LogFactory.getLog("app");
    log.info(WayOut.line(value));
    log.error("before after", new IllegalStateException(value));
    end();
  }

  public static void log4j1Bridge(String value) {
    toFile();
    org.apache.log4j.Logger log = org.apache.log4j.Logger.getLogger("app");
    log.info(WayOut.line(value));
    log.error("before after", new IllegalStateException(value));
    end();
  }

  public static void log4j2Bridge(String value) {
    toFile();
    org.apache.logging.log4j.Logger log = org.apache.logging.log4j.LogManager.getLogger("app");
    log.info(WayOut.line(value));
    log.info("before {} after", value);
    log.error("before after", new IllegalStateException(value));
    end();
  }
}

package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/** Where text leaves the JVM. */
final class MaskingHooks {

  private static final String LOGGER_CONTEXT = "ch/qos/logback/classic/LoggerContext";
  private static final String LOG4J = "org/apache/logging/log4j/core/";
  private static final String ENCODED =
      "(Ljava/lang/StringBuilder;L" + LOG4J + "layout/ByteBufferDestination;)V";
  private static final String FRAME = "Ljava/lang/StackTraceElement;";
  private static final String FRAMES = "[" + FRAME;
  private static final String TRACER = "jdk/jfr/internal/instrument/ThrowableTracer";
  private static final String TRACER_SINCE_22 = "jdk/internal/event/ThrowableTracer";

  private static final String TRACED_CLASS = "(Ljava/lang/Class;Ljava/lang/String;)V";
  private static final String SANITIZER = "org/springframework/boot/actuate/endpoint/Sanitizer";
  private static final String SANITIZED =
      "org/springframework/boot/actuate/endpoint/SanitizableData";

  private MaskingHooks() {}

  static List<Hook> all() {
    Code loggerContext = Code.bridge("loggerContext", "(Ljava/lang/Object;)V", 0);
    return List.of(
        // All that reaches an appender passes here, on every version of Logback.
        event("ch/qos/logback/classic/Logger", "ch/qos/logback/classic/spi/ILoggingEvent", "event"),
        Hook.beforeReturn(LOGGER_CONTEXT, "<init>", "()V", loggerContext),
        // Listeners that survive a reset are dropped by a stop; Spring Boot does the one, then the
        // other.
        Hook.beforeReturn(LOGGER_CONTEXT, "resetTurboFilterList", "()V", loggerContext),
        // Encoders write more than an event's text: fields of objects, by way of a JSON library,
        // and
        // what the configuration has put into their patterns. On every version one method encodes
        // what another writes; which ones, differs.
        encoded("encode", "(Ljava/lang/Object;)[B"),
        encoded("headerBytes", "()[B"),
        encoded("footerBytes", "()[B"),
        Hook.beforeReturn(
            "ch/qos/logback/classic/spi/LoggingEvent",
            "getCallerData",
            "()" + FRAMES,
            Code.bridge("callers", "(" + FRAMES + ")" + FRAMES)),
        // All that reaches an appender of Log4j 2 by way of a logger, synchronous or not.
        event(
            "org/apache/logging/log4j/core/config/LoggerConfig",
            "org/apache/logging/log4j/core/LogEvent",
            "log4jEvent"),
        // And all that its layouts have made of one, as with Logback's encoders.
        layout("StringBuilderEncoder"),
        layout("LockingStringBuilderEncoder"),
        Hook.atEntry(
            "org/apache/logging/log4j/layout/template/json/JsonTemplateLayout$StringBuilderEncoder",
            "encode",
            ENCODED,
            Code.bridge("written", "(Ljava/lang/StringBuilder;)V", 1)),
        around("OutputStreamManager", "getHeader"),
        around("OutputStreamManager", "getFooter"),
        around("rolling/RollingRandomAccessFileManager", "getHeader").where(Hook.Absence.FINE),
        Hook.atEntry(
            LOG4J + "layout/AbstractStringLayout",
            "getBytes",
            "(Ljava/lang/String;)[B",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 1);
              Code.bridge(code, "text", "(Ljava/lang/String;)Ljava/lang/String;");
              code.visitVarInsn(Opcodes.ASTORE, 1);
            }),
        Hook.beforeReturn(
            "org/apache/logging/log4j/layout/template/json/JsonTemplateLayout",
            "toByteArray",
            "(Lorg/apache/logging/log4j/core/LogEvent;)[B",
            Code.bridge("encoded", "([B)[B")),
        source("impl/Log4jLogEvent"),
        source("impl/MutableLogEvent"),
        source("async/RingBufferLogEvent"),

        // The LogManager that JBoss and Quarkus put in the place of the JDK's.
        Hook.atEntry(
            "org/jboss/logmanager/LoggerNode",
            "publish",
            "(Lorg/jboss/logmanager/ExtLogRecord;)V",
            Code.bridge("jbossRecord", "(Ljava/lang/Object;Ljava/lang/Object;)V", 0, 1)),
        formatted("org/jboss/logmanager/handlers/WriterHandler"),
        formatted("org/jboss/logmanager/handlers/SocketHandler").where(Hook.Absence.FINE),
        formatted("org/jboss/logmanager/handlers/SyslogHandler").where(Hook.Absence.FINE),

        // Whichever handlers there are: those of Tomcat and of the application are none of the
        // JDK's.
        Hook.atEntry(
            "java/util/logging/Logger",
            "log",
            "(Ljava/util/logging/LogRecord;)V",
            Code.bridge("record", "(Ljava/lang/Object;Ljava/lang/Object;)V", 0, 1)),
        // And the JDK's handlers: all that a formatter has made of a record, or has taken from
        // elsewhere. Making text of a record takes many times as long as looking at it once more.
        // A logger may be of another class, with a way to handlers of its own.
        Hook.aroundCall(
                "java/util/logging/Logger",
                "java/util/logging/Logger.log",
                "(Ljava/util/logging/LogRecord;)V",
                code -> {
                  code.visitInsn(Opcodes.DUP2);
                  Code.bridge(code, "record", "(Ljava/lang/Object;Ljava/lang/Object;)V");
                },
                Code.NONE)
            .inside("doLog"),
        formatted("java/util/logging/StreamHandler").inside("publish", "publish0"),
        // Handlers of others, whichever way a record has come to them: a logger of others may have
        // one of its own.
        Hook.atEntry(
            "java/util/logging/Handler",
            "isLoggable",
            "(Ljava/util/logging/LogRecord;)Z",
            Code.bridge("handled", "(Ljava/lang/Object;)V", 1)),
        // The names of the place that has logged, which are looked for only if somebody asks.
        place("getSourceClassName"),
        place("getSourceMethodName"),

        // Flight recordings hold the message of every error, and of every exception if told to.
        trace(TRACER, "traceError", "(Ljava/lang/Error;Ljava/lang/String;)V").or(TRACED_CLASS),
        trace(TRACER, "traceThrowable", "(Ljava/lang/Throwable;Ljava/lang/String;)V")
            .or(TRACED_CLASS),
        trace(TRACER_SINCE_22, "traceError", TRACED_CLASS),
        trace(TRACER_SINCE_22, "traceThrowable", TRACED_CLASS),

        // What Spring Boot's actuator shows of its environment and of properties, where it shows
        // values: of version 3, 2.6, and before.
        Hook.beforeReturn(
                SANITIZER,
                "sanitize",
                "(L" + SANITIZED + ";Z)Ljava/lang/Object;",
                Code.bridge("shown", "(Ljava/lang/Object;)Ljava/lang/Object;"))
            .or(
                "(L" + SANITIZED + ";)Ljava/lang/Object;",
                "(Ljava/lang/String;Ljava/lang/Object;)Ljava/lang/Object;"));
  }

  /** Shows another event to the appenders. */
  private static Hook event(String logger, String event, String method) {
    return Hook.atEntry(
        logger,
        "callAppenders",
        "(L" + event + ";)V",
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 0);
          code.visitVarInsn(Opcodes.ALOAD, 1);
          Code.bridge(code, method, "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
          code.visitTypeInsn(Opcodes.CHECKCAST, event);
          code.visitVarInsn(Opcodes.ASTORE, 1);
        });
  }

  /** What an encoder of Logback's has made. */
  private static Hook encoded(String method, String descriptor) {
    return Hook.aroundCall(
        "ch/qos/logback/core/OutputStreamAppender",
        "ch/qos/logback/core/encoder/Encoder." + method,
        descriptor,
        Code.NONE,
        Code.bridge("encoded", "([B)[B"));
  }

  /** What a layout of Log4j's has made, before it is made bytes. */
  private static Hook layout(String encoder) {
    return Hook.atEntry(
        LOG4J + "layout/" + encoder,
        "encode",
        ENCODED,
        Code.bridge("written", "(Ljava/lang/StringBuilder;)V", 1));
  }

  /** What comes before all events, and behind them. */
  private static Hook around(String manager, String method) {
    return Hook.aroundCall(
        LOG4J + "appender/" + manager,
        LOG4J + "Layout." + method,
        "()[B",
        Code.NONE,
        Code.bridge("encoded", "([B)[B"));
  }

  /** Where an event of Log4j's was logged. */
  private static Hook source(String event) {
    return Hook.beforeReturn(
        LOG4J + event, "getSource", "()" + FRAME, Code.bridge("caller", "(" + FRAME + ")" + FRAME));
  }

  /** What a handler of java.util.logging has made of a record. */
  private static Hook formatted(String handler) {
    return Hook.aroundCall(
        handler,
        "java/util/logging/Formatter.format",
        "(Ljava/util/logging/LogRecord;)Ljava/lang/String;",
        Code.NONE,
        Code.bridge("text", "(Ljava/lang/String;)Ljava/lang/String;"));
  }

  private static Hook place(String method) {
    return Hook.beforeReturn(
        "java/util/logging/LogRecord",
        method,
        "()Ljava/lang/String;",
        Code.bridge("text", "(Ljava/lang/String;)Ljava/lang/String;"));
  }

  private static Hook trace(String type, String method, String descriptor) {
    return Hook.atEntry(
        type,
        method,
        descriptor,
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, 1);
          Code.bridge(code, "text", "(Ljava/lang/String;)Ljava/lang/String;");
          code.visitVarInsn(Opcodes.ASTORE, 1);
        });
  }
}

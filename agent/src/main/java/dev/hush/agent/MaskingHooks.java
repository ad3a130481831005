package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/** Where text leaves the JVM. */
final class MaskingHooks {

  private static final String LOGGER_CONTEXT = "ch/qos/logback/classic/LoggerContext";
  private static final String TRACER = "jdk/jfr/internal/instrument/ThrowableTracer";
  private static final String TRACER_SINCE_22 = "jdk/internal/event/ThrowableTracer";

  private static final String TRACED_CLASS = "(Ljava/lang/Class;Ljava/lang/String;)V";
  private static final String SANITIZER = "org/springframework/boot/actuate/endpoint/Sanitizer";
  private static final String SANITIZED =
      "org/springframework/boot/actuate/endpoint/SanitizableData";

  private MaskingHooks() {}

  static List<Hook> all() {
    Code loggerContext = Code.bridge("loggerContext", "(Ljava/lang/Object;)V", 0);
    List<Hook> hooks = new ArrayList<>(DescriptorHooks.all());
    hooks.addAll(
        List.of(
            // All that reaches an appender passes here, on every version of Logback.
            event(
                "ch/qos/logback/classic/Logger",
                "ch/qos/logback/classic/spi/ILoggingEvent",
                "event"),
            Hook.beforeReturn(LOGGER_CONTEXT, "<init>", "()V", loggerContext),
            // Listeners that survive a reset are dropped by a stop; Spring Boot does the one, then
            // the
            // other.
            Hook.beforeReturn(LOGGER_CONTEXT, "resetTurboFilterList", "()V", loggerContext),
            // Encoders write more of an object than its text: its fields, by way of a JSON library.
            // On
            // every version one method encodes what another writes; which ones, differs.
            Hook.aroundCall(
                "ch/qos/logback/core/OutputStreamAppender",
                "ch/qos/logback/core/encoder/Encoder.encode",
                "(Ljava/lang/Object;)[B",
                code -> code.visitInsn(Opcodes.DUP_X1), // the event, below the encoder
                Code.bridge("encoded", "(Ljava/lang/Object;[B)[B")),
            // All that reaches an appender of Log4j 2 by way of a logger, synchronous or not.
            event(
                "org/apache/logging/log4j/core/config/LoggerConfig",
                "org/apache/logging/log4j/core/LogEvent",
                "log4jEvent"),

            // Whichever handlers there are: those of Tomcat and of the application are none of the
            // JDK's.
            Hook.atEntry(
                "java/util/logging/Logger",
                "log",
                "(Ljava/util/logging/LogRecord;)V",
                Code.bridge("record", "(Ljava/lang/Object;Ljava/lang/Object;)V", 0, 1)),
            // And the JDK's handlers: all that a formatter has made of a record, or has taken from
            // elsewhere. Making text of a record takes many times as long as looking at it once
            // more.
            Hook.aroundCall(
                    "java/util/logging/StreamHandler",
                    "java/util/logging/Formatter.format",
                    "(Ljava/util/logging/LogRecord;)Ljava/lang/String;",
                    Code.NONE,
                    Code.bridge("text", "(Ljava/lang/String;)Ljava/lang/String;"))
                .inside("publish", "publish0"),

            // Flight recordings hold the message of every error, and of every exception if told to.
            trace(TRACER, "traceError", "(Ljava/lang/Error;Ljava/lang/String;)V").or(TRACED_CLASS),
            trace(TRACER, "traceThrowable", "(Ljava/lang/Throwable;Ljava/lang/String;)V")
                .or(TRACED_CLASS),
            trace(TRACER_SINCE_22, "traceError", TRACED_CLASS),
            trace(TRACER_SINCE_22, "traceThrowable", TRACED_CLASS),

            // What Spring Boot's actuator shows of its environment and of properties, where it
            // shows
            // values: of version 3, 2.6, and before.
            Hook.beforeReturn(
                    SANITIZER,
                    "sanitize",
                    "(L" + SANITIZED + ";Z)Ljava/lang/Object;",
                    Code.bridge("shown", "(Ljava/lang/Object;)Ljava/lang/Object;"))
                .or(
                    "(L" + SANITIZED + ";)Ljava/lang/Object;",
                    "(Ljava/lang/String;Ljava/lang/Object;)Ljava/lang/Object;")));
    return hooks;
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

package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Where logging libraries that are masked in a line or two read what they write: Log4j 1.2 and
 * reload4j, tinylog, slf4j-simple, p6spy. Versions of them that have no such place are not masked,
 * as README says.
 */
final class LoggingHooks {

  private static final String LOGGED = "(Ljava/lang/Object;)Ljava/lang/Object;";

  private static final String LOG4J_EVENT = "org/apache/log4j/spi/LoggingEvent";
  private static final String LOG4J_EXCEPTION = "org/apache/log4j/spi/ThrowableInformation";
  private static final String TINYLOG_ENTRY = "org/tinylog/core/LogEntry";
  private static final String TINYLOG_1_ENTRY = "org/pmw/tinylog/LogEntry";

  private static final String TEXT = "()Ljava/lang/String;";

  private LoggingHooks() {}

  static List<Hook> all() {
    return List.of(
        // Of Log4j 1.2 and of reload4j.
        read(LOG4J_EVENT, "getRenderedMessage", TEXT),
        read(LOG4J_EVENT, "getMessage", "()Ljava/lang/Object;"),
        read(LOG4J_EVENT, "getNDC", TEXT),
        read(LOG4J_EVENT, "getMDC", "(Ljava/lang/String;)Ljava/lang/Object;"),
        read(LOG4J_EVENT, "getProperties", "()Ljava/util/Map;"),
        read(LOG4J_EVENT, "getThreadName", TEXT),
        read(LOG4J_EXCEPTION, "getThrowable", "()Ljava/lang/Throwable;"),
        read(LOG4J_EXCEPTION, "getThrowableStrRep", "()[Ljava/lang/String;"),

        // Of tinylog 2, which tells exceptions by a wrapper, under their own class names.
        read(TINYLOG_ENTRY, "getMessage", TEXT),
        read(TINYLOG_ENTRY, "getContext", "()Ljava/util/Map;"),
        read("org/tinylog/throwable/ThrowableWrapper", "getMessage", TEXT),
        read(
            "org/tinylog/writers/AbstractFormatPatternWriter",
            "render",
            "(Lorg/tinylog/core/LogEntry;)Ljava/lang/String;"),
        // And of tinylog 1.
        read(TINYLOG_1_ENTRY, "getMessage", TEXT),
        read(TINYLOG_1_ENTRY, "getContext", "()Ljava/util/Map;"),
        read(TINYLOG_1_ENTRY, "getRenderedLogEntry", TEXT),

        // Of SLF4J 2 and 1.7.
        line("org/slf4j/simple/SimpleLogger"),
        line("org/slf4j/impl/SimpleLogger"),

        // Files, too.
        Hook.atEntry(
                "com/p6spy/engine/spy/appender/StdoutLogger",
                "logText",
                "(Ljava/lang/String;)V",
                logged(1, "java/lang/String"))
            .where(Hook.Absence.FINE));
  }

  /** What an event hands out. */
  private static Hook read(String type, String method, String descriptor) {
    String result = Type.getReturnType(descriptor).getInternalName();
    return Hook.beforeReturn(
            type,
            method,
            descriptor,
            code -> {
              Code.bridge(code, "logged", LOGGED);
              code.visitTypeInsn(Opcodes.CHECKCAST, result);
            })
        .where(Hook.Absence.FINE);
  }

  /** A whole line and the exception that follows it. */
  private static Hook line(String logger) {
    return Hook.atEntry(
            logger,
            "write",
            "(Ljava/lang/StringBuilder;Ljava/lang/Throwable;)V",
            code -> {
              logged(1, "java/lang/StringBuilder").write(code);
              logged(2, "java/lang/Throwable").write(code);
            })
        .where(Hook.Absence.FINE);
  }

  /** Puts something else in the place of a parameter. */
  private static Code logged(int variable, String type) {
    return code -> {
      code.visitVarInsn(Opcodes.ALOAD, variable);
      Code.bridge(code, "logged", LOGGED);
      code.visitTypeInsn(Opcodes.CHECKCAST, type);
      code.visitVarInsn(Opcodes.ASTORE, variable);
    };
  }
}

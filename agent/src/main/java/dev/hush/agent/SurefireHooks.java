package dev.hush.agent;

import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Where Maven's Surefire and Failsafe, from version 3 on, tell Maven from a JVM of their own what
 * tests do: in frames that begin with the length of each text, on standard output or a socket. The
 * texts are masked before they are measured, and the frames are left as they are.
 */
final class SurefireHooks {

  private static final String API = "org/apache/maven/surefire/api/";
  private static final String ENCODER = API + "stream/AbstractStreamEncoder";
  private static final String CHANNEL =
      API + "util/internal/AbstractNoninterruptibleWritableChannel";
  private static final String DUMP = API + "util/internal/DumpFileUtils";

  private static final String TEXT = "(Ljava/lang/String;)Ljava/lang/String;";
  private static final String TRACE = "java/lang/Throwable.printStackTrace";

  private SurefireHooks() {}

  static List<Hook> all() {
    return List.of(
        // Names, messages, stack traces, output, properties: all texts of all events.
        Hook.atEntry(
            ENCODER,
            "encodeString",
            "(Ljava/nio/charset/CharsetEncoder;Ljava/nio/ByteBuffer;Ljava/lang/String;)V",
            code -> {
              code.visitVarInsn(Opcodes.ALOAD, 3);
              Code.bridge(code, "framed", TEXT);
              code.visitVarInsn(Opcodes.ASTORE, 3);
            }),
        // What a test has printed stands before its end.
        Hook.atEntry(
            "org/apache/maven/surefire/booter/spi/EventChannelEncoder",
            "encode",
            "(L" + API + "booter/ForkedProcessEventType;L" + API + "report/ReportEntry;Z)",
            Code.bridge("told", "()V")),
        // A buffer is flushed by any write, so that of the channel there is only this one place.
        Hook.aroundBody(
            CHANNEL,
            "write",
            "(Ljava/nio/ByteBuffer;Z)I",
            Code.bridge("enterFrame", "()Ljava/lang/Object;"),
            Code.bridge("leaveFrame", "(Ljava/lang/Object;)V")),
        // The files *.dump, in which it complains.
        Hook.insteadOfCall(
                DUMP,
                TRACE,
                "(Ljava/io/PrintWriter;)V",
                Code.bridge("printStackTrace", "(Ljava/lang/Throwable;Ljava/io/PrintWriter;)V"))
            .inside("dumpException"),
        dumped("dumpException", "(Ljava/lang/Throwable;Ljava/lang/String;Ljava/io/File;)V", 1),
        dumped("dumpText", "(Ljava/lang/String;Ljava/io/File;)V", 0));
  }

  private static Hook dumped(String method, String descriptor, int text) {
    return Hook.atEntry(
        DUMP,
        method,
        descriptor,
        code -> {
          code.visitVarInsn(Opcodes.ALOAD, text);
          Code.bridge(code, "text", TEXT);
          code.visitVarInsn(Opcodes.ASTORE, text);
        });
  }
}

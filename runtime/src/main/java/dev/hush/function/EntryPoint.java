package dev.hush.function;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/**
 * Tells the call of {@code main} that the application begins with from one by a test, by another
 * program that has the application inside, or by the application itself: nothing has called it but
 * the JVM and launchers.
 */
final class EntryPoint {

  /**
   * What calls {@code main} for the JVM. Each has the rest of the process to itself; a program that
   * starts others in its own process is none.
   */
  private static final List<String> LAUNCHERS =
      List.of(
          "com.sun.tools.javac.launcher.", // java App.java
          "org.springframework.boot.loader.", // java -jar, of Spring Boot's archives
          "org.springframework.boot.devtools.restart.",
          "io.quarkus.bootstrap.runner.");

  private EntryPoint() {}

  /** Whether the current thread's innermost call of this function is that one. */
  static boolean isEnteredBy(FunctionDeclaration main) {
    List<StackFrame> callAndCallers =
        StackWalker.getInstance()
            .walk(frames -> frames.dropWhile(frame -> !isOf(frame, main)).toList());
    return !callAndCallers.isEmpty()
        && callAndCallers.stream().skip(1).allMatch(EntryPoint::isLauncher);
  }

  private static boolean isLauncher(StackFrame frame) {
    return LAUNCHERS.stream().anyMatch(frame.getClassName()::startsWith);
  }

  private static boolean isOf(StackFrame frame, FunctionDeclaration function) {
    // Not by the descriptor too: a frame has one only if it holds its class, which takes longer.
    return frame.getClassName().equals(function.type())
        && frame.getMethodName().equals(function.method());
  }
}

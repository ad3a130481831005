package dev.hush.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Passes on to a program the signals that this process gets, which then ends when the program does.
 *
 * <p>What a terminal sends to everything that runs in its foreground, the program has got already;
 * a second interrupt would mean something else to many programs.
 *
 * <p>The JDK's interface to signals, {@code sun.misc.Signal}, is used by reflection: javac warns of
 * it whatever it is told (JDK-8180165).
 */
final class PassedSignals {

  private static final String[] SIGNALS = {"TERM", "HUP", "INT", "USR1", "USR2"};

  private PassedSignals() {}

  /** From now on. */
  static void to(Process process) {
    to(process::toHandle);
  }

  /**
   * From now on.
   *
   * @param program asked at each signal
   */
  static void to(Supplier<ProcessHandle> program) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (String name : SIGNALS) {
        Object passing =
            Proxy.newProxyInstance(
                null,
                new Class<?>[] {handler},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("handle")) {
                    pass(name, program.get());
                    return null;
                  }
                  return method.getName().equals("equals")
                      ? (Object) (proxy == arguments[0])
                      : method.getName().equals("hashCode") ? (Object) name.hashCode() : name;
                });
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), passing);
      }
    } catch (ReflectiveOperationException withoutSignals) {
      // The JVM was told to leave signals alone (-Xrs), or has none: they end this process only.
    }
  }

  private static void pass(String name, ProcessHandle process) {
    if (name.equals("INT") && isInForeground()) {
      return;
    }
    try {
      // The JDK knows the program from another one that has got its number since.
      if (process.isAlive()) {
        new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid())
            .redirectError(Redirect.DISCARD)
            .start();
      }
    } catch (IOException noShell) {
      process.destroy();
    }
  }

  /** Whether a terminal sends its signals to this process and those that it has started. */
  private static boolean isInForeground() {
    try {
      // proc_pid_stat(5): after the program's name, state, parent, group, session, terminal, the
      // terminal's foreground group.
      String status = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
      return !fields[4].equals("0") && fields[5].equals(fields[2]);
    } catch (IOException notLinux) {
      return System.console() != null;
    }
  }
}

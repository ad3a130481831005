package dev.hush.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** Where the JVM enters the agent. */
public final class HushAgent {

  private HushAgent() {}

  /** Called by the JVM before the application's {@code main}. */
  public static void premain(@Nullable String argument, Instrumentation instrumentation) {
    Installation.install(argument, instrumentation);
  }

  /**
   * Called by the JVM when the agent is attached to an application that runs already.
   *
   * @throws IllegalStateException if it cannot be installed, which is reported on standard error;
   *     whoever attaches it is told, and the application goes on
   */
  public static void agentmain(@Nullable String argument, Instrumentation instrumentation) {
    Installation.attach(argument, instrumentation);
  }
}

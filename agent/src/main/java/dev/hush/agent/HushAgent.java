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
}

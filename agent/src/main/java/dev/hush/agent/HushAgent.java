package dev.hush.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Where the JVM enters the agent. */
public final class HushAgent {

  /** EX_CONFIG of sysexits.h. */
  private static final int REFUSED = 78;

  private HushAgent() {}

  /** Called by the JVM before the application's {@code main}. */
  public static void premain(@Nullable String argument, Instrumentation instrumentation) {
    try {
      enter("dev.hush.agent.Start", argument, instrumentation);
    } catch (SecurityException forbidden) {
      System.err.println(
          "hush: a security manager forbids what an agent must do: let its policy grant the agent's jar java.security.AllPermission");
      System.exit(REFUSED);
    }
  }

  /**
   * Called by the JVM when the agent is attached to an application that runs already.
   *
   * @throws IllegalStateException if it cannot be installed, which is reported on standard error;
   *     whoever attaches it is told, and the application goes on
   */
  public static void agentmain(@Nullable String argument, Instrumentation instrumentation) {
    enter("dev.hush.agent.Start$Attach", argument, instrumentation);
  }

  @SuppressWarnings("unchecked") // both are just this
  private static void enter(
      String entry, @Nullable String argument, Instrumentation instrumentation) {
    AgentLoader loader;
    BiConsumer<@Nullable String, Instrumentation> start;
    try {
      loader = new AgentLoader(HushAgent.class);
      start =
          (BiConsumer<@Nullable String, Instrumentation>)
              loader.loadClass(entry).getDeclaredConstructor().newInstance();
    } catch (IOException | URISyntaxException | ReflectiveOperationException unreadable) {
      throw new IllegalStateException("hush: the agent's jar cannot be read", unreadable);
    }
    start.accept(argument, instrumentation);
    loader.started();
  }
}

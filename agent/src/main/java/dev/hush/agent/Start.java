package dev.hush.agent;

import java.lang.instrument.Instrumentation;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The first of the agent's classes that {@link AgentLoader} loads: called before the application.
 */
public final class Start implements BiConsumer<@Nullable String, Instrumentation> {

  /** Called by reflection, from the other class loader. */
  public Start() {}

  @Override
  public void accept(@Nullable String argument, Instrumentation instrumentation) {
    Installation.install(argument, instrumentation);
  }

  /** The same beside an application that runs already. */
  public static final class Attach implements BiConsumer<@Nullable String, Instrumentation> {

    /** Called by reflection, from the other class loader. */
    public Attach() {}

    @Override
    public void accept(@Nullable String argument, Instrumentation instrumentation) {
      Installation.attach(argument, instrumentation);
    }
  }
}

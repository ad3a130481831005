package dev.hush.environment;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Which tasks only call others, and keep those to themselves. */
public interface WrappedTasks {

  /**
   * Where tasks of this class have the one that they call.
   *
   * @return a field of theirs, of any object type; null: they do their work themselves
   */
  @Nullable VarHandle field(Class<?> type);
}

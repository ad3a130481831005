package dev.hush.environment;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Which tasks only call others, and keep those to themselves. */
public interface WrappedTasks {

  /**
   * What reads, of a task of this class, the one that it calls.
   *
   * @return takes the task and gives the other, or null; null: tasks of this class do their work
   *     themselves
   */
  @Nullable MethodHandle reader(Class<?> type);
}

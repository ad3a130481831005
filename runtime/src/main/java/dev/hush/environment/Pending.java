package dev.hush.environment;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What executors have taken and not yet run. */
public interface Pending {

  /**
   * The queue that an executor's threads take their tasks from.
   *
   * @return null, if that is not known
   */
  @Nullable Collection<?> of(Object executor);
}

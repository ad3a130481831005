package dev.hush.agent;

import dev.hush.environment.Pending;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The queues of the JDK's pools. The field is read, since {@code getQueue} may be the
 * application's.
 */
final class PoolQueues implements Pending {

  private final VarHandle queue;

  /**
   * @param lookups gives the rights of a class of the JDK
   */
  PoolQueues(Function<Class<?>, MethodHandles.Lookup> lookups) throws ReflectiveOperationException {
    queue =
        lookups
            .apply(ThreadPoolExecutor.class)
            .findVarHandle(ThreadPoolExecutor.class, "workQueue", BlockingQueue.class);
  }

  @Override
  public @Nullable Collection<?> of(Object executor) {
    return executor instanceof ThreadPoolExecutor ? (Collection<?>) queue.get(executor) : null;
  }
}

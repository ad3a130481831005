package dev.hush.agent;

import dev.hush.environment.Pending;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The queues of the JDK's pools. The field is read, since {@code getQueue} may be the
 * application's. The class of pools is not named: a program that has none need not load it.
 */
final class PoolQueues implements Pending {

  private final ClassValue<@Nullable VarHandle> queues;

  /**
   * @param lookups gives the rights of a class of the JDK
   */
  PoolQueues(Function<Class<?>, MethodHandles.Lookup> lookups) {
    queues = new Queues(lookups);
  }

  @Override
  public @Nullable Collection<?> of(Object executor) {
    VarHandle queue = queues.get(executor.getClass());
    return queue == null ? null : (Collection<?>) queue.get(executor);
  }

  private static final class Queues extends ClassValue<@Nullable VarHandle> {
    private final Function<Class<?>, MethodHandles.Lookup> lookups;

    Queues(Function<Class<?>, MethodHandles.Lookup> lookups) {
      this.lookups = lookups;
    }

    @Override
    protected @Nullable VarHandle computeValue(Class<?> type) {
      for (Class<?> above = type; above != null; above = above.getSuperclass()) {
        if (above.getName().equals("java.util.concurrent.ThreadPoolExecutor")) {
          try {
            return lookups.apply(above).findVarHandle(above, "workQueue", BlockingQueue.class);
          } catch (ReflectiveOperationException another) {
            return null; // It is as one whose queue is not known.
          }
        }
      }
      return null;
    }
  }
}

package dev.hush.agent;

import dev.hush.environment.WrappedTasks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's own tasks call in the end. They wrap it in fields that nobody else may read: a
 * library's housekeeper and a virtual thread's continuation are handed over as the JDK's tasks.
 */
final class WrappedWork implements WrappedTasks {

  /** Types with the field that holds what they wrap; not every JDK has all. */
  private static final List<String> FIELDS =
      List.of(
          "FutureTask callable java.util.concurrent.Callable",
          "Executors$RunnableAdapter task java.lang.Runnable",
          "CompletableFuture$AsyncSupply fn java.util.function.Supplier",
          "CompletableFuture$AsyncRun fn java.lang.Runnable",
          "ForkJoinTask$AdaptedRunnable runnable java.lang.Runnable",
          "ForkJoinTask$AdaptedRunnableAction runnable java.lang.Runnable",
          "ForkJoinTask$RunnableExecuteAction runnable java.lang.Runnable",
          "ForkJoinTask$AdaptedCallable callable java.util.concurrent.Callable",
          "ForkJoinTask$AdaptedInterruptibleCallable callable java.util.concurrent.Callable",
          "ForkJoinTask$AdaptedInterruptibleRunnable runnable java.lang.Runnable",
          "DelayScheduler$ScheduledForkJoinTask runnable java.lang.Runnable");

  /** The same of libraries, which are asked for where a class of them is met. */
  private static final List<String> LIBRARY_FIELDS =
      List.of(
          "io.netty.util.concurrent.PromiseTask task",
          "io.netty.util.concurrent.PromiseTask$RunnableAdapter task",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$RunnableScheduledFutureTask"
              + " future",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$NonNotifyRunnable task",
          "io.vertx.core.impl.VertxImpl$InternalTimerHandler handler");

  private final Map<Class<?>, VarHandle> fields = new HashMap<>();

  /**
   * @param lookups gives the rights of a class of the JDK
   */
  WrappedWork(Function<Class<?>, MethodHandles.Lookup> lookups)
      throws ReflectiveOperationException {
    for (String line : FIELDS) {
      String[] words = line.split(" ");
      Class<?> type;
      try {
        type = Class.forName("java.util.concurrent." + words[0], false, null);
      } catch (ClassNotFoundException another) {
        continue;
      }
      fields.put(
          type,
          lookups.apply(type).findVarHandle(type, words[1], Class.forName(words[2], false, null)));
    }
  }

  @Override
  public @Nullable VarHandle field(Class<?> task) {
    for (Class<?> type = task; type != null; type = type.getSuperclass()) {
      VarHandle field = fields.get(type);
      if (field == null && type.getClassLoader() != null) {
        field = ofALibrary(type);
      }
      if (field != null) {
        return field;
      }
    }
    return null;
  }

  private static @Nullable VarHandle ofALibrary(Class<?> type) {
    String name = type.getName();
    for (String line : LIBRARY_FIELDS) {
      if (line.length() > name.length()
          && line.charAt(name.length()) == ' '
          && line.startsWith(name)) {
        try {
          Field field = type.getDeclaredField(line.substring(name.length() + 1));
          return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
              .unreflectVarHandle(field);
        } catch (ReflectiveOperationException | LinkageError another) {
          return null; // A version without it, or in a module: what is wrapped is not asked.
        }
      }
    }
    return null;
  }
}

package dev.hush.agent;

import dev.hush.environment.WrappedTasks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's own tasks, and some of libraries, call in the end. They wrap it in fields that
 * nobody else may read: a library's housekeeper and a virtual thread's continuation are handed over
 * as the JDK's tasks. A class is looked at when the first task of it is met; not every JDK, and not
 * every version of a library, has all.
 */
final class WrappedWork implements WrappedTasks {

  private static final String CONCURRENT = "java.util.concurrent.";

  /** Types with the field that holds what they wrap, and its type. */
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

  /** The same of libraries. */
  private static final List<String> LIBRARY_FIELDS =
      List.of(
          "io.netty.util.concurrent.PromiseTask task",
          "io.netty.util.concurrent.PromiseTask$RunnableAdapter task",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$RunnableScheduledFutureTask"
              + " future",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$NonNotifyRunnable task",
          "io.vertx.core.impl.VertxImpl$InternalTimerHandler handler");

  private final Function<Class<?>, MethodHandles.Lookup> lookups;

  /**
   * @param lookups gives the rights of a class of the JDK
   */
  WrappedWork(Function<Class<?>, MethodHandles.Lookup> lookups) {
    this.lookups = lookups;
  }

  /**
   * Looks at all of the JDK's now, in a JDK that nobody has looked at.
   *
   * @throws ReflectiveOperationException if one keeps its work elsewhere
   */
  void prove() throws ReflectiveOperationException {
    for (String line : FIELDS) {
      String[] words = line.split(" ");
      Class<?> type;
      try {
        type = Class.forName(CONCURRENT + words[0], false, null);
      } catch (ClassNotFoundException another) {
        continue;
      }
      var unused = handle(type, words);
    }
  }

  private VarHandle handle(Class<?> type, String... words) throws ReflectiveOperationException {
    return lookups.apply(type).findVarHandle(type, words[1], Class.forName(words[2], false, null));
  }

  /** A task that wraps another, of no class of the JDK's: reading it makes reading others ready. */
  static Runnable sample(Runnable wrapped) {
    return new Sample(wrapped);
  }

  @Override
  public @Nullable VarHandle field(Class<?> task) {
    for (Class<?> type = task; type != null; type = type.getSuperclass()) {
      String name = type.getName();
      VarHandle field = null;
      if (type.getClassLoader() != null) {
        field = type == Sample.class ? ofTheSample() : ofALibrary(type, name);
      } else if (name.startsWith(CONCURRENT)) {
        field = ofTheJdk(type, name.substring(CONCURRENT.length()));
      }
      if (field != null) {
        return field;
      }
    }
    return null;
  }

  private @Nullable VarHandle ofTheJdk(Class<?> type, String name) {
    String[] words = line(FIELDS, name);
    try {
      return words == null ? null : handle(type, words);
    } catch (ReflectiveOperationException another) {
      return null; // A JDK without it: what is wrapped is not asked.
    }
  }

  private static @Nullable VarHandle ofALibrary(Class<?> type, String name) {
    String[] words = line(LIBRARY_FIELDS, name);
    try {
      return words == null
          ? null
          : MethodHandles.privateLookupIn(type, MethodHandles.lookup())
              .unreflectVarHandle(type.getDeclaredField(words[1]));
    } catch (ReflectiveOperationException | LinkageError another) {
      return null; // A version without it, or in a module.
    }
  }

  private static VarHandle ofTheSample() {
    try {
      return MethodHandles.lookup().findVarHandle(Sample.class, "wrapped", Runnable.class);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String @Nullable [] line(List<String> lines, String type) {
    for (String line : lines) {
      if (line.length() > type.length()
          && line.charAt(type.length()) == ' '
          && line.startsWith(type)) {
        return line.split(" ");
      }
    }
    return null;
  }

  private static final class Sample implements Runnable {
    final Runnable wrapped;

    Sample(Runnable wrapped) {
      this.wrapped = wrapped;
    }

    @Override
    public void run() {
      wrapped.run();
    }
  }
}

package dev.hush.agent.coroutines;

import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.functions.Function1;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.ThreadContextElement;
import org.jspecify.annotations.Nullable;

/**
 * Gives a coroutine, when it is made, the view of whoever makes it: it has that wherever it goes on
 * and whoever wakes it, until it is complete. One that is made outside any function has none, not
 * even where a function wakes it. In types of the JDK, since whoever calls this is in another class
 * loader.
 */
public final class CoroutineEntry implements BiFunction<Object, Boolean, Object> {

  private static final CoroutineContext.Key<View> KEY = new Key();

  private final Supplier<@Nullable Object> capture;
  private final Function<Object, @Nullable Object> enter;
  private final Supplier<@Nullable Object> suspend;
  private final Consumer<@Nullable Object> leave;
  private final Consumer<Object> forget;
  private final View none = new View(null);

  /** Called by reflection. */
  public CoroutineEntry(
      Supplier<@Nullable Object> capture,
      Function<Object, @Nullable Object> enter,
      Supplier<@Nullable Object> suspend,
      Consumer<@Nullable Object> leave,
      Consumer<Object> forget) {
    this.capture = capture;
    this.enter = enter;
    this.suspend = suspend;
    this.leave = leave;
    this.forget = forget;
  }

  /**
   * The context to take instead.
   *
   * @param isNew whether it is that of a new coroutine, or is lent to one that exists, by {@code
   *     withContext}: that one keeps its own view and does not see what another was launched with
   */
  @Override
  public Object apply(Object context, Boolean isNew) {
    CoroutineContext given = (CoroutineContext) context;
    if (!isNew) {
      return given.minusKey(KEY);
    }
    Object view = capture.get();
    if (view != null) {
      return given.plus(new View(view));
    }
    return given.get(KEY) == none ? given : given.plus(none);
  }

  private static final class Key implements CoroutineContext.Key<View> {}

  /** What a coroutine sees. Coroutines go on in one thread at a time. */
  private final class View extends AbstractCoroutineContextElement
      implements ThreadContextElement<@Nullable Object> {
    private final @Nullable Object view;
    private boolean isWatched;

    private View(@Nullable Object view) {
      super(KEY);
      this.view = view;
    }

    @Override
    public @Nullable Object updateThreadContext(CoroutineContext context) {
      if (view == null) {
        return suspend.get();
      }
      if (!isWatched) {
        isWatched = true;
        Job job = context.get(Job.Key);
        if (job != null) {
          job.invokeOnCompletion(new End(view));
        }
      }
      return enter.apply(view);
    }

    @Override
    public void restoreThreadContext(CoroutineContext context, @Nullable Object token) {
      leave.accept(token);
    }
  }

  private final class End implements Function1<@Nullable Throwable, Unit> {
    private final Object view;

    private End(Object view) {
      this.view = view;
    }

    @Override
    public Unit invoke(@Nullable Throwable cause) {
      forget.accept(view);
      return Unit.INSTANCE;
    }
  }
}

package dev.hush.agent.micrometer;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds the view to what micrometer's context propagation carries from thread to thread. In types of
 * the JDK, since whoever calls this is in another class loader.
 */
public final class ContextEntry implements Consumer<Object> {

  private final Supplier<@Nullable Object> capture;
  private final Function<Object, @Nullable Object> enter;
  private final Supplier<@Nullable Object> suspend;
  private final Consumer<@Nullable Object> leave;

  /** Called by reflection. */
  public ContextEntry(
      Supplier<@Nullable Object> capture,
      Function<Object, @Nullable Object> enter,
      Supplier<@Nullable Object> suspend,
      Consumer<@Nullable Object> leave) {
    this.capture = capture;
    this.enter = enter;
    this.suspend = suspend;
    this.leave = leave;
  }

  @Override
  public void accept(Object registry) {
    ((ContextRegistry) registry).registerThreadLocalAccessor(new ViewAccessor());
  }

  /**
   * A value is a handle on the view, which ends with it. Each value that is set is restored, the
   * last one first.
   */
  private final class ViewAccessor implements ThreadLocalAccessor<Object> {
    private final ThreadLocal<@Nullable List<@Nullable Object>> entered = new ThreadLocal<>();

    @Override
    public Object key() {
      return "hush.environment.view";
    }

    @Override
    public @Nullable Object getValue() {
      return capture.get();
    }

    @Override
    public void setValue(Object view) {
      push(enter.apply(view));
    }

    @Override
    public void setValue() {
      push(suspend.get());
    }

    @Override
    public void restore(Object previous) {
      restore();
    }

    @Override
    public void restore() {
      List<@Nullable Object> tokens = entered.get();
      if (tokens != null) {
        leave.accept(tokens.remove(tokens.size() - 1));
        if (tokens.isEmpty()) {
          entered.remove();
        }
      }
    }

    private void push(@Nullable Object token) {
      List<@Nullable Object> tokens = entered.get();
      if (tokens == null) {
        tokens = new ArrayList<>();
        entered.set(tokens);
      }
      tokens.add(token);
    }
  }
}

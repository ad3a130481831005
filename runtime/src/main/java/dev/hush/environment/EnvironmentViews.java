package dev.hush.environment;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which view each thread is in.
 *
 * <p>A thread has one {@link Slot}. It holds nothing outside any function, the function's shared
 * view from {@link #enter} on, and a {@link Call} of that view as soon as something asked for that
 * can outlive the call, such as the map of {@link System#getenv()} or a task that is handed over.
 * Entering hands out what the slot held, leaving puts it back, so that nesting needs no stack, a
 * call that asks for single variables allocates nothing, and an exit lost to a {@link
 * StackOverflowError} is made good by one further out, at the latest by the outermost.
 *
 * <p>Invariant: the slot of the thread that made a {@link Call} knows it until the function is
 * left, and ends it then for this thread; when the work that it handed over has ended as well,
 * everything that was made from the call shows the process environment alone.
 *
 * <p>Below all that there may be one base view: what every thread sees that is in no other. It is
 * never left.
 */
public final class EnvironmentViews {

  private static final long BETWEEN_SEARCHES = 50_000_000;

  private final ThreadLocal<@Nullable Slot> slots = new Slots();
  private final Bindings tasks = new Bindings();
  private final Bindings given = new Bindings();
  private final Bindings threads = new Bindings();

  private final EnvironmentView none = new EnvironmentView(Map.of());

  /** Of all views that were ever entered. */
  private final VariableNames names = new VariableNames();

  /** The environment of the process as the JDK has it; null: nobody has told. */
  private volatile @Nullable Map<String, String> process;

  /** All views that are still held by somebody. */
  private final Set<EnvironmentView> known =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** Whether it may come from somewhere else by now, such as from a tool for tests. */
  private volatile boolean isReplaced;

  /** Whether a function, or a call with secrets, is to be reckoned with. */
  private volatile boolean areUsed;

  /** Looks for what holds a call that has ended otherwise. */
  private volatile @Nullable Runnable search;

  private final AtomicLong searched = new AtomicLong(System.nanoTime() - BETWEEN_SEARCHES);

  /** A call that never ends, and that is in no thread's slot; null: the process alone. */
  private volatile @Nullable Call base;

  /**
   * Makes this, for as long as the process lives, the view of every thread that is in no other.
   *
   * @return what {@link #exit} needs if it is called all the same: it changes nothing
   */
  public @Nullable Object enterForGood(EnvironmentView view) {
    know(view);
    base = new Call(view, null);
    Slot slot = slots.get();
    return slot == null ? null : slot.current;
  }

  private void know(EnvironmentView view) {
    if (view.tell(names)) {
      known.add(view);
    }
  }

  /**
   * Makes this the view of the current thread.
   *
   * @return what {@link #exit} needs, on the same thread
   */
  public @Nullable Object enter(EnvironmentView view) {
    know(view);
    Slot slot = slotForEntering();
    Object previous = slot.current;
    slot.current = view;
    return previous;
  }

  /**
   * Makes the process environment alone what the current thread sees, whatever it is in.
   *
   * @return what {@link #exit} needs, on the same thread
   */
  public @Nullable Object enterNone() {
    return enter(none);
  }

  /** Ends the current thread's view and goes back to the one before it. Never throws. */
  public void exit(@Nullable Object previous) {
    Slot slot = slots.get();
    if (slot != null) {
      Object left = slot.current;
      slot.current = previous;
      if (previous instanceof EnvironmentView) {
        // Which calls are further out than this view is not known: only the one left is ended.
        slot.endUpTo(left instanceof Link link ? link.outer : slot.innermost);
      } else {
        slot.endUpTo((Link) previous);
      }
    }
  }

  /**
   * What the current thread reads from a variable of its view.
   *
   * @return null where the process environment is to be asked
   */
  public @Nullable String get(@Nullable String name) {
    if (name == null || !names.mayContain(name)) {
      return null;
    }
    EnvironmentView view = current();
    return view == null ? null : view.get(name);
  }

  /**
   * The whole environment as the current thread sees it: unmodifiable, and without the view's
   * variables as soon as the call has ended, whoever holds it then.
   */
  public Map<String, String> all(Map<String, String> process) {
    Slot slot = slots.get();
    Call call = slot == null ? null : slot.call();
    if (call == null) {
      call = base;
    }
    Map<String, String> others = ofProcess(process);
    return call == null || call.view.isEmpty() ? others : call.environment(others, this);
  }

  /**
   * What a variable of the process is outside of any view: where a tool has put an environment of
   * its own in the place of that of the process, and has copied a view into it, not the copy.
   */
  public @Nullable String ofProcess(@Nullable String name, @Nullable String value) {
    return isReplaced && name != null && value != null && isOfAView(value) ? original(name) : value;
  }

  /** The same for all of them. */
  @SuppressWarnings("ReferenceEquality")
  Map<String, String> ofProcess(Map<String, String> shown) {
    if (!isReplaced) {
      return shown;
    }
    Map<String, String> others = shown;
    for (Map.Entry<String, String> variable : shown.entrySet()) {
      String name = variable.getKey();
      String value = variable.getValue();
      if (ofProcess(name, value) != value) {
        others = others == shown ? new HashMap<>(shown) : others;
        String original = original(name);
        if (original == null) {
          others.remove(name);
        } else {
          others.put(name, original);
        }
      }
    }
    return others == shown ? shown : Collections.unmodifiableMap(others);
  }

  private boolean isOfAView(String value) {
    synchronized (known) {
      for (EnvironmentView view : known) {
        if (view.holds(value)) {
          return true;
        }
      }
      return false;
    }
  }

  private @Nullable String original(String name) {
    Map<String, String> original = process;
    return original == null ? null : original.get(name);
  }

  /**
   * Tells what the environment of the process is.
   *
   * @param process the JDK's map, as it is while no view is in force
   */
  public void processIs(Map<String, String> process) {
    this.process = process;
  }

  /** Tells that it may come from somewhere else from now on. */
  public void processIsReplaced() {
    isReplaced = true;
  }

  /** What the current thread sees beside the process environment; unmodifiable. */
  Map<String, String> variables() {
    EnvironmentView view = current();
    return view == null ? Map.of() : view.variables();
  }

  private @Nullable EnvironmentView current() {
    Slot slot = slots.get();
    EnvironmentView view = slot == null ? null : slot.view();
    if (view == null) {
      Call call = base;
      return call == null ? null : call.view;
    }
    return view;
  }

  /** The current thread's slot, if it was ever in anything. */
  @Nullable Slot slot() {
    return slots.get();
  }

  /** Whether the current thread runs what was handed over by this call, which cannot end then. */
  boolean isInTaskOf(Call call) {
    Slot slot = slots.get();
    return slot != null && slot.isInTaskOf(call);
  }

  Slot slotForEntering() {
    Slot slot = slots.get();
    if (slot == null) {
      slot = new Slot();
      slots.set(slot);
    }
    return slot;
  }

  /**
   * Tells that a function may be called later: whatever is handed over until then by nobody is
   * nobody's.
   */
  public void expectCalls() {
    areUsed = true;
  }

  /** Whether any thread may be in a view, now or later. */
  boolean areUsed() {
    return areUsed;
  }

  /**
   * @param search looks for what holds a call that has ended otherwise
   */
  void beforeMapsAreRead(Runnable search) {
    this.search = search;
  }

  /**
   * Releases what holds calls that have ended otherwise: tasks that are gone without having been
   * run are found out by those whom they keep waiting.
   */
  void dropStale() {
    tasks.removeCollected();
    given.removeCollected();
    Runnable further = search;
    long last = searched.get();
    long now = System.nanoTime();
    if (further != null && now - last >= BETWEEN_SEARCHES && searched.compareAndSet(last, now)) {
      further.run();
    }
  }

  /** What was given to a door, with its giver, also with nobody. */
  Bindings given() {
    return given;
  }

  /** The tasks that are bound to a call. */
  Bindings tasks() {
    return tasks;
  }

  /** The threads that are bound to a call, from their start to their end. */
  Bindings threads() {
    return threads;
  }

  /**
   * A thread that is bound finds so when it asks for the first time, on itself: so nothing of it
   * need be touched by the one that starts it.
   */
  private final class Slots extends ThreadLocal<@Nullable Slot> {
    @Override
    protected @Nullable Slot initialValue() {
      if (threads.isEmpty()) {
        return null;
      }
      Call call = threads.peek(Thread.currentThread(), TaskKind.KEPT);
      if (call == null) {
        return null;
      }
      // The lease that counts is that of the binding, which ends with the thread.
      call.release();
      Slot slot = new Slot();
      slot.enterForGood(call);
      return slot;
    }
  }
}

package dev.hush.environment;

import java.lang.invoke.VarHandle;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of a class have in common. Asked for once for each class: a task that is handed
 * over pays for one look, where {@code instanceof} an interface may cost it a search each time.
 *
 * @param follows whether they follow the function that hands them over
 * @param place where they are bound, or {@link #AT_EXECUTOR}
 * @param isShared whether all hand-overs have one object, a lambda that captures nothing
 * @param wrapped the field with what such a task calls; none, if it does its work itself
 */
record TaskKind(boolean follows, int place, boolean isShared, @Nullable VarHandle wrapped) {

  /** Of tasks that may be handed over to several: there is a place for each executor. */
  static final int AT_EXECUTOR = 0;

  // Places beside those of the executors, whose identity hash codes are not negative.

  /** Of tasks that run once wherever they are handed over. */
  static final int ONCE = -1;

  /** Of what stays bound while it runs: repeated tasks, stages, threads. */
  static final int KEPT = -2;

  /** Of what sees a call and does not keep it. */
  static final int LENT = -3;

  static int place(Class<?> type) {
    if (!Future.class.isAssignableFrom(type)) {
      return AT_EXECUTOR;
    }
    return Delayed.class.isAssignableFrom(type) ? KEPT : ONCE;
  }

  /**
   * Only what the JDK makes of a lambda is looked at: the types of its fields are loaded, and it
   * has none that others may change.
   */
  static boolean isShared(Class<?> type) {
    return type.isHidden() && type.getDeclaredFields().length == 0;
  }

  /** What a task of this kind calls; null, if that is nothing else, or there no longer. */
  @Nullable Object wrappedBy(Object task) {
    // No method handle: to be called in this way it is adapted, by classes that the JDK makes for
    // it on the stack of whoever hands over first.
    return wrapped == null ? null : wrapped.get(task);
  }
}

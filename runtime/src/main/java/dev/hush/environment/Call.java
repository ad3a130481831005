package dev.hush.environment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function, as a handle that can be revoked: what can outlive the call holds this and
 * never the view's variables.
 *
 * <p>Invariant: there is one lease for the owner, the thread that runs the function, and one for
 * each task and thread that is bound to the call and has not ended. None can be had once there are
 * none, so that a call that has ended stays so.
 */
class Call extends Link {

  private static final VarHandle LEASES;

  static {
    try {
      LEASES = MethodHandles.lookup().findVarHandle(Call.class, "leases", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Stands for no call, where that is known: it is never entered, and has no leases. */
  static final Call NOBODY = new Nobody();

  final EnvironmentView view;
  private volatile int leases = 1;
  private volatile boolean left;

  /** Once it was asked for; a thread that does not find it yet makes one that is as good. */
  private @Nullable Environment environment;

  Call(EnvironmentView view, @Nullable Link outer) {
    super(outer);
    this.view = view;
  }

  /** The map of this call; the same one, as long as that of the process is. */
  Map<String, String> environment(Map<String, String> process, EnvironmentViews views) {
    Environment known = environment;
    if (known == null || !known.isOf(process)) {
      known = new Environment(process, this, views);
      environment = known;
    }
    return known.unmodifiable();
  }

  /** Takes a lease, if the call has not ended. */
  boolean retain() {
    int current = leases;
    while (current > 0) {
      if (LEASES.weakCompareAndSet(this, current, current + 1)) {
        return true;
      }
      current = leases;
    }
    return false;
  }

  /** Gives a lease back. */
  void release() {
    LEASES.getAndAdd(this, -1);
  }

  /** Ends it for its owner. */
  @Override
  void end() {
    left = true;
    release();
  }

  boolean hasEnded() {
    return leases == 0;
  }

  /** Whether the function has returned, and only what it handed over may be left. */
  boolean isLeft() {
    return left;
  }

  private static final class Nobody extends Call {
    Nobody() {
      super(new EnvironmentView(Map.of()), null);
    }

    @Override
    boolean retain() {
      return true;
    }

    @Override
    void release() {}
  }
}

package dev.hush.environment;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that something sees for as long as others keep it, without keeping it: a subscription,
 * which may last for ever, sees the secrets of the function that made it while that or its work
 * runs.
 */
final class Lent extends Call {

  private final WeakReference<Call> call;

  Lent(Call call) {
    super(NOBODY.view, null);
    this.call = new WeakReference<>(call);
  }

  /** The call, with a lease; null, if it has ended. */
  @Nullable Call retained() {
    Call lent = call.get();
    return lent != null && lent.retain() ? lent : null;
  }

  @Override
  boolean retain() {
    return true;
  }

  @Override
  void release() {}
}

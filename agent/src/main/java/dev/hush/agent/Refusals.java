package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes what makes the protection incomplete: until it is in force to report it together, from then
 * on to end the JVM.
 */
final class Refusals implements Predicate<String> {

  private final Predicate<String> later;
  private @Nullable List<String> reasons = new ArrayList<>();

  /**
   * @param later takes each reason from then on
   */
  Refusals(Predicate<String> later) {
    this.later = later;
  }

  /** Whether what is refused may be loaded none the less. */
  @Override
  public boolean test(String reason) {
    synchronized (this) {
      if (reasons != null) {
        return reasons.add(reason);
      }
    }
    return later.test(reason);
  }

  /** The protection is in force, unless there were any. */
  synchronized void end() {
    if (reasons != null && !reasons.isEmpty()) {
      throw new RefusedException("hush: " + String.join("\nhush: ", reasons));
    }
    reasons = null;
  }
}

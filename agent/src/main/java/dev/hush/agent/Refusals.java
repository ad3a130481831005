package dev.hush.agent;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes what makes the protection incomplete: until it is in force to report it together, from then
 * on to end the JVM.
 */
final class Refusals implements Predicate<String> {

  private final Predicate<String> later;
  private @Nullable Set<String> reasons = new LinkedHashSet<>();

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
        reasons.add(reason); // One class may be shown twice, loaded first and then woven.
        return true;
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

package dev.hush.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that persons have logged in for, for the processes that they start next.
 *
 * <p>An implementation never fails: what it cannot keep or give it says in one line to whoever
 * started the program. It is safe for use by several threads and processes.
 */
public interface KeptTokens {

  /**
   * A token, never shown.
   *
   * @param until when it is good
   */
  record Kept(String token, Instant until) {
    @Override
    public String toString() {
      return "Kept[***]";
    }
  }

  /**
   * The token that was kept, if it is still good by the clock.
   *
   * @param origin which server gave it to whom, so that an equal text means the same; it is kept as
   *     a hash only
   */
  @Nullable Kept read(String origin);

  /** Keeps a token in the place of an earlier one. Only within {@link #exclusively}. */
  void keep(String origin, Kept token);

  /** Forgets this token, if it is the one that is kept. Only within {@link #exclusively}. */
  void forget(String origin, String token);

  /**
   * Does work while no other process of this user does any here: so that one of those which start
   * together asks a person to log in, and the others find its token.
   *
   * @param longestWait after which the work is done all the same
   * @return what the work returns, or throws
   */
  <T extends @Nullable Object> T exclusively(Duration longestWait, Supplier<T> work);
}

package dev.hush;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A secret may be there but cannot be read: no permission, no answer in time, unreadable content.
 *
 * <p>Whoever asked learns what may be done about it without a person: nothing, to ask again later
 * ({@link #retryAfter()}), to ask nothing more of that place ({@link #isIdentityRefused()}), or to
 * let go of what the place gave before ({@link #isWithheld()}).
 */
public final class SecretUnavailableException extends SecretException {

  private final @Nullable Duration retryAfter;
  private final boolean identityRefused;
  private final boolean withheld;

  /**
   * Asking again would end the same way.
   *
   * @param reason what happened and where, without a full stop, a value, or text that may hold one
   * @param remedy what to do now, without a full stop; may be empty
   */
  public SecretUnavailableException(String reason, String remedy) {
    this(reason, remedy, null, false, false);
  }

  private SecretUnavailableException(
      String reason,
      String remedy,
      @Nullable Duration retryAfter,
      boolean identityRefused,
      boolean withheld) {
    super(reason, remedy);
    this.retryAfter = retryAfter;
    this.identityRefused = identityRefused;
    this.withheld = withheld;
  }

  /**
   * Asking again may help: a server that is busy, a connection that broke.
   *
   * @param retryAfter how long the place asks to be left alone; zero if it does not say
   */
  public static SecretUnavailableException temporary(
      String reason, String remedy, Duration retryAfter) {
    return new SecretUnavailableException(reason, remedy, retryAfter, false, false);
  }

  /**
   * The place does not accept who asks: a wrong or expired token. It will not for any other secret
   * either, and to go on may lock the account.
   */
  public static SecretUnavailableException identityRefused(String reason, String remedy) {
    return new SecretUnavailableException(reason, remedy, null, true, false);
  }

  /** The place knows who asks, and does not give this secret: no permission, or it is disabled. */
  public static SecretUnavailableException withheld(String reason, String remedy) {
    return new SecretUnavailableException(reason, remedy, null, false, true);
  }

  /** How long to wait before asking again, zero if any time will do; null if it would not help. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether nothing else can be had from the same place with the same identity. */
  public boolean isIdentityRefused() {
    return identityRefused;
  }

  /** Whether the place has decided that this secret is not for who asks. */
  public boolean isWithheld() {
    return withheld;
  }
}

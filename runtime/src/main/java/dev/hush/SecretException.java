package dev.hush;

/**
 * A secret could not be had.
 *
 * <p>The texts never hold a value, nor text that may hold one. Its kinds say whose turn it is:
 * {@link InvalidSecretException} the developer's, {@link SecretNotFoundException} whoever keeps the
 * secret, {@link SecretUnavailableException} whoever runs the place where it is kept; {@link
 * SecretExistsException} is that of whoever chooses the name of a new one.
 */
public sealed class SecretException extends RuntimeException
    permits InvalidSecretException,
        SecretExistsException,
        SecretNotFoundException,
        SecretUnavailableException {

  private final String reason;
  private final String remedy;

  SecretException(String reason, String remedy) {
    super(remedy.isEmpty() ? reason : reason + ": " + remedy);
    this.reason = reason;
    this.remedy = remedy;
  }

  /** What happened and where, without a full stop. */
  public String reason() {
    return reason;
  }

  /** What to do now, without a full stop; empty if there is nothing to advise. */
  public String remedy() {
    return remedy;
  }
}

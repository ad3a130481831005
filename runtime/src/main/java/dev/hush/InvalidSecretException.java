package dev.hush;

/** A secret is declared wrongly: a malformed address, a wrong key name, a scheme nobody reads. */
public final class InvalidSecretException extends SecretException {

  /**
   * @param reason what happened and where, without a full stop, a value, or text that may hold one
   * @param remedy what to do now, without a full stop; may be empty
   */
  public InvalidSecretException(String reason, String remedy) {
    super(reason, remedy);
  }
}

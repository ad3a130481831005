package dev.hush;

/** A secret, or a key that it must have, is not there. */
public final class SecretNotFoundException extends SecretException {

  /**
   * @param reason what happened and where, without a full stop, a value, or text that may hold one
   * @param remedy what to do now, without a full stop; may be empty
   */
  public SecretNotFoundException(String reason, String remedy) {
    super(reason, remedy);
  }
}

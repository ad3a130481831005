package dev.hush;

/** A secret is to be made under a name that another one has. */
public final class SecretExistsException extends SecretException {

  /**
   * @param reason what happened and where, without a full stop, a value, or text that may hold one
   * @param remedy what to do now, without a full stop; may be empty
   */
  public SecretExistsException(String reason, String remedy) {
    super(reason, remedy);
  }
}

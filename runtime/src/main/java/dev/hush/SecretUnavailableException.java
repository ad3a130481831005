package dev.hush;

/**
 * A secret may be there but cannot be read: no permission, no answer in time, unreadable content.
 */
public final class SecretUnavailableException extends SecretException {

  /**
   * @param reason what happened and where, without a full stop, a value, or text that may hold one
   * @param remedy what to do now, without a full stop; may be empty
   */
  public SecretUnavailableException(String reason, String remedy) {
    super(reason, remedy);
  }
}

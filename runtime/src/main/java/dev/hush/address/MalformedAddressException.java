package dev.hush.address;

/**
 * A text is no address.
 *
 * <p>The message says what is wrong and repeats nothing of the text, which may be a pasted value.
 */
public final class MalformedAddressException extends IllegalArgumentException {

  MalformedAddressException(String message) {
    super(message);
  }
}

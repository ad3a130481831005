package dev.hush.masking;

/**
 * All forms of a value would not fit into the JVM's memory beside the program, so that masking
 * would fail later, with everything else that is written.
 */
public final class ValueTooLargeException extends RuntimeException {

  private final String name;

  ValueTooLargeException(String name) {
    super("the value of " + name + " is too large to be masked");
    this.name = name;
  }

  /** The value's name, as it was given to {@link SecretMasker#register}. */
  public String name() {
    return name;
  }
}

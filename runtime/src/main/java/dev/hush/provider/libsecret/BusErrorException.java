package dev.hush.provider.libsecret;

/**
 * The answer to a call is an error. What it says in words is not kept: it may quote anything.
 *
 * <p>Its name is for {@link #is}, and for a message only as far as {@link #shown()}.
 */
final class BusErrorException extends Exception {

  private static final String KNOWN = "org.freedesktop.";

  private final String name;

  BusErrorException(String name) {
    super("an error of the bus", null, false, false);
    this.name = name;
  }

  /**
   * Whether it is one of those, each a whole name, or with a dot at its end what names begin with.
   */
  boolean is(String... names) {
    for (String known : names) {
      if (known.endsWith(".") ? name.startsWith(known) : name.equals(known)) {
        return true;
      }
    }
    return false;
  }

  /** Its name if it is from a specification, as no value is. */
  String shown() {
    return name.startsWith(KNOWN) && name.matches("[A-Za-z0-9_.]{1,100}")
        ? "the error " + name
        : "an error of its own";
  }
}

package dev.hush.provider.libsecret;

import java.io.IOException;

/** What came from the bus is no message of D-Bus, or not in the form that was asked for. */
final class MalformedMessageException extends IOException {

  /**
   * @param problem what is wrong with it, quoting nothing of it
   */
  MalformedMessageException(String problem) {
    super(problem);
  }
}

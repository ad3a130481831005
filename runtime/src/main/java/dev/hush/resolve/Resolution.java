package dev.hush.resolve;

import dev.hush.SecretException;
import java.util.Map;

/** How it went with one of many secrets. */
public sealed interface Resolution {

  /** The secret's variables, in their order. */
  record Resolved(Map<String, String> variables) implements Resolution {
    /** Shows the names only. */
    @Override
    public String toString() {
      return "Resolved" + variables.keySet();
    }
  }

  /** Why there are none. */
  record Failed(SecretException failure) implements Resolution {}
}

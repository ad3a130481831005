package dev.hush.resolve;

import dev.hush.SecretException;
import java.util.Map;

/** How it went with one of many secrets. */
public sealed interface Resolution {

  /** The secret's variables. */
  record Resolved(CurrentVariables current) implements Resolution {

    /** As they are now, in their order. */
    public Map<String, String> variables() {
      return current.now();
    }

    /** Shows the names only. */
    @Override
    public String toString() {
      return "Resolved" + variables().keySet();
    }
  }

  /** Why there are none. */
  record Failed(SecretException failure) implements Resolution {}
}

package dev.hush.store;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretStore;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a secret may be, after Modal's rules; the messages show no value. */
final class StoreRules {

  private StoreRules() {}

  /** A copy of the values, checked; in their order. */
  static Map<String, String> checked(Map<String, String> values) {
    Map<String, String> checked = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          Secret.checkedKey(key);
          if (key.length() > SecretStore.LONGEST_KEY) {
            throw new InvalidSecretException(
                String.format(
                    "a key has %,d characters, more than the %,d that it may",
                    key.length(), SecretStore.LONGEST_KEY),
                "choose a shorter one");
          }
          checkValue(key, value);
          checked.put(key, value);
        });
    return checked;
  }

  private static void checkValue(String key, String value) {
    if (value == null) {
      throw new InvalidSecretException(
          "the value of " + key + " is null", "leave the key out, or give it a value");
    }
    int length = value.codePointCount(0, value.length());
    if (length > SecretStore.LONGEST_VALUE) {
      throw new InvalidSecretException(
          String.format(
              "the value of %s has %,d characters, more than the %,d that it may",
              key, length, SecretStore.LONGEST_VALUE),
          "keep it in a file, and refer to that with a file: address");
    }
    if (value.indexOf('\0') >= 0) {
      throw new InvalidSecretException(
          "the value of " + key + " holds a NUL character, which no variable can",
          "keep binary content encoded, for example in Base64");
    }
  }

  /** Refuses to keep a secret without keys. */
  static void requireKeys(String name, Map<String, String> values) {
    if (values.isEmpty()) {
      throw new InvalidSecretException(
          "the secret '" + name + "' would have no key", "give it at least one, or delete it");
    }
  }
}

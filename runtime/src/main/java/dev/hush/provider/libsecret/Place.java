package dev.hush.provider.libsecret;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which item of the keyring is meant.
 *
 * @param collection the last name of its path, an alias or its label
 * @param item the last name of its path, or its label; null for whatever has the attributes
 * @param attributes that it has, maybe with others
 */
record Place(String collection, @Nullable String item, Map<String, String> attributes) {

  Place {
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }
}

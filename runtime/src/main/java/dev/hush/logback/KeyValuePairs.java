package dev.hush.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** The key-value pairs of an event; apart from the rest because SLF4J 1 lacks their class. */
final class KeyValuePairs {

  private KeyValuePairs() {}

  static boolean holdValue(ILoggingEvent event, TextMasker texts) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) {
      return false;
    }
    for (KeyValuePair pair : pairs) {
      if (texts.holdsValue(pair.key)
          || (pair.value != null
              && (texts.maskLetters(pair.value) != null
                  || texts.holdsValue(TextMasker.render(pair.value))))) {
        return true;
      }
    }
    return false;
  }

  static @Nullable List<KeyValuePair> mask(ILoggingEvent event, TextMasker texts) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) {
      return null;
    }
    List<KeyValuePair> masked = new ArrayList<>(pairs.size());
    for (KeyValuePair pair : pairs) {
      masked.add(new KeyValuePair(texts.mask(pair.key), texts.maskObject(pair.value)));
    }
    return masked;
  }
}

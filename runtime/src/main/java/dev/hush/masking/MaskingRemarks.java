package dev.hush.masking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells people, by the names of values and never by the values, what they would not expect of
 * masking: which values are shown, and which are masked although logs are full of the same text and
 * become hard to read by that.
 *
 * <p>Each name is told once.
 */
public final class MaskingRemarks {

  /** What stands in logs by itself is no longer. */
  private static final int LONGEST = 100;

  private static final String LEVEL = "a log level";
  private static final String WORD = "a common word";
  private static final String CLASS_NAME = "in the names of the application's classes";

  private final SecretMasker masker;
  private final Set<String> told = new LinkedHashSet<>();

  /** Reasons by name. */
  private final Map<String, String> common = new LinkedHashMap<>();

  private final Set<String> classNames = ConcurrentHashMap.newKeySet();
  private @Nullable Consumer<String> listener;

  MaskingRemarks(SecretMasker masker) {
    this.masker = masker;
  }

  /** Looks for values that are registered from now on in this name too; never waits. */
  public void addClassName(String name) {
    classNames.add(name);
  }

  /** When values are registered; with the lock of the masker held. */
  synchronized void add(Map<String, String> values) {
    for (Map.Entry<String, String> value : values.entrySet()) {
      String reason = told.contains(value.getKey()) ? null : reason(value.getValue());
      if (reason != null) {
        common.putIfAbsent(value.getKey(), reason);
      }
    }
    if (listener != null) {
      lines(masker.unmasked()).forEach(listener);
    }
  }

  /**
   * What was not told yet; a line each for what is shown and for what is masked. It counts as told
   * now.
   */
  public List<String> take() {
    // Before the lock: who registers has that of the masker first.
    return lines(masker.unmasked());
  }

  private synchronized List<String> lines(List<String> unmasked) {
    List<String> lines = new ArrayList<>();
    List<String> shown = new ArrayList<>(unmasked);
    shown.removeIf(name -> !told.add(name));
    if (!shown.isEmpty()) {
      lines.add("not masked, because too short or too common: " + String.join(", ", shown));
    }
    List<String> harmful = new ArrayList<>();
    for (Map.Entry<String, String> found : common.entrySet()) {
      if (told.add(found.getKey())) {
        harmful.add(found.getKey() + " (" + found.getValue() + ")");
      }
    }
    common.clear();
    if (!harmful.isEmpty()) {
      lines.add(
          "masked, although logs are full of the same text and become hard to read: "
              + String.join(", ", harmful)
              + "; if it is not secret, add the key to 'visible' of @SecretRef, or the value to the"
              + " setting 'never-mask'");
    }
    return lines;
  }

  /**
   * Tells what is found from now on at once, instead of keeping it for {@link #take}.
   *
   * @param listener is called with locks held: it must not wait, nor write to standard error itself
   */
  public synchronized void tell(Consumer<String> listener) {
    this.listener = listener;
  }

  /** Why masks of the value or of a part of it will stand where there is no secret, or null. */
  private @Nullable String reason(String value) {
    String reason = reasonOfText(value);
    if (reason != null) {
      return reason;
    }
    String stripped = value.strip();
    List<String> parts = new ArrayList<>(JsonLeaves.of(stripped));
    if (stripped.indexOf('\n') >= 0 || stripped.indexOf('\r') >= 0) {
      stripped.lines().forEach(parts::add);
    }
    for (String part : parts) {
      reason = reasonOfText(part);
      if (reason != null) {
        return "a part of it is " + reason;
      }
    }
    return null;
  }

  private @Nullable String reasonOfText(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.length() > LONGEST) {
      return null;
    }
    String reason = null;
    if (CommonWords.isLevel(stripped)) {
      reason = LEVEL;
    } else if (CommonWords.isCommon(stripped)) {
      reason = WORD;
    } else if (isInClassNames(stripped)) {
      reason = CLASS_NAME;
    }
    // The policy may exclude it, and parts that are common words are not masked by themselves.
    return reason != null && masker.mask(stripped).equals(SecretMasker.MASK) ? reason : null;
  }

  private boolean isInClassNames(String text) {
    for (String name : classNames) {
      if (name.contains(text)) {
        return true;
      }
    }
    return false;
  }
}

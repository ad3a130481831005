package dev.hush.logback;

import dev.hush.logging.Settled;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/** Masks the texts that an event is made of, and what has no other text than its own. */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
final class TextMasker implements UnaryOperator<String> {

  private final UnaryOperator<String> masker;

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   */
  TextMasker(UnaryOperator<String> masker) {
    this.masker = masker;
  }

  @Override
  public String apply(String text) {
    return Objects.requireNonNull(masker.apply(text), "masker");
  }

  boolean holdsValue(@Nullable String text) {
    return text != null && apply(text) != text;
  }

  @Nullable String mask(@Nullable String text) {
    return text == null ? null : apply(text);
  }

  /** What an array of letters spells, masked; null if the object is none, or holds no value. */
  @Nullable String maskLetters(Object object) {
    String letters = Settled.letters(object);
    String masked = letters == null ? null : apply(letters);
    return masked == letters ? null : masked;
  }

  /** The object itself if its text cannot change and holds no value, otherwise its masked text. */
  @Nullable Object maskObject(@Nullable Object object) {
    if (object == null) {
      return null;
    }
    String letters = maskLetters(object);
    if (letters != null) {
      return letters;
    }
    String text = render(object);
    String masked = apply(text);
    return masked == text && Settled.of(object) == Settled.YES ? object : masked;
  }

  /**
   * The text that SLF4J puts in place of a {@code {}}: also of arrays and of what cannot say it.
   */
  static String render(Object object) {
    return object instanceof String text
        ? text
        : MessageFormatter.arrayFormat("{}", new Object[] {object}, null).getMessage();
  }
}

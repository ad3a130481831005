package dev.hush.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.helpers.MessageFormatter;

/** SLF4J's own formatter is the judge. */
@SuppressWarnings("NullAway") // of what is in an array
class MessagePatternTest {

  private static final List<String> PIECES =
      List.of("{}", "{", "}", "{}{}", "a", " ", "word", "\u00e4", "\ud83d\ude00", "$1", "%s", "\\");
  private static final Object[] ARGUMENTS = {
    null,
    "",
    "text",
    "{}",
    "\\",
    "\u20ac",
    1,
    -7,
    42L,
    Long.MIN_VALUE,
    'c',
    true,
    2.5,
    new int[] {1, 2},
    new IllegalStateException("thrown"),
  };

  private static String render(Object argument) {
    return Objects.requireNonNull(
        MessageFormatter.arrayFormat("{}", new Object[] {argument}, null).getMessage());
  }

  @Test
  void textIsThatOfSlf4j() {
    Random random = new Random(20261123);
    int known = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder message = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        message.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      Object[] arguments = new Object[random.nextInt(5)];
      Arrays.setAll(arguments, j -> ARGUMENTS[random.nextInt(ARGUMENTS.length)]);

      String text =
          MessagePattern.of(message.toString()).with(arguments, MessagePatternTest::render);

      if (text != null) {
        known++;
        assertThat(text)
            .isEqualTo(
                MessageFormatter.arrayFormat(message.toString(), arguments, null).getMessage());
      }
    }
    assertThat(known).isGreaterThan(2_000);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 0",
    "{}, 1",
    "of {} and {}, 2",
    "{{}}, 1",
    "{}{}{}, 3",
    "{ }, 0",
    "escaped \\{} and {}, 0",
    "a path\\{}, 0"
  })
  void placesAreThoseThatAreSureToBeFilled(String message, int places) {
    assertThat(MessagePattern.places(message)).isEqualTo(places);
    assertThat(MessagePattern.of(message).places()).isEqualTo(places);
  }

  @Test
  void whatIsRareIsLeftToSlf4j() {
    Object[] one = {"argument"};

    assertThat(MessagePattern.of("no place").with(one, MessagePatternTest::render)).isNull();
    assertThat(MessagePattern.of("{} {}").with(one, MessagePatternTest::render)).isNull();
    assertThat(MessagePattern.of("\\{} {}").with(one, MessagePatternTest::render)).isNull();
    assertThat(MessagePattern.of("{}").with(one, MessagePatternTest::render)).isEqualTo("argument");
  }

  /** Of a text with a mask somewhere: the arguments make that text again, or it cannot be told. */
  @Test
  void argumentsThatAreShownMakeTheText() {
    Random random = new Random(20261201);
    int told = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder message = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        message.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      Object[] arguments = new Object[random.nextInt(5)];
      Arrays.setAll(
          arguments,
          j -> random.nextInt(4) == 0 ? "a value" : ARGUMENTS[random.nextInt(ARGUMENTS.length)]);
      MessagePattern pattern = MessagePattern.of(message.toString());
      String text = pattern.with(arguments, MessagePatternTest::render);
      if (text == null || !text.contains("value")) {
        continue;
      }
      String masked = text.replace("value", "***");

      Object[] shown = pattern.shown(masked, arguments, MessagePatternTest::render);

      if (shown != null) {
        told++;
        assertThat(pattern.with(shown, MessagePatternTest::render)).isEqualTo(masked);
      }
    }
    assertThat(told).isGreaterThan(200);
  }

  @ParameterizedTest
  @CsvSource({"{} {},a,*** b", "{}{},a,***", "x {} y {},1,x *** y ***"})
  void argumentsAreNotToldWhereTheTextDoesNotTellThem(String message, String first, String text) {
    assertThat(
            MessagePattern.of(message)
                .shown(text, new Object[] {first, "more"}, MessagePatternTest::render))
        .isNull();
  }
}

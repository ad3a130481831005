package dev.hush.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CleanTextsTest {

  private final CleanTexts texts = new CleanTexts(1);

  @Test
  void textThatComesAgainIsKept() {
    String text = "connection accepted";

    addOften(text);

    assertThat(texts.placeholders(text, text.hashCode())).isEqualTo(3);
  }

  @Test
  void equalTextIsAnotherText() {
    addOften("connection accepted");
    String equal = String.copyValueOf("connection accepted".toCharArray());

    assertThat(texts.placeholders(equal, equal.hashCode())).isEqualTo(CleanTexts.UNKNOWN);
  }

  @Test
  void longTextIsNotKept() {
    String longest = "x".repeat(CleanTexts.LONGEST);
    String longer = "y".repeat(CleanTexts.LONGEST + 1);

    addOften(longest);
    addOften(longer);

    assertThat(texts.placeholders(longest, longest.hashCode())).isEqualTo(3);
    assertThat(texts.placeholders(longer, longer.hashCode())).isEqualTo(CleanTexts.UNKNOWN);
  }

  @Test
  void ofManyTextsFewAreKept() {
    List<String> many = IntStream.range(0, 20_000).mapToObj(i -> "text " + i).toList();

    many.forEach(this::addOften);

    assertThat(many.stream().filter(t -> texts.placeholders(t, t.hashCode()) == 3))
        .hasSizeLessThanOrEqualTo(1 << 10)
        .isNotEmpty();
  }

  private void addOften(String text) {
    for (int i = 0; i < 100; i++) {
      texts.add(text, text.hashCode(), 3);
    }
  }
}

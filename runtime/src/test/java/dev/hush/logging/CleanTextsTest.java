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

    assertThat(texts.find(text, text.hashCode())).isNotNull();
  }

  @Test
  void equalTextIsAnotherText() {
    addOften("connection accepted");
    String equal = String.copyValueOf("connection accepted".toCharArray());

    assertThat(texts.find(equal, equal.hashCode())).isNull();
  }

  @Test
  void longTextIsNotKept() {
    String longest = "x".repeat(CleanTexts.LONGEST);
    String longer = "y".repeat(CleanTexts.LONGEST + 1);

    addOften(longest);
    addOften(longer);

    assertThat(texts.find(longest, longest.hashCode())).isNotNull();
    assertThat(texts.find(longer, longer.hashCode())).isNull();
  }

  @Test
  void ofManyTextsFewAreKept() {
    List<String> many = IntStream.range(0, 20_000).mapToObj(i -> "text " + i).toList();

    many.forEach(this::addOften);

    assertThat(many.stream().filter(t -> texts.find(t, t.hashCode()) != null))
        .hasSizeLessThanOrEqualTo(1 << 10)
        .isNotEmpty();
  }

  private void addOften(String text) {
    for (int i = 0; i < CleanTexts.PATIENCE; i++) {
      texts.add(text, text.hashCode());
    }
  }
}

package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VariableNamesTest {

  private final VariableNames names = new VariableNames();

  private static Set<String> numbered(String beginning, int number) {
    return IntStream.range(0, number).mapToObj(i -> beginning + i).collect(Collectors.toSet());
  }

  @Test
  void whatWasAddedMayBeThere() {
    Set<String> secrets = numbered("SECRET_", 100_000);
    names.add(secrets);

    assertThat(secrets).allMatch(names::mayContain);
  }

  @Test
  void nearlyAllOthersAreNot() {
    assertThat(numbered("OTHER_", 1_000)).noneMatch(names::mayContain);

    names.add(numbered("SECRET_", 40));

    assertThat(numbered("OTHER_", 10_000).stream().filter(names::mayContain).count())
        .isLessThan(500);
  }

  @Test
  void namesOfOneHashAreNotToldApart() {
    names.add(Set.of("Aa"));

    assertThat(List.of("Aa", "BB")).allMatch(names::mayContain);
  }
}

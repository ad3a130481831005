package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told together, and what ends the JVM. */
class RefusalsTest {

  private final List<String> ending = new ArrayList<>();
  private final Refusals refusals = new Refusals(reason -> !ending.add(reason));

  @Test
  void untilTheProtectionIsInForceReasonsAreOneReportEachOnce() {
    assertThat(refusals.test("no A")).isTrue();
    assertThat(refusals.test("no B")).isTrue();
    assertThat(refusals.test("no A")).isTrue();

    assertThatThrownBy(refusals::end)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.report()).isEqualTo("hush: no A\nhush: no B"));
    assertThat(ending).isEmpty();
  }

  @Test
  void fromThenOnEachEndsTheJvm() {
    refusals.end();

    assertThat(refusals.test("no A")).isFalse();
    assertThat(ending).containsExactly("no A");
  }
}

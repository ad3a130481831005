package dev.hush.masking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommonWordsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"INFO", "Debug", "warn", "WARNING", "ERROR", "TRACE", "OFF", "FATAL", "SEVERE"})
  void levelsAreCommonInAnyCase(String level) {
    assertThat(CommonWords.isLevel(level)).isTrue();
    assertThat(CommonWords.isCommon(level)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"main", "java", "admin", "a", "frontend", " end\n", "Admin", "ROOT", "localhost"})
  void wordsOfLogsAreCommon(String word) {
    assertThat(CommonWords.isLevel(word)).isFalse();
    assertThat(CommonWords.isCommon(word)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"service_account", "External_Account", "production", "Administrator"})
  void frequentWordsOfConfigurationAreCommonHoweverLong(String word) {
    assertThat(CommonWords.isCommon(word)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "correcthorse", // longer than eight
        "pass1234x",
        "Zq7",
        "grün",
        "two words",
        "i\u0131", // not a to z
        "ERROR!",
        "K3y-value-xyz",
        "8080"
      })
  void everythingElseIsNot(String text) {
    assertThat(CommonWords.isLevel(text)).isFalse();
    assertThat(CommonWords.isCommon(text)).isFalse();
  }
}

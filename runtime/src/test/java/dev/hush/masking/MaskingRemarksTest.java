package dev.hush.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingRemarksTest {

  private final SecretMasker masker = new SecretMasker();
  private final MaskingRemarks remarks = masker.remarks();

  @ParameterizedTest
  @CsvSource({
    "WARN, a log level",
    "admin, a common word",
    "example, a common word",
    "Checkout, in the names of the application's classes",
    "com.example.shop, in the names of the application's classes",
    "hop.Check, in the names of the application's classes"
  })
  void sayWhyMasksOfAValueWillStandWhereNoSecretIs(String value, String reason) {
    remarks.addClassName("com.example.shop.Checkout");
    masker.register("db KEY", value);

    assertThat(remarks.take())
        .singleElement()
        .asString()
        .startsWith("masked, although ")
        .contains("read: db KEY (" + reason + "); if")
        .contains("'visible'", "'never-mask'")
        .doesNotContain(value);
  }

  @Test
  void sayNothingOfOtherValues() {
    remarks.addClassName("com.example.shop.Checkout");
    masker.register(
        Map.of("A", "correct-horse", "B", "Zq7xV", "C", "com.example.shop.Checkouts", "D", " "));

    assertThat(remarks.take()).isEmpty();
  }

  @Test
  void sayNothingOfValuesThatAreNotMaskedButThatTheyAreNot() {
    SecretMasker lenient = new SecretMasker(new MaskingPolicy(5, Set.of("WARNING")));
    lenient.register("LEVEL", "WARNING");
    lenient.register("SHORT", "info");

    assertThat(lenient.remarks().take())
        .containsExactly("not masked, because too short or too common: LEVEL, SHORT");
  }

  @Test
  void sayItOfAPartThatIsMaskedByItself() {
    remarks.addClassName("com.example.shop.Checkout");
    masker.register("JSON", "{\"package\":\"com.example.shop\",\"key\":\"K3y-value-xyz\"}");
    masker.register("LINES", "pass1234x\nCheckout\n");

    assertThat(remarks.take())
        .singleElement()
        .asString()
        .contains("JSON (a part of it is in the names", "LINES (a part of it is in the names");
  }

  @Test
  void sayItOnceForEachName() {
    masker.register(Map.of("LEVEL", "INFO"));
    assertThat(remarks.take()).hasSize(1);

    masker.register(Map.of("LEVEL", "INFO"));
    masker.register(Map.of("LEVEL", "DEBUG"));
    assertThat(remarks.take()).isEmpty();
  }

  @Test
  void sayWhatComesLaterAtOnce() {
    List<String> told = new ArrayList<>();
    masker.register("BEFORE", "INFO");
    assertThat(remarks.take()).hasSize(1);
    remarks.tell(told::add);
    masker.register(Map.of("SHORT", "ab", "LEVEL", "DEBUG"));
    masker.register(Map.of("LEVEL", "DEBUG"));

    assertThat(told).hasSize(2);
    assertThat(told.get(0)).contains(": SHORT").doesNotContain("BEFORE");
    assertThat(told.get(1)).contains("LEVEL (a log level)").doesNotContain("BEFORE");
    assertThat(remarks.take()).isEmpty();
  }

  /** Whoever registers has the lock of the masker, of which whoever takes them asks, too. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void mayBeTakenWhileValuesAreRegistered() throws Exception {
    Thread taker =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                var unused = remarks.take();
              }
            });
    taker.start();
    for (int i = 0; i < 500; i++) {
      masker.register(Map.of("KEY " + i, "WARN" + i, "SHORT " + i, "x"));
    }
    taker.interrupt();
    taker.join(TimeUnit.SECONDS.toMillis(10));

    assertThat(taker.isAlive()).isFalse();
  }
}

package dev.hush.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.faults.Faults;
import dev.hush.faults.FaultyClasses;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever fails while something is masked, and wherever: nothing comes out in clear, and what
 * comes later is masked. {@code -Dfaults=all} tries each place each time that it is reached.
 */
class NeverOffTest {

  private static final String SCENARIO = "dev.hush.masking.NeverOffScenario";

  private final PrintStream err = System.err;
  private final FaultyClasses classes = new FaultyClasses(Set.of("dev.hush.masking"));

  @BeforeEach
  void complainNowhere() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }

  @AfterEach
  void complain() {
    System.setErr(err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"masking", "maskingAgain", "registering", "maskingWhatIsNew", "releasing"})
  void masksAfterAnyError(String step) throws Exception {
    run(step, OutOfMemoryError::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"registering", "maskingWhatIsNew", "releasing"})
  void masksAfterAnyException(String step) throws Exception {
    run(step, IndexOutOfBoundsException::new);
  }

  /** A class whose initialiser fails is lost for good, and so is what cannot be linked. */
  @Test
  void needsNoClassForTheFirstTimeOnceAValueIsRegistered() throws Exception {
    Class<?> scenario = classes.loadClass(SCENARIO);
    List<String> before = new ArrayList<>();
    Set<String> linked =
        Faults.linked(
            () -> {
              scenario.getMethod("register").invoke(null);
              before.addAll(classes.loaded());
            },
            () -> scenario.getMethod("maskEverySpelling").invoke(null));

    assertThat(classes.loaded())
        .filteredOn(name -> !before.contains(name) && !isForRegistering(name))
        .isEmpty();
    assertThat(linked).filteredOn(place -> !isForRegistering(place.replace('/', '.'))).isEmpty();
  }

  private static boolean isForRegistering(String name) {
    return Stream.of(Forms.class, CommonWords.class, MaskingRemarks.class)
        .anyMatch(type -> name.startsWith(type.getName()));
  }

  /** Nobody is told that a value is registered which will not be masked. */
  @Test
  void doesNotRegisterWhereAClassIsLost() throws Exception {
    FaultyClasses trial = new FaultyClasses(Set.of("dev.hush.masking"));
    Class<?> scenario = trial.loadClass(SCENARIO);
    for (int number :
        Faults.numbersInInitializers(() -> scenario.getMethod("readyOrNot").invoke(null))) {
      FaultyClasses next = new FaultyClasses(Set.of("dev.hush.masking"));
      Class<?> again = next.loadClass(SCENARIO);
      Thread me = Thread.currentThread();
      Faults.armInInitializers(thread -> thread == me, number, StackOverflowError::new);
      try {
        again.getMethod("readyOrNot").invoke(null);
      } finally {
        assertThat(Faults.disarm()).isTrue();
      }
      again.getMethod("readyOrNot").invoke(null);
    }
  }

  private void run(String step, Supplier<Throwable> failure) throws Exception {
    Class<?> type = classes.loadClass(SCENARIO);
    Object scenario = type.getConstructor(Supplier.class).newInstance(failure);
    try {
      type.getMethod(step).invoke(scenario);
    } catch (InvocationTargetException e) {
      throw new AssertionError(String.valueOf(e.getCause()), e.getCause());
    } finally {
      type.getMethod("end").invoke(scenario);
    }
  }
}

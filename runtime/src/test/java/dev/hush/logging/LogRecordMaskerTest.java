package dev.hush.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogRecordMaskerTest {

  private static final String VALUE = "hunter2-and-more";

  private final Logger logger = Logger.getAnonymousLogger();
  private final LogRecordMasker masker =
      new LogRecordMasker(text -> text.contains(VALUE) ? text.replace(VALUE, "***") : text);

  private LogRecord masked(String message, Object... parameters) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setParameters(parameters);
    masker.mask(logger, record);
    return record;
  }

  @Test
  void leavesACleanRecordAsItIs() {
    Object[] parameters = {1, "one"};

    LogRecord record = masked("{0} {1}", parameters);

    assertThat(record.getMessage()).isEqualTo("{0} {1}");
    assertThat(record.getParameters()).isSameAs(parameters).containsExactly(1, "one");
  }

  @Test
  void masksAParameterInItsPlace() {
    assertThat(masked("{0} {1}", 1, VALUE).getParameters()).containsExactly(1, "***");
  }

  @Test
  void leavesTheCallersArrayAlone() {
    Object[] parameters = {VALUE};

    masked("{0}", parameters);

    assertThat(parameters).containsExactly(VALUE);
  }

  @Test
  void showsNoPiecesOfAValueThatOnlyTheTextShows() {
    LogRecord record = masked("see {0}{1}", VALUE.substring(0, 5), VALUE.substring(5));

    assertThat(record.getMessage()).isEqualTo("see ***");
    assertThat(record.getParameters()).isNull();
  }

  @Test
  void rendersAParameterThatMayChange() {
    assertThat(masked("{0}", List.of(1)).getParameters()).containsExactly("[1]");
  }

  @Test
  void masksTheException() {
    LogRecord record = new LogRecord(Level.INFO, "failed");
    record.setThrown(new IllegalStateException(VALUE, new Exception(VALUE)));

    masker.mask(logger, record);

    assertThat(record.getThrown()).hasToString("java.lang.IllegalStateException: ***");
    assertThat(record.getThrown().getCause()).hasMessage("***");
  }

  @Test
  void doesNotLookAtWhatIsNotLogged() {
    UnaryOperator<String> never =
        text -> {
          throw new AssertionError(text);
        };
    LogRecord record = new LogRecord(Level.FINEST, VALUE);

    new LogRecordMasker(never).mask(logger, record);

    assertThat(record.getMessage()).isEqualTo(VALUE);
  }

  @Test
  void withholdsWhatCannotBeMasked() {
    LogRecord record = new LogRecord(Level.INFO, VALUE);

    new LogRecordMasker(
            text -> {
              throw new IllegalStateException();
            })
        .mask(logger, record);

    assertThat(record.getMessage()).isEqualTo("***");
  }

  @Test
  void looksAtARecordAgainThatWasChanged() {
    LogRecord record = masked("clean", 1);

    record.setMessage(VALUE);
    masker.mask(record);

    assertThat(record.getMessage()).isEqualTo("***");
  }

  @Test
  void looksAtARecordOnceOnItsWay() {
    AtomicInteger scans = new AtomicInteger();
    LogRecordMasker counting =
        new LogRecordMasker(
            text -> {
              scans.incrementAndGet();
              return text;
            });
    LogRecord record = new LogRecord(Level.INFO, "clean");
    counting.mask(logger, record);
    int before = scans.get();

    counting.mask(record);

    assertThat(scans).hasValue(before);
  }

  @Test
  void masksLettersInArrays() {
    assertThat(masked("{0}", VALUE.toCharArray(), VALUE.getBytes(UTF_8)).getParameters())
        .containsExactly("***", "***");
  }
}

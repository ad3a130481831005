package dev.hush.logback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import dev.hush.faults.Faults;
import dev.hush.masking.SecretMasker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.MarkerFactory;

/**
 * What {@link FilterNeverOffTest} tries, loaded beside classes that can be made to fail: a call is
 * made again and again, each time in a fresh context and with a failure at another place.
 */
public final class FilterNeverOffScenario {

  private static final String VALUE = "Zq7Kx9Wm2Lp4";

  private static final List<Consumer<Logger>> CALLS =
      List.of(
          logger -> logger.info("is " + VALUE),
          logger -> logger.info("is {}", VALUE),
          logger -> logger.info("is {}, {}, {}", 1, new StringBuilder(VALUE), "else"),
          logger -> logger.info("is not there {}", new StringBuilder("x")),
          logger ->
              logger.error("is thrown", new IllegalStateException(VALUE, new Exception(VALUE))),
          logger -> logger.warn(MarkerFactory.getDetachedMarker("is " + VALUE), "is marked"),
          logger -> logger.atInfo().addKeyValue("key", VALUE).log("is a pair {}", 1));

  /** What encoders can write of events. */
  private static final class Written extends AppenderBase<ILoggingEvent> {

    private final List<String> events = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(
          String.join(
              " | ",
              event.getFormattedMessage(),
              event.getMessage(),
              Arrays.toString(event.getArgumentArray()),
              String.valueOf(event.getMarkerList()),
              String.valueOf(event.getKeyValuePairs()),
              String.valueOf(event.getMDCPropertyMap()),
              ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
  }

  private final SecretMasker masker = new SecretMasker();
  private final Supplier<Throwable> failure;

  /** A context with all that belongs to it. */
  private final class Work {
    final LoggerContext context = new LoggerContext();
    final Logger logger = context.getLogger("sample");
    final Written written = new Written();

    Work() {
      LogbackMDCAdapter mdc = new LogbackMDCAdapter();
      mdc.put("user", VALUE);
      context.setMDCAdapter(mdc);
      written.start();
      logger.addAppender(written);
      new MaskingTurboFilter(new EventMasker(masker::mask, masker::generation), false)
          .installIn(context);
    }
  }

  /**
   * @param failure makes what is thrown
   */
  public FilterNeverOffScenario(Supplier<Throwable> failure) {
    this.failure = failure;
    masker.register("NAME", VALUE);
  }

  /** Makes each call where it is the first one, and where others went before. */
  public void log() throws Exception {
    List<String> expected = new ArrayList<>();
    for (Consumer<Logger> call : CALLS) {
      expected.add(last(new Work(), call));
    }
    assertThat(expected).allMatch(event -> event.contains("***") && !event.contains(VALUE));
    for (Consumer<Logger> call : CALLS) {
      tryAll(call, expected);
    }
  }

  private void tryAll(Consumer<Logger> call, List<String> expected) throws Exception {
    last(new Work(), call);
    Work counted = new Work();
    List<Integer> numbers = Faults.numbers(() -> call.accept(counted.logger));
    int failures = 0;
    for (int number : numbers) {
      Work work = new Work();
      Thread me = Thread.currentThread();
      Faults.arm(thread -> thread == me, number, failure);
      try {
        call.accept(work.logger);
      } catch (Throwable thrown) {
        // Logback lets it through, and so may the filter.
      }
      if (!Faults.disarm()) {
        continue; // What is known of classes is not found out again.
      }
      failures++;
      try {
        for (int i = 0; i < expected.size(); i++) {
          assertThat(last(work, CALLS.get(i))).isEqualTo(expected.get(i));
        }
        assertThat(work.written.events).noneMatch(event -> event.contains(VALUE));
      } catch (Throwable wrong) {
        fail("After a failure at " + Faults.place() + ", the " + number + "th", wrong);
      }
    }
    assertThat(failures).as("failures of %s", numbers).isGreaterThan(numbers.size() * 2 / 3);
  }

  private static String last(Work work, Consumer<Logger> call) {
    call.accept(work.logger);
    List<String> events = work.written.events;
    return events.get(events.size() - 1).replaceAll("\\R\\s*(at|\\.\\.\\.) .*", "");
  }
}

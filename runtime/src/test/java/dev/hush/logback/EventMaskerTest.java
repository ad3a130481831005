package dev.hush.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.spi.BasicSequenceNumberGenerator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.KeyValuePair;

class EventMaskerTest {

  private static final String VALUE = "hunter2";

  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("sample");
  private final List<String> scanned = new ArrayList<>();
  private final EventMasker masker =
      new EventMasker(
          text -> {
            scanned.add(text);
            return text.replace(VALUE, "***");
          });

  EventMaskerTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  static List<Object> unchangeable() {
    return List.of(
        "text",
        1,
        2L,
        1.5,
        'c',
        true,
        new BigDecimal("1"),
        TimeUnit.DAYS,
        Duration.ZERO,
        UUID.randomUUID(),
        String.class);
  }

  @ParameterizedTest
  @MethodSource("unchangeable")
  void eventWithoutValueIsGivenBack(Object argument) {
    ILoggingEvent event = event("got {}", null, argument);

    assertThat(masker.mask(event)).isSameAs(event);
  }

  @Test
  void eventWithoutValueIsScannedOnce() {
    masker.mask(event("got {} from {}", null, "this", "there"));

    assertThat(scanned.stream().filter(text -> text.contains("this")))
        .containsExactly("got this from there");
    assertThat(scanned).doesNotHaveDuplicates();
  }

  @Test
  void maskedEventIsGivenBackUnscanned() {
    ILoggingEvent masked = masker.mask(event("got {}", null, VALUE));
    scanned.clear();

    assertThat(masker.mask(masked)).isSameAs(masked);
    assertThat(scanned).isEmpty();
  }

  @Test
  void argumentsAreRenderedOnce() {
    AtomicInteger renderings = new AtomicInteger();
    Object argument =
        new Object() {
          @Override
          public String toString() {
            return "rendering " + renderings.incrementAndGet();
          }
        };

    ILoggingEvent masked = masker.mask(event("got {}", null, argument));

    assertThat(masked.getFormattedMessage()).isEqualTo("got rendering 1");
    assertThat(masked.getArgumentArray()).containsExactly("rendering 1");
    assertThat(renderings).hasValue(1);
  }

  @Test
  void piecesOfAValueAreNotShown() {
    ILoggingEvent masked = masker.mask(event("got {}{}", null, "hunt", "er2"));

    assertThat(masked.getMessage()).isEqualTo("got ***");
    assertThat(masked.getArgumentArray()).containsExactly("***", "***");
  }

  @Test
  void callersArrayIsLeftAlone() {
    StringBuilder argument = new StringBuilder(VALUE);
    Object[] arguments = {1, 2, argument};

    masker.mask(event("got {} {} {}", null, arguments));

    assertThat(arguments).containsExactly(1, 2, argument);
  }

  @Test
  void whatHoldsNoValueKeepsItsType() {
    ILoggingEvent masked = masker.mask(event("got {} {}", null, 1, VALUE));

    assertThat(masked.getArgumentArray()).containsExactly(1, "***");
  }

  @Test
  void levelTimeAndNumberStay() {
    context.setSequenceNumberGenerator(new BasicSequenceNumberGenerator());
    ILoggingEvent event = event("got {}", null, VALUE);

    ILoggingEvent masked = masker.mask(event);

    assertThat(masked.getLevel()).isEqualTo(Level.INFO);
    assertThat(masked.getInstant()).isEqualTo(event.getInstant());
    assertThat(masked.getTimeStamp()).isEqualTo(event.getTimeStamp());
    assertThat(masked.getNanoseconds()).isEqualTo(event.getNanoseconds());
    assertThat(masked.getSequenceNumber()).isEqualTo(event.getSequenceNumber()).isPositive();
    assertThat(masked).hasToString("[INFO] got ***");
  }

  @Test
  void exceptionPrintsAsTheRawOneMasked() {
    Exception raw = new IllegalStateException("refused " + VALUE, new Exception("inner " + VALUE));
    raw.addSuppressed(new Exception("other " + VALUE));

    ThrowableProxy proxy = (ThrowableProxy) masker.mask(event("failed", raw)).getThrowableProxy();

    assertThat(printed(proxy.getThrowable())).isEqualTo(printed(raw).replace(VALUE, "***"));
    assertThat(ThrowableProxyUtil.asString(proxy))
        .isEqualTo(ThrowableProxyUtil.asString(new ThrowableProxy(raw)).replace(VALUE, "***"));
    assertThat(proxy.getThrowable()).isNotSameAs(raw);
    assertThat(proxy.getClassName()).isEqualTo(IllegalStateException.class.getName());
  }

  @Test
  void exceptionWithoutValueStays() {
    Exception raw = new Exception("nothing");

    ThrowableProxy proxy =
        (ThrowableProxy) masker.mask(event("got {}", raw, VALUE)).getThrowableProxy();

    assertThat(proxy.getThrowable()).isSameAs(raw);
  }

  @Test
  void structureOfKeyValuePairsStaysWithoutValue() {
    LoggingEvent event = event("got", null);
    List<String> structure = List.of("a", "b");
    event.setKeyValuePairs(List.of(new KeyValuePair("list", structure)));

    assertThat(masker.mask(event)).isSameAs(event);
  }

  @Test
  void contextIsLookedAtAnew() {
    masker.mask(event("first", null));
    context.putProperty("password", VALUE);

    assertThat(masker.mask(event("second", null)).getLoggerContextVO().getPropertyMap())
        .containsEntry("password", "***");
  }

  @Test
  void valueRegisteredLaterIsFoundInTheSameContext() {
    List<String> values = new ArrayList<>();
    EventMasker growing =
        new EventMasker(
            text -> {
              for (String value : values) {
                text = text.replace(value, "***");
              }
              return text;
            });
    context.putProperty("password", VALUE);
    ILoggingEvent event = event("first", null);
    assertThat(growing.mask(event)).isSameAs(event);
    values.add(VALUE);

    assertThat(growing.mask(event).getLoggerContextVO().getPropertyMap())
        .isEqualTo(Map.of("password", "***"));
  }

  @Test
  void stackFramesAreMasked() {
    EventMasker masker = new EventMasker(text -> text.replace("EventMaskerTest", "***"));

    ILoggingEvent masked = masker.mask(event("failed", new Exception("x")));

    assertThat(ThrowableProxyUtil.asString(masked.getThrowableProxy()))
        .doesNotContain("EventMaskerTest")
        .contains("at dev.hush.logback.***.stackFramesAreMasked(***.java:");
  }

  @Test
  void eventIsWithheldIfMaskingFails() {
    EventMasker failing =
        new EventMasker(
            text -> {
              throw new StackOverflowError();
            });

    ILoggingEvent withheld = failing.mask(event("got {}", new Exception(VALUE), VALUE));

    assertThat(withheld.getLevel()).isEqualTo(Level.INFO);
    assertThat(withheld.getFormattedMessage()).isEqualTo("***");
    assertThat(withheld.getMessage()).isEqualTo("***");
    assertThat(withheld.getArgumentArray()).isNull();
    assertThat(withheld.getThrowableProxy()).isNull();
    assertThat(withheld.getMDCPropertyMap()).isEmpty();
    assertThat(withheld.getCallerData()).isEmpty();
  }

  private LoggingEvent event(String message, @Nullable Throwable throwable, Object... arguments) {
    return new LoggingEvent(
        EventMaskerTest.class.getName(), logger, Level.INFO, message, throwable, arguments);
  }

  private static String printed(Throwable throwable) {
    StringWriter text = new StringWriter();
    throwable.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}

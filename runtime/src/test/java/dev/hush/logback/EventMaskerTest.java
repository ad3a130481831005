package dev.hush.logback;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.hush.logging.CleanTexts;
import dev.hush.masking.SecretMasker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
          },
          () -> 0);

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
            },
            values::size);
    context.putProperty("password", VALUE);
    ILoggingEvent event = event("first", null);
    assertThat(growing.mask(event)).isSameAs(event);
    values.add(VALUE);

    assertThat(growing.mask(event).getLoggerContextVO().getPropertyMap())
        .isEqualTo(Map.of("password", "***"));
  }

  /** Every place whose text is not scanned again once it was found clean. */
  enum Kept {
    MESSAGE,
    PATTERN,
    ARGUMENT_BESIDE_PATTERN,
    LOGGER_NAME,
    THREAD_NAME,
    CONTEXT
  }

  @ParameterizedTest
  @EnumSource
  void textFoundCleanIsMaskedAsSoonAsItsValueIsRegistered(Kept place) {
    SecretMasker secrets = new SecretMasker();
    SecretMasker others = new SecretMasker();
    EventMasker masker = new EventMasker(secrets::mask, secrets::generation);
    EventMasker other = new EventMasker(others::mask, others::generation);
    if (place == Kept.CONTEXT) {
      context.putProperty("password", VALUE);
    }
    for (int i = 0; i < 1_000; i++) {
      ILoggingEvent event = holding(place);
      assertThat(masker.mask(event)).isSameAs(event);
      assertThat(other.mask(event)).isSameAs(event);
    }

    secrets.register("password", VALUE);

    assertThat(everyText(masker.mask(holding(place)))).doesNotContain(VALUE).contains("***");
    ILoggingEvent event = holding(place);
    assertThat(other.mask(event)).as("of another masker").isSameAs(event);
  }

  private LoggingEvent holding(Kept place) {
    return switch (place) {
      case MESSAGE -> event("got hunter2", null);
      case PATTERN -> event("got hunter2 from {}", null, 1);
      case ARGUMENT_BESIDE_PATTERN -> event("got {}", null, 1, VALUE);
      case LOGGER_NAME ->
          new LoggingEvent(
              "caller", context.getLogger("of." + VALUE), Level.INFO, "got", null, null);
      case THREAD_NAME -> {
        LoggingEvent event = event("got", null);
        event.setThreadName(VALUE);
        yield event;
      }
      case CONTEXT -> event("got", null);
    };
  }

  private static String everyText(ILoggingEvent event) {
    return event.getMessage()
        + event.getFormattedMessage()
        + Arrays.toString(event.getArgumentArray())
        + event.getLoggerName()
        + event.getThreadName()
        + event.getLoggerContextVO().getPropertyMap();
  }

  @Test
  void whatComesAgainIsNotScannedAgain() {
    for (int i = 0; i < 1_000; i++) {
      masker.mask(event("got {}", null, "this"));
    }
    scanned.clear();

    masker.mask(event("got {}", null, "that"));

    assertThat(scanned).containsExactly("got that");
  }

  @Test
  void longMessageIsScannedEachTime() {
    String message = "long ".repeat(CleanTexts.LONGEST);
    for (int i = 0; i < 1_000; i++) {
      masker.mask(event(message, null));
    }
    scanned.clear();

    masker.mask(event(message, null));

    assertThat(scanned).containsExactly(message);
  }

  @Test
  void messageLoggedWithoutArgumentsDoesNotHideThemLater() {
    for (int i = 0; i < 1_000; i++) {
      masker.mask(event("got it", null));
    }

    assertThat(masker.mask(event("got it", null, VALUE)).getArgumentArray()).containsExactly("***");
  }

  @Test
  void noEventAfterRegistrationHoldsTheValue() throws Exception {
    SecretMasker secrets = new SecretMasker();
    EventMasker masker = new EventMasker(secrets::mask, secrets::generation);
    int count = 300;
    String[] values = new String[count];
    String[] messages = new String[count];
    for (int i = 0; i < count; i++) {
      values[i] = "value-number-" + (1_000 + i);
      messages[i] = "got " + values[i];
    }
    AtomicInteger registered = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> loggers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        loggers.add(
            threads.submit(
                () -> {
                  for (int known = 0; known < count; ) {
                    known = registered.get();
                    // Those to come, so that they are kept as clean; then the last that is there.
                    for (int i = known; i < Math.min(count, known + 3); i++) {
                      masker.mask(event(messages[i], null));
                    }
                    for (int i = Math.max(0, known - 3); i < known; i++) {
                      assertThat(masker.mask(event(messages[i], null)).getFormattedMessage())
                          .isEqualTo("got ***");
                    }
                  }
                }));
      }
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < 2 * CleanTexts.PATIENCE; j++) {
          masker.mask(event(messages[i], null));
        }
        secrets.register("password", values[i]);
        registered.set(i + 1);
        assertThat(masker.mask(event(messages[i], null)).getFormattedMessage())
            .isEqualTo("got ***");
      }
      for (Future<?> logger : loggers) {
        logger.get(1, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void stackFramesAreMasked() {
    EventMasker masker = new EventMasker(text -> text.replace("EventMaskerTest", "***"), () -> 0);

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
            },
            () -> 0);

    ILoggingEvent withheld = failing.mask(event("got {}", new Exception(VALUE), VALUE));

    assertThat(withheld.getLevel()).isEqualTo(Level.INFO);
    assertThat(withheld.getFormattedMessage()).isEqualTo("***");
    assertThat(withheld.getMessage()).isEqualTo("***");
    assertThat(withheld.getArgumentArray()).isNull();
    assertThat(withheld.getThrowableProxy()).isNull();
    assertThat(withheld.getMDCPropertyMap()).isEmpty();
    assertThat(withheld.getCallerData()).isEmpty();
  }

  /** Whatever fails, and wherever it does: later events are masked again. */
  @Test
  void noFailureShowsAValueOrLasts() {
    for (int failing = 1; failing < 60; failing++) {
      AtomicInteger left = new AtomicInteger(failing);
      EventMasker faulty =
          new EventMasker(
              text -> {
                if (left.decrementAndGet() == 0) {
                  throw new OutOfMemoryError("made up");
                }
                return text.replace(VALUE, "***");
              },
              () -> 0);
      for (int i = 0; i < 3; i++) {
        ILoggingEvent masked =
            faulty.mask(event("got {} {}", new Exception(VALUE, new Exception(VALUE)), VALUE, 1));

        assertThat(told(masked)).doesNotContain(VALUE);
        if (left.get() < 0 && i > 0) {
          assertThat(masked.getFormattedMessage()).isEqualTo("got *** 1");
        }
      }
    }
  }

  private static String told(ILoggingEvent event) {
    return event.getFormattedMessage()
        + event.getMessage()
        + Arrays.toString(event.getArgumentArray())
        + (event.getThrowableProxy() == null
            ? ""
            : ThrowableProxyUtil.asString(event.getThrowableProxy()));
  }

  @Test
  void foreignEventThatThrowsIsWithheld() {
    ILoggingEvent foreign =
        (ILoggingEvent)
            Proxy.newProxyInstance(
                EventMaskerTest.class.getClassLoader(),
                new Class<?>[] {ILoggingEvent.class},
                (self, method, arguments) -> {
                  throw new IllegalStateException(VALUE);
                });

    ILoggingEvent withheld = masker.mask(foreign);

    assertThat(withheld.getFormattedMessage()).isEqualTo("***");
    assertThat(withheld.getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void callerIsLookedForOnlyIfAskedAndIsLogbacksOwn() {
    LoggingEvent event = event("got {}", null, VALUE);
    ILoggingEvent masked = masker.mask(event);

    assertThat(event.hasCallerData()).isFalse();
    assertThat(masked.hasCallerData()).isFalse();
    assertThat(masked.getCallerData()).isNotEmpty().isEqualTo(event.getCallerData());
    assertThat(masked.hasCallerData()).isTrue();
  }

  @Test
  void callerIsNobodyOnAnotherThread() throws Exception {
    ILoggingEvent masked = masker.mask(event("got {}", null, VALUE));
    ILoggingEvent plain = event("got {}", null, VALUE);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertThat(other.submit(masked::getCallerData).get())
          .isEqualTo(other.submit(plain::getCallerData).get());
    } finally {
      other.shutdown();
    }
  }

  @Test
  void callerThatIsKnownIsMasked() {
    LoggingEvent event = event("got {}", null, VALUE);
    event.setCallerData(
        new StackTraceElement[] {new StackTraceElement("a.Type", VALUE, "Type.java", 1)});

    assertThat(masker.mask(event).getCallerData())
        .containsExactly(new StackTraceElement("a.Type", "***", "Type.java", 1));
  }

  @Test
  void eventMadePieceByPieceHasNoCaller() {
    LoggingEvent event = new LoggingEvent();
    event.setLevel(Level.INFO);
    event.setMessage(VALUE);

    ILoggingEvent masked = masker.mask(event);

    assertThat(masked.getFormattedMessage()).isEqualTo("***");
    assertThat(masked.getCallerData()).isEmpty();
  }

  @Test
  void nothingRawCanBeReached() throws Exception {
    EventMasker plain = new EventMasker(text -> text.replace(VALUE, "***"), () -> 0);
    LoggingEvent event = event("got {} {}", new Exception(VALUE), VALUE, VALUE.toCharArray());
    event.addKeyValuePair(new KeyValuePair("key", VALUE));

    ILoggingEvent masked = plain.mask(event);

    assertThat(reached(masked, Collections.newSetFromMap(new IdentityHashMap<>())))
        .contains("got {} {}")
        .noneMatch(text -> text.contains(VALUE));
  }

  /** All texts to which fields lead. */
  private static List<String> reached(@Nullable Object object, Set<Object> seen) throws Exception {
    List<String> texts = new ArrayList<>();
    if (object == null || !seen.add(object) || object instanceof LoggerContext) {
      return texts;
    }
    if (object instanceof Object[] elements) {
      object = Arrays.asList(elements);
    }
    if (object instanceof char[] letters) {
      texts.add(new String(letters));
    } else if (object instanceof String text) {
      texts.add(text);
    } else if (object instanceof Throwable throwable) {
      texts.add(throwable.toString());
    } else if (object instanceof Map<?, ?> map) {
      texts.addAll(reached(List.copyOf(map.entrySet()), seen));
    } else if (object instanceof Iterable<?> elements) {
      for (Object element : elements) {
        texts.addAll(reached(element, seen));
      }
    } else if (object.getClass().getName().matches("(ch\\.qos|dev\\.hush|org\\.slf4j)\\..*")) {
      for (Class<?> at = object.getClass(); at != Object.class; at = at.getSuperclass()) {
        for (Field field : at.getDeclaredFields()) {
          if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            texts.addAll(reached(field.get(object), seen));
          }
        }
      }
    }
    return texts;
  }

  @Test
  void lettersInArraysAreMasked() {
    ILoggingEvent masked =
        masker.mask(event("got {} {}", null, VALUE.toCharArray(), VALUE.getBytes(UTF_8)));

    assertThat(masked.getFormattedMessage()).isEqualTo("got *** ***");
    assertThat(masked.getArgumentArray()).containsExactly("***", "***");
  }

  private LoggingEvent event(String message, @Nullable Throwable throwable, Object... arguments) {
    return new LoggingEvent(
        EventMaskerTest.class.getName(),
        logger,
        Level.INFO,
        message,
        throwable,
        arguments.length == 0 ? null : arguments);
  }

  private static String printed(Throwable throwable) {
    StringWriter text = new StringWriter();
    throwable.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}

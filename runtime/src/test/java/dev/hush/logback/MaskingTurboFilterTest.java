package dev.hush.logback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.BasicSequenceNumberGenerator;
import ch.qos.logback.core.spi.FilterReply;
import dev.hush.logging.CleanTexts;
import dev.hush.masking.SecretMasker;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LocationAwareLogger;

class MaskingTurboFilterTest {

  private static final String VALUE = "hunter2";

  /** Until a message is known. */
  private static final int OFTEN = 2 * CleanTexts.PATIENCE;

  private final LoggerContext context = new LoggerContext();
  private final Logger logger = context.getLogger("sample");
  private final ListAppender<ILoggingEvent> appender =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.getCallerData(); // afterwards it is too late, as with Logback's own events
          super.append(event);
        }
      };
  private final MaskingTurboFilter filter =
      new MaskingTurboFilter(new EventMasker(text -> text.replace(VALUE, "***"), () -> 0), false);

  @BeforeEach
  void install() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.setSequenceNumberGenerator(new BasicSequenceNumberGenerator());
    attach();
    logger.setLevel(Level.INFO);
    filter.installIn(context);
  }

  private void attach() {
    appender.setContext(context);
    appender.start();
    context.getLogger("ROOT").addAppender(appender);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "nothing"})
  void disabledLevelWritesNothing(String text) {
    logger.debug("got {}", text);

    assertThat(appender.list).isEmpty();
  }

  @Test
  void questionsAreAnsweredAsBefore() {
    assertThat(logger.isInfoEnabled()).isTrue();
    assertThat(logger.isDebugEnabled()).isFalse();
  }

  @ParameterizedTest(name = "level {0}, text {1}, filter after ours {2}: {3}")
  @CsvSource({
    "INFO,  hunter2, NEUTRAL, got ***",
    "INFO,  hunter2, ACCEPT,  got ***",
    "INFO,  hunter2, DENY,    ",
    "INFO,  nothing, NEUTRAL, got nothing",
    "INFO,  nothing, ACCEPT,  got nothing",
    "INFO,  nothing, DENY,    ",
    "DEBUG, hunter2, NEUTRAL, ",
    "DEBUG, hunter2, ACCEPT,  got ***",
    "DEBUG, hunter2, DENY,    ",
    "DEBUG, nothing, NEUTRAL, ",
    "DEBUG, nothing, ACCEPT,  got nothing",
    "DEBUG, nothing, DENY,    ",
  })
  void filtersAfterItAreObeyedAndAskedOnce(
      String level, String text, FilterReply reply, @Nullable String written) {
    Fixed other = new Fixed(reply);
    context.addTurboFilter(other);

    if (level.equals("INFO")) {
      logger.info("got {}", text);
    } else {
      logger.debug("got {}", text);
    }

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo(written == null ? List.of() : List.of(written));
    assertThat(other.asked).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({"hunter2, NEUTRAL, 1", "hunter2, DENY, 0", "nothing, DENY, 0", "nothing, ACCEPT, 1"})
  void filtersAfterItAreObeyedInFluentCalls(String text, FilterReply reply, int written) {
    context.addTurboFilter(new ContentOnly(reply));

    logger.atInfo().addKeyValue("password", text).log("got");

    assertThat(appender.list).hasSize(written);
    assertThat(appender.list)
        .noneMatch(event -> event.getKeyValuePairs().toString().contains(VALUE));
  }

  @Test
  void filterBeforeItThatDeniesIsObeyed() {
    context.getTurboFilterList().add(0, new Fixed(FilterReply.DENY));

    logger.info("got {}", VALUE);

    assertThat(appender.list).isEmpty();
  }

  @Test
  void cleanEventIsLogbacksOwn() {
    logger.info("got 1");

    assertThat(appender.list).singleElement().isNotInstanceOf(MaskedLoggingEvent.class);
  }

  @Test
  void cleanEventWithArgumentsIsFormattedOnce() {
    logger.info("got {}", 1);
    logger.atInfo().log("got {}", 1);

    assertThat(appender.list)
        .hasSize(2)
        .hasOnlyElementsOfType(FilteredEvent.class)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsOnly("got 1");
  }

  static Stream<Arguments> calls() {
    Object spells =
        new Object() {
          @Override
          public String toString() {
            return "it is " + VALUE;
          }
        };
    return Stream.of(
        arguments("got {}", new Object[] {"this"}, "got this"),
        arguments("{} of {}{}", new Object[] {1, 2L, null}, "1 of 2null"),
        arguments("got {} and {}", new Object[] {"this"}, "got this and {}"),
        arguments("got {}", new Object[] {new int[] {1, 2}}, "got [1, 2]"),
        arguments("got {}", new Object[] {Level.INFO}, "got INFO"),
        arguments("got \\{} {}", new Object[] {"this"}, "got {} this"),
        arguments("got {}", new Object[] {VALUE}, "got ***"),
        arguments("got {}", new Object[] {"hun" + "ter2".repeat(2)}, "got ***ter2"),
        arguments("got hun{}2", new Object[] {"ter"}, "got ***"),
        arguments("got {}{}", new Object[] {"hunter", 2}, "got ***"),
        arguments("got {}", new Object[] {spells}, "got it is ***"),
        arguments("got {}", new Object[] {"this", VALUE}, "got this"));
  }

  /** From some time on the message is known, and is formatted without SLF4J. */
  @ParameterizedTest
  @MethodSource("calls")
  void messageThatComesAgainAndAgainIsWrittenTheSameWay(
      String message, Object[] arguments, String written) {
    for (int i = 0; i < OFTEN; i++) {
      logger.info(message, arguments.clone());
    }

    assertThat(appender.list)
        .hasSize(OFTEN)
        .allSatisfy(
            event -> {
              assertThat(event.getFormattedMessage()).isEqualTo(written);
              assertThat(event.getMessage() + Arrays.deepToString(event.getArgumentArray()))
                  .doesNotContain(VALUE);
              assertThat(event.toString()).isEqualTo("[INFO] " + written);
            });
  }

  /** An enum, whose text is taken to stay what it is. */
  private enum Registering {
    ONE;

    private static Runnable whenAsked = () -> {};

    @Override
    public String toString() {
      whenAsked.run();
      return "one";
    }
  }

  /** By what an event has beside its message, which was looked at before. */
  static Stream<Arguments> registrations() {
    Exception registering =
        new Exception() {
          @Override
          public String getMessage() {
            return Registering.ONE.toString();
          }
        };
    return Stream.of(
        arguments("{} of many", (Consumer<Logger>) to -> to.info("{} of many", Registering.ONE)),
        arguments("no place", (Consumer<Logger>) to -> to.info("no place", Registering.ONE)),
        arguments("failed", (Consumer<Logger>) to -> to.info("failed", registering)),
        arguments(
            "a pair",
            (Consumer<Logger>) to -> to.atInfo().addKeyValue("k", Registering.ONE).log("a pair")));
  }

  @ParameterizedTest
  @MethodSource("registrations")
  void valueThatIsRegisteredWhileAnEventIsLookedAtIsMaskedInItsMessage(
      String message, Consumer<Logger> call) {
    SecretMasker values = new SecretMasker();
    new MaskingTurboFilter(new EventMasker(values::mask, values::generation), false)
        .installIn(context);
    Registering.whenAsked = () -> {};
    for (int i = 0; i < OFTEN; i++) {
      call.accept(logger);
    }
    appender.list.clear();

    Registering.whenAsked = () -> values.register("KEY", message);
    call.accept(logger);

    assertThat(appender.list).extracting(ILoggingEvent::getMessage).containsExactly("***");
  }

  @Test
  void eventMadeByTheFilterIsWhatLogbackWouldHaveMade() {
    Marker marker = MarkerFactory.getDetachedMarker("audit");
    Exception thrown = new Exception("x");
    Object[] arguments = {1, thrown};

    logger.info(marker, "got {}", arguments);
    logger.atInfo().addMarker(marker).addKeyValue("order", 7).setCause(thrown).log("got {}", 1);

    for (ILoggingEvent event : appender.list) {
      assertThat(event.getMarkerList()).containsExactly(marker);
      assertThat(event.getMessage()).isEqualTo("got {}");
      assertThat(event.getArgumentArray()).containsExactly(1);
      assertThat(((ThrowableProxy) event.getThrowableProxy()).getThrowable()).isSameAs(thrown);
    }
    assertThat(appender.list.get(1).getKeyValuePairs()).hasToString("[order=\"7\"]");
    assertThat(arguments).containsExactly(1, thrown);
  }

  @ParameterizedTest
  @ValueSource(strings = {VALUE, "nothing"})
  void failingAppenderDoesNotBringTheRawEventBack(String text) {
    List<String> written = new ArrayList<>();
    context.getLogger("ROOT").detachAndStopAllAppenders();
    context
        .getLogger("ROOT")
        .addAppender(
            new ListAppender<>() {
              @Override
              public void doAppend(ILoggingEvent event) {
                written.add(event.getFormattedMessage());
                throw new IndexOutOfBoundsException("of the appender's own");
              }
            });

    assertThatThrownBy(() -> logger.info("got {}", text))
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);

    assertThat(written).containsExactly("got " + text.replace(VALUE, "***"));
  }

  @Test
  void standsAsideWhereTheFunnelMasks() {
    new MaskingTurboFilter(new EventMasker(text -> "scanned", () -> 0), true).installIn(context);

    logger.info("got {}", VALUE);
    logger.atInfo().log("got");

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("got hunter2", "got");
  }

  @Test
  void sequenceHasNoGaps() {
    logger.info("one");
    logger.info("two {}", VALUE);
    logger.info("three {}", new StringBuilder("x"));
    logger.info("four");

    assertThat(appender.list)
        .extracting(ILoggingEvent::getSequenceNumber)
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void callerIsWhoLogged() {
    int line = here();
    logger.info("classic {}", VALUE);
    logger.atInfo().log("fluent {}", VALUE);
    logger.info("settled {}", new StringBuilder("x"));
    Wrapper.log(logger, "wrapped " + VALUE);
    logger.info("rendered {}", text(VALUE));
    logger.info("clean {}", 1);
    logger.atInfo().log("clean {}", 1);

    assertThat(appender.list)
        .extracting(event -> event.getCallerData()[0].toString())
        .map(frame -> frame.replaceFirst(".*\\((.*)\\)", "$1"))
        .containsExactly(
            place(line + 1),
            place(line + 2),
            place(line + 3),
            place(line + 4),
            place(line + 5),
            place(line + 6),
            place(line + 7));
  }

  @Test
  void survivesReset() {
    context.reset();
    attach();
    context.reset();
    attach();

    logger.info("got {}", VALUE);

    assertThat(context.getTurboFilterList()).containsExactly(filter);
    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("got ***");
  }

  @Test
  void installingAgainReplaces() {
    context.addTurboFilter(new Fixed(FilterReply.NEUTRAL));
    MaskingTurboFilter second =
        new MaskingTurboFilter(new EventMasker(text -> text, () -> 0), false);

    second.installIn(context);
    second.installIn(context);

    assertThat(context.getTurboFilterList()).hasSize(2).first().isSameAs(second);
    assertThat(context.getCopyOfListenerList()).hasSize(1);
  }

  @Test
  void twoContextsDoNotMind() {
    LoggerContext other = new LoggerContext();
    other.setMDCAdapter(new LogbackMDCAdapter());
    filter.installIn(other);

    logger.info("got {}", VALUE);
    other.getLogger("other").info("got {}", VALUE);

    assertThat(appender.list).hasSize(1);
    assertThat(other.getTurboFilterList()).containsExactly(filter);
  }

  @Test
  void declaredInConfigurationItMasksWhatIsRegistered() throws Exception {
    SecretMasker.shared().register("password", "declared-in-configuration");
    JoranConfigurator configurator = new JoranConfigurator();
    context.reset();
    configurator.setContext(context);
    configurator.doConfigure(
        new ByteArrayInputStream(
            """
            <configuration>
              <turboFilter class="dev.hush.logback.MaskingTurboFilter"/>
            </configuration>
            """
                .getBytes(StandardCharsets.UTF_8)));
    attach();

    logger.warn("got {}", "declared-in-configuration");

    assertThat(appender.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("got ***");
  }

  private static int here() {
    return StackWalker.getInstance()
        .walk(frames -> frames.skip(1).findFirst())
        .orElseThrow()
        .getLineNumber();
  }

  private static String place(int line) {
    return "MaskingTurboFilterTest.java:" + line;
  }

  private static Object text(String text) {
    return new Object() {
      @Override
      public String toString() {
        return text;
      }
    };
  }

  private static final class Wrapper {
    static void log(Logger logger, String text) {
      logger.log(null, Wrapper.class.getName(), LocationAwareLogger.INFO_INT, text, null, null);
    }
  }

  private static class Fixed extends TurboFilter {

    private final FilterReply reply;
    final AtomicInteger asked = new AtomicInteger();

    Fixed(FilterReply reply) {
      this.reply = reply;
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] params,
        @Nullable Throwable throwable) {
      asked.incrementAndGet();
      return reply;
    }
  }

  /** Leaves {@code isInfoEnabled()} alone. */
  private static final class ContentOnly extends Fixed {

    ContentOnly(FilterReply reply) {
      super(reply);
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] params,
        @Nullable Throwable throwable) {
      return format == null
          ? FilterReply.NEUTRAL
          : super.decide(marker, logger, level, format, params, throwable);
    }
  }
}

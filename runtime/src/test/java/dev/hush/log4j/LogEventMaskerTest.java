package dev.hush.log4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.ObjectMessage;
import org.apache.logging.log4j.message.ParameterizedMessage;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LogEventMaskerTest {

  private static final String VALUE = "hunter2-and-more";

  private final LogEventMasker masker =
      new LogEventMasker(text -> text.contains(VALUE) ? text.replace(VALUE, "***") : text, () -> 0);

  private static Log4jLogEvent.Builder event(Message message) {
    return new Log4jLogEvent.Builder()
        .setLevel(Level.INFO)
        .setLoggerName("app")
        .setThreadName("main")
        .setMessage(message);
  }

  private LogEvent masked(Message message) {
    return masker.mask(event(message).build());
  }

  @Test
  void keepsACleanEvent() {
    LogEvent clean = event(new ParameterizedMessage("{} {}", 1, "one")).build();

    assertThat(masker.mask(clean)).isSameAs(clean);
  }

  @Test
  void masksTheTextAndHidesTheArguments() {
    Message message =
        masked(new ParameterizedMessage("{}{}", VALUE.substring(0, 5), VALUE.substring(5)))
            .getMessage();

    assertThat(message.getFormattedMessage()).isEqualTo("***");
    assertThat(message.getFormat()).isEqualTo("***");
    assertThat(message.getParameters()).isNull();
  }

  @Test
  void masksTheArgumentsOfAText() {
    Message message = masked(new ParameterizedMessage("{} with {}", 1, VALUE)).getMessage();

    assertThat(message.getFormattedMessage()).isEqualTo("1 with ***");
    assertThat(message.getParameters()).containsExactly(1, "***");
  }

  @Test
  void masksAnArgumentThatTheTextLeavesOut() {
    assertThat(masked(new ParameterizedMessage("{}", 1, VALUE)).getMessage().getParameters())
        .containsExactly(1, "***");
  }

  @Test
  void rendersAnArgumentThatMayChange() {
    Message message = masked(new ParameterizedMessage("{}", List.of(1))).getMessage();

    assertThat(message.getFormattedMessage()).isEqualTo("[1]");
    assertThat(message.getParameters()).containsExactly("[1]");
  }

  @Test
  void keepsAnObjectThatIsWrittenAsStructure() {
    LogEvent event = event(new ObjectMessage(List.of(1))).build();

    assertThat(masker.mask(event)).isSameAs(event);
  }

  @Test
  void masksContextNamesAndException() {
    LogEvent event =
        masker.mask(
            event(new SimpleMessage("clean"))
                .setLoggerName("app." + VALUE)
                .setThreadName("thread " + VALUE)
                .setContextData(ContextDataFactory.createContextData(Map.of("user", VALUE)))
                .setThrown(new IllegalStateException(VALUE))
                .build());

    assertThat(event.getLoggerName()).isEqualTo("app.***");
    assertThat(event.getThreadName()).isEqualTo("thread ***");
    assertThat(event.getContextData().toMap()).isEqualTo(Map.of("user", "***"));
    assertThat(event.getThrown()).hasToString("java.lang.IllegalStateException: ***");
    assertThat(event.getMessage().getFormattedMessage()).isEqualTo("clean");
  }

  @Test
  void withholdsWhatCannotBeMasked() {
    LogEvent event =
        new LogEventMasker(
                text -> {
                  throw new IllegalStateException();
                },
                () -> 0)
            .mask(event(new SimpleMessage(VALUE)).build());

    assertThat(event.getMessage().getFormattedMessage()).isEqualTo("***");
    assertThat(event.getLoggerName()).isEqualTo("***");
    assertThat(event.getLevel()).isEqualTo(Level.INFO);
  }

  /** Texts that come again are not scanned again, until something else is registered. */
  @Test
  void looksAtRepeatedTextsAgainWhenAValueIsRegistered() {
    AtomicLong generation = new AtomicLong();
    AtomicInteger scans = new AtomicInteger();
    LogEventMasker growing =
        new LogEventMasker(
            text -> {
              scans.incrementAndGet();
              return generation.get() == 0 || !text.contains(VALUE)
                  ? text
                  : text.replace(VALUE, "***");
            },
            generation::get);
    LogEvent event = event(new SimpleMessage("now " + VALUE)).setLoggerName("app." + VALUE).build();
    for (int i = 0; i < 100; i++) {
      assertThat(growing.mask(event)).isSameAs(event);
    }
    int before = scans.get();
    assertThat(growing.mask(event)).isSameAs(event);
    assertThat(scans).hasValue(before);

    generation.incrementAndGet();

    assertThat(growing.mask(event).getMessage().getFormattedMessage()).isEqualTo("now ***");
    assertThat(growing.mask(event).getLoggerName()).isEqualTo("app.***");
  }

  @Test
  void masksWhateverTheTextLeavesOut() {
    Message message =
        masked(
                new ParameterizedMessage(
                    "call",
                    new RuntimeException("failed for " + VALUE),
                    URI.create("http://h/" + VALUE),
                    VALUE.toCharArray(),
                    List.of(VALUE),
                    3))
            .getMessage();

    assertThat(message.getFormattedMessage()).isEqualTo("call");
    assertThat(message.getParameters()[0])
        .isInstanceOf(RuntimeException.class)
        .hasToString("java.lang.RuntimeException: failed for ***");
    assertThat(message.getParameters()).endsWith("http://h/***", "***", "[***]", 3);
  }

  @Test
  void keepsAnEventWhoseArgumentsTheTextLeavesOut() {
    LogEvent clean = event(new ParameterizedMessage("call", URI.create("http://h/"), 3)).build();

    assertThat(masker.mask(clean)).isSameAs(clean);
  }

  @Test
  void looksForTheCallerOnlyIfAsked() {
    LogEvent event =
        event(new SimpleMessage(VALUE))
            .setLoggerFqcn(LogEventMasker.class.getName())
            .setIncludeLocation(true)
            .build();
    LogEvent known =
        event(new SimpleMessage("clean"))
            .setIncludeLocation(true)
            .setSource(new StackTraceElement("a.Type", VALUE, "Type.java", 1))
            .build();

    masker.mask(event);

    assertThat(KnownSource.of(event)).isNull();
    assertThat(masker.mask(known).getSource())
        .isEqualTo(new StackTraceElement("a.Type", "***", "Type.java", 1));
  }

  @Test
  void withholdsAForeignEventThatThrows() {
    LogEvent foreign =
        (LogEvent)
            Proxy.newProxyInstance(
                LogEvent.class.getClassLoader(),
                new Class<?>[] {LogEvent.class},
                (self, method, arguments) -> {
                  throw new IllegalStateException(VALUE);
                });

    LogEvent withheld = masker.mask(foreign);

    assertThat(withheld.getMessage().getFormattedMessage()).isEqualTo("***");
    assertThat(withheld.getLevel()).isEqualTo(Level.ERROR);
  }

  /** Whatever fails, and wherever it does: later events are masked again. */
  @Test
  void noFailureShowsAValueOrLasts() {
    for (int failing = 1; failing < 40; failing++) {
      AtomicInteger left = new AtomicInteger(failing);
      LogEventMasker faulty =
          new LogEventMasker(
              text -> {
                if (left.decrementAndGet() == 0) {
                  throw new OutOfMemoryError("made up");
                }
                return text.contains(VALUE) ? text.replace(VALUE, "***") : text;
              },
              () -> 0);
      for (int i = 0; i < 3; i++) {
        LogEvent event =
            faulty.mask(
                event(new ParameterizedMessage("got {} {}", VALUE, 1))
                    .setThrown(new Exception(VALUE, new Exception(VALUE)))
                    .build());

        assertThat(event.getMessage().getFormattedMessage())
            .isIn(left.get() < 0 && i > 0 ? List.of("got *** 1") : List.of("got *** 1", "***"));
        assertThat(String.valueOf(event.getThrown())).doesNotContain(VALUE);
      }
    }
  }
}

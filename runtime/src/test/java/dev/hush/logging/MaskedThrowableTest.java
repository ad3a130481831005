package dev.hush.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MaskedThrowableTest {

  private static final String VALUE = "hunter2-and-more";

  private static Throwable masked(Throwable throwable) {
    return Objects.requireNonNull(
        MaskedThrowable.of(
            throwable, text -> text.contains(VALUE) ? text.replace(VALUE, "***") : text));
  }

  private static String printed(Throwable throwable) {
    StringWriter text = new StringWriter();
    throwable.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void isTheExceptionItselfIfThatIsClean() {
    Exception clean = new Exception("outer", new Exception("inner"));

    assertThat(masked(clean)).isSameAs(clean);
  }

  @Test
  void printsLikeTheOtherMasked() {
    Exception exception = new IllegalStateException("outer", new Exception("inner " + VALUE));
    exception.addSuppressed(new Exception(VALUE));

    assertThat(printed(masked(exception))).isEqualTo(printed(exception).replace(VALUE, "***"));
  }

  @Test
  void endsACycleAsTheOtherDoes() {
    Exception inner = new Exception(VALUE);
    Exception outer = new Exception("outer", inner);
    inner.initCause(outer);

    assertThat(printed(masked(outer))).isEqualTo(printed(outer).replace(VALUE, "***"));
  }

  @Test
  void tellsNoFrameThatHoldsAValue() {
    Exception exception = new Exception("clean");
    exception.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("a.Type", VALUE, "Type.java", 1)});

    assertThat(printed(masked(exception))).doesNotContain(VALUE);
  }
}

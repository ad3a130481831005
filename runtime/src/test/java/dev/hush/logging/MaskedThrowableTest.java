package dev.hush.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.URISyntaxException;
import java.nio.file.NoSuchFileException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.MissingResourceException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.PatternSyntaxException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** One of an application's own, whose code must not run again. */
  public static final class PaymentException extends RuntimeException {
    static int made;

    PaymentException(String message, Throwable cause) {
      super(message, cause);
      made++;
    }

    @Override
    public String toString() {
      return "payment failed: " + getMessage();
    }
  }

  static List<Throwable> exceptions() throws Exception {
    Exception cause = new IOException("by " + VALUE);
    return List.of(
        new IllegalStateException(VALUE),
        new Exception(VALUE, cause),
        new Exception(null, cause),
        new Throwable(VALUE),
        new StackOverflowError(VALUE),
        new AssertionError(VALUE, cause),
        new AssertionError(VALUE),
        new ClassNotFoundException("no " + VALUE, cause),
        new ClassNotFoundException("no " + VALUE),
        new UncheckedIOException(new IOException(VALUE)),
        new UncheckedIOException(new Unplugged(VALUE)),
        new CompletionException(VALUE, cause),
        new CompletionException(cause),
        new ExecutionException(VALUE, cause),
        new ExecutionException(cause),
        new InvocationTargetException(cause, VALUE),
        new InvocationTargetException(cause),
        new UndeclaredThrowableException(cause),
        new ExceptionInInitializerError(VALUE),
        new SQLException("refused " + VALUE, "08001", 17, cause),
        new BatchUpdateException(VALUE, new int[0]),
        new NoSuchFileException("/run/" + VALUE),
        new NoSuchFileException("/run/a", "/run/" + VALUE, "moved"),
        new URISyntaxException("http://" + VALUE + "/|", "illegal character", 9),
        new PatternSyntaxException("unclosed group", "(" + VALUE, 3),
        new DateTimeParseException("no date: " + VALUE, VALUE, 0),
        new MissingResourceException("no " + VALUE, "type", VALUE),
        new NumberFormatException("For input string: " + VALUE),
        new SSLHandshakeException(VALUE),
        new NoSuchElementException(VALUE, cause),
        new SaxLike(VALUE),
        new PaymentException(VALUE, new PaymentException("inner " + VALUE, cause)));
  }

  private static final class Unplugged extends IOException {
    Unplugged(String message) {
      super(message);
    }
  }

  /** In none of the JDK's packages, and checked. */
  private static final class SaxLike extends Exception {
    SaxLike(String message) {
      super(message);
    }
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void hasTheClassNameOfTheOther(Throwable exception) {
    int made = PaymentException.made;

    Throwable masked = masked(exception);

    assertThat(masked).isNotSameAs(exception);
    assertThat(masked.getClass().getName()).isEqualTo(exception.getClass().getName());
    assertThat(masked.getClass().getCanonicalName())
        .isEqualTo(exception.getClass().getCanonicalName());
    assertThat(masked.getClass().getSimpleName()).isEqualTo(exception.getClass().getSimpleName());
    assertThat(printed(masked)).isEqualTo(printed(exception).replace(VALUE, "***"));
    assertThat(masked instanceof RuntimeException).isEqualTo(exception instanceof RuntimeException);
    assertThat(masked instanceof IOException).isEqualTo(exception instanceof IOException);
    assertThat(masked instanceof Error).isEqualTo(exception instanceof Error);
    assertThat(PaymentException.made).isEqualTo(made);
  }

  @Test
  void aClassNameThatHoldsAValueIsNotTold() {
    Throwable masked =
        Objects.requireNonNull(
            MaskedThrowable.of(
                new PaymentException("clean", new Exception("inner")),
                text -> text.replace("Payment", "***")));

    assertThat(masked.getClass().getName()).doesNotContain("Payment");
  }

  @Test
  void aClassAndItsNamesakeCanBeUnloaded() throws Exception {
    byte[] file;
    String name = SaxLike.class.getName();
    try (InputStream stream =
        SaxLike.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      file = Objects.requireNonNull(stream).readAllBytes();
    }
    class Own extends ClassLoader {
      Class<?> define() {
        return defineClass(name, file, 0, file.length);
      }
    }
    Constructor<?> constructor = new Own().define().getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    Throwable masked = masked((Throwable) constructor.newInstance(VALUE));
    WeakReference<Class<?>> type = new WeakReference<>(constructor.getDeclaringClass());
    WeakReference<Class<?>> namesake = new WeakReference<>(masked.getClass());
    constructor = null;
    masked = null;

    for (int i = 0; i < 50 && (type.get() != null || namesake.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
    }

    assertThat(type.get()).isNull();
    assertThat(namesake.get()).isNull();
  }
}

package dev.hush.logback;

import ch.qos.logback.classic.spi.ClassPackagingData;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.hush.logging.Frames;
import org.jspecify.annotations.Nullable;

/** Masks what an event tells of an exception, its causes and those that it suppressed. */
@SuppressWarnings("deprecation") // ClassPackagingData is Logback's to remove
final class ExceptionMasker {

  private final TextMasker texts;

  ExceptionMasker(TextMasker texts) {
    this.texts = texts;
  }

  /** The description itself if it holds no value. */
  @Nullable IThrowableProxy mask(@Nullable IThrowableProxy throwable) {
    return throwable != null && holdsValue(throwable)
        ? new MaskedThrowableProxy(throwable, this)
        : throwable;
  }

  boolean holdsValue(@Nullable IThrowableProxy throwable) {
    if (throwable == null) {
      return false;
    }
    if (texts.holdsValue(throwable.getClassName())
        || texts.holdsValue(throwable.getMessage())
        || texts.holdsValue(overridingMessage(throwable))
        || holdsValue(throwable.getCause())) {
      return true;
    }
    for (StackTraceElementProxy step : steps(throwable)) {
      if (texts.holdsValue(step.toString()) || packagingHoldsValue(step.getClassPackagingData())) {
        return true;
      }
    }
    for (IThrowableProxy suppressed : suppressed(throwable)) {
      if (holdsValue(suppressed)) {
        return true;
      }
    }
    return false;
  }

  private boolean packagingHoldsValue(@Nullable ClassPackagingData packaging) {
    return packaging != null
        && (texts.holdsValue(packaging.getCodeLocation())
            || texts.holdsValue(packaging.getVersion()));
  }

  @Nullable String mask(@Nullable String text) {
    return texts.mask(text);
  }

  StackTraceElementProxy maskStep(StackTraceElementProxy step) {
    StackTraceElementProxy masked =
        new StackTraceElementProxy(Frames.mask(step.getStackTraceElement(), texts));
    ClassPackagingData packaging = step.getClassPackagingData();
    if (packaging != null) {
      masked.setClassPackagingData(
          new ClassPackagingData(
              mask(packaging.getCodeLocation()),
              mask(packaging.getVersion()),
              packaging.isExact()));
    }
    return masked;
  }

  /** The exception's own text, where it differs from what class name and message would give. */
  static @Nullable String overridingMessage(IThrowableProxy throwable) {
    if (LogbackFeature.OVERRIDING_MESSAGES.isPresent()) {
      return throwable.getOverridingMessage();
    }
    // An older Logback does not print it, but appenders that ask for the exception itself do.
    return throwable instanceof ThrowableProxy proxy && proxy.getThrowable() != null
        ? proxy.getThrowable().toString()
        : null;
  }

  static StackTraceElementProxy[] steps(IThrowableProxy throwable) {
    StackTraceElementProxy[] steps = throwable.getStackTraceElementProxyArray();
    return steps == null ? new StackTraceElementProxy[0] : steps;
  }

  static IThrowableProxy[] suppressed(IThrowableProxy throwable) {
    IThrowableProxy[] suppressed = throwable.getSuppressed();
    return suppressed == null ? new IThrowableProxy[0] : suppressed;
  }
}

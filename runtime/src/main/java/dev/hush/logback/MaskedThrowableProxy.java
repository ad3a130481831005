package dev.hush.logback;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.hush.logging.MaskedThrowable;
import org.jspecify.annotations.Nullable;

/**
 * A masked copy of an exception's description.
 *
 * <p>A {@link ThrowableProxy}, because appenders cast to it to get at the exception.
 */
final class MaskedThrowableProxy extends ThrowableProxy {

  /** Describes an exception that is not there, so that the superclass has nothing to tell. */
  @SuppressWarnings("StaticAssignmentOfThrowable") // never thrown
  private static final Throwable NONE = new Throwable(null, null, false, false) {};

  private static final MaskedThrowableProxy[] NO_SUPPRESSED = {};

  private final @Nullable String className;
  private final @Nullable Class<?> type;
  private final @Nullable String message;
  private final @Nullable String overridingMessage;
  private final StackTraceElementProxy[] steps;
  private final int commonFrames;
  private final boolean cyclic;
  private final @Nullable MaskedThrowableProxy cause;
  private final MaskedThrowableProxy[] suppressed;

  MaskedThrowableProxy(IThrowableProxy source, ExceptionMasker masker) {
    super(NONE);
    className = masker.mask(source.getClassName());
    type = type(source, className);
    message = masker.mask(source.getMessage());
    overridingMessage = masker.mask(ExceptionMasker.overridingMessage(source));
    commonFrames = source.getCommonFrames();
    cyclic = isCyclic(source);
    steps = ExceptionMasker.steps(source).clone();
    for (int i = 0; i < steps.length; i++) {
      steps[i] = masker.maskStep(steps[i]);
    }
    IThrowableProxy sourceCause = source.getCause();
    cause = sourceCause == null ? null : new MaskedThrowableProxy(sourceCause, masker);
    IThrowableProxy[] sourceSuppressed = ExceptionMasker.suppressed(source);
    suppressed =
        sourceSuppressed.length == 0
            ? NO_SUPPRESSED
            : new MaskedThrowableProxy[sourceSuppressed.length];
    for (int i = 0; i < suppressed.length; i++) {
      suppressed[i] = new MaskedThrowableProxy(sourceSuppressed[i], masker);
    }
  }

  /** Null where nobody has the exception, or its class has a name that must not be told. */
  private static @Nullable Class<?> type(IThrowableProxy source, @Nullable String className) {
    Throwable throwable = source instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
    return throwable != null && throwable.getClass().getName().equals(className)
        ? throwable.getClass()
        : null;
  }

  private static boolean isCyclic(IThrowableProxy source) {
    return LogbackFeature.CYCLIC_THROWABLES.isPresent()
        ? source.isCyclic()
        : source instanceof ThrowableProxy proxy && proxy.isCyclic();
  }

  @Override
  public @Nullable String getClassName() {
    return className;
  }

  @Override
  public @Nullable String getMessage() {
    return message;
  }

  @Override
  public @Nullable String getOverridingMessage() {
    return overridingMessage;
  }

  @Override
  public StackTraceElementProxy[] getStackTraceElementProxyArray() {
    return steps;
  }

  @Override
  public int getCommonFrames() {
    return commonFrames;
  }

  @Override
  public boolean isCyclic() {
    return cyclic;
  }

  @Override
  public @Nullable IThrowableProxy getCause() {
    return cause;
  }

  @Override
  public IThrowableProxy[] getSuppressed() {
    return suppressed;
  }

  /** What there was to know about packages was copied with the stack trace. */
  @Override
  public void calculatePackagingData() {}

  /** An exception that prints as the raw one would, masked, and has its class name. */
  @Override
  public Throwable getThrowable() {
    String text = overridingMessage;
    if (text == null) {
      text = message == null ? className + "" : className + ": " + message;
    }
    Throwable throwable =
        MaskedThrowable.like(
            type,
            new MaskedThrowable.Texts(message, message, text),
            cause == null ? null : cause.getThrowable());
    StackTraceElement[] frames = new StackTraceElement[steps.length];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = steps[i].getStackTraceElement();
    }
    throwable.setStackTrace(frames);
    for (MaskedThrowableProxy proxy : suppressed) {
      throwable.addSuppressed(proxy.getThrowable());
    }
    return throwable;
  }
}

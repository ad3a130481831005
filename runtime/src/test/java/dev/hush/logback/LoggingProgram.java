package dev.hush.logback;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.status.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Logs a value by one way in and gives back what came out by one way out. Loaded together with each
 * Logback in turn, it speaks with the test in types of the JDK alone.
 */
public final class LoggingProgram implements Function<List<String>, String> {

  /** Who masks. */
  enum Masking {
    FILTER,
    /** What the agent weaves into {@code Logger.callAppenders}, so close as one gets without it. */
    FUNNEL,
    /** Shows that the value would have come out. */
    NONE
  }

  /**
   * @param settings way in, way out, masking, value
   */
  @Override
  public String apply(List<String> settings) {
    String value = settings.get(3);
    WayIn in = WayIn.valueOf(settings.get(0));
    WayOut out = WayOut.valueOf(settings.get(1));
    Masking masking = Masking.valueOf(settings.get(2));

    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.getStatusManager().clear();
    MDC.clear();
    String threadName = Thread.currentThread().getName();
    EventMasker masker = new EventMasker(text -> text.replace(value, "***"), () -> 0);

    Logger root = context.getLogger("ROOT");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Appender<ILoggingEvent> appender = out.open(context, bytes);
    switch (masking) {
      case FILTER -> {
        new MaskingTurboFilter(masker, false).installIn(context);
        root.addAppender(appender);
      }
      case FUNNEL -> {
        AppenderBase<ILoggingEvent> funnel =
            new AppenderBase<>() {
              @Override
              public void doAppend(ILoggingEvent event) {
                appender.doAppend(masker.mask(event));
              }

              @Override
              protected void append(ILoggingEvent event) {}
            };
        funnel.setContext(context);
        funnel.start();
        root.addAppender(funnel);
      }
      case NONE -> root.addAppender(appender);
    }
    try {
      in.log(context.getLogger("dev.hush.sample"), value);
    } finally {
      appender.stop();
      Thread.currentThread().setName(threadName);
    }
    String trouble = trouble(context.getStatusManager().getCopyOfStatusList());
    return bytes.toString(StandardCharsets.UTF_8) + trouble;
  }

  private static String trouble(List<Status> statuses) {
    StringBuilder text = new StringBuilder();
    for (Status status : statuses) {
      if (status.getLevel() != Status.INFO) {
        text.append("STATUS ").append(status).append(' ').append(status.getThrowable());
      }
    }
    return text.toString();
  }
}

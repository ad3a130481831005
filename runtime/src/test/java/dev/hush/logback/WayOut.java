package dev.hush.logback;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.net.LoggingEventPreSerializationTransformer;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** How an event leaves Logback. Each collects everything that it writes. */
enum WayOut {
  PATTERN {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      return streaming(context, pattern(context), out);
    }
  },
  FILE {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      Path file = temporaryFile();
      FileAppender<ILoggingEvent> appender =
          new FileAppender<>() {
            @Override
            public void stop() {
              super.stop();
              drain(file, out);
            }
          };
      appender.setFile(file.toString());
      appender.setEncoder(pattern(context));
      return started(context, appender);
    }
  },
  JSON {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.start();
      return streaming(context, encoder, out);
    }
  },
  ASYNC {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      AsyncAppender async = new AsyncAppender();
      async.setContext(context);
      async.setIncludeCallerData(true);
      async.addAppender(streaming(context, pattern(context), out));
      return started(context, async);
    }
  },
  SERIALIZED {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      LoggingEventPreSerializationTransformer transformer =
          new LoggingEventPreSerializationTransformer();
      return consuming(
          context,
          event -> {
            try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
              event.getCallerData();
              objects.writeObject(transformer.transform(event));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  },
  /** What an appender finds that looks into every corner. */
  INSPECTION {
    @Override
    Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out) {
      return consuming(
          context, event -> out.writeBytes(inspect(event).getBytes(StandardCharsets.UTF_8)));
    }
  };

  abstract Appender<ILoggingEvent> open(LoggerContext context, ByteArrayOutputStream out);

  private static String inspect(ILoggingEvent event) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(event);
    out.println(event.getMessage());
    out.println(event.getFormattedMessage());
    Object[] arguments = event.getArgumentArray();
    // Again and again: an argument may have another text each time.
    for (int i = 0; arguments != null && i < 5; i++) {
      out.println(Arrays.deepToString(arguments));
    }
    out.println(event.getMDCPropertyMap());
    out.println(event.getThreadName());
    out.println(event.getLoggerName());
    out.println(event.getLoggerContextVO());
    out.println(Arrays.toString(event.getCallerData()));
    IThrowableProxy throwable = event.getThrowableProxy();
    if (throwable != null) {
      out.println(ThrowableProxyUtil.asString(throwable));
      ((ThrowableProxy) throwable).getThrowable().printStackTrace(out);
    }
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      out.println(event.getMarkerList());
      out.println(Modern.keyValuePairs(event));
    } else {
      out.println(marker(event));
    }
    out.flush();
    return text.toString();
  }

  @SuppressWarnings("deprecation")
  private static Object marker(ILoggingEvent event) {
    return event.getMarker();
  }

  private static final class Modern {
    static Object keyValuePairs(ILoggingEvent event) {
      return event.getKeyValuePairs();
    }
  }

  private static PatternLayoutEncoder pattern(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(
        "%level [%thread] %logger %contextName %property{password} %mdc %marker "
            + (LogbackFeature.FLUENT_EVENTS.isPresent() ? "%kvp " : "")
            + "%msg%n%caller{1}%xEx%rEx%n");
    encoder.start();
    return encoder;
  }

  private static Appender<ILoggingEvent> streaming(
      LoggerContext context, Encoder<ILoggingEvent> encoder, ByteArrayOutputStream out) {
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setEncoder(encoder);
    appender.setOutputStream(out);
    return started(context, appender);
  }

  private static Appender<ILoggingEvent> consuming(
      LoggerContext context, Consumer<ILoggingEvent> consumer) {
    return started(
        context,
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            consumer.accept(event);
          }
        });
  }

  private static <A extends Appender<ILoggingEvent>> A started(LoggerContext context, A appender) {
    appender.setContext(context);
    appender.start();
    return appender;
  }

  private static Path temporaryFile() {
    try {
      return Files.createTempFile("hush", ".log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drain(Path file, ByteArrayOutputStream out) {
    try {
      if (Files.exists(file)) {
        out.writeBytes(Files.readAllBytes(file));
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

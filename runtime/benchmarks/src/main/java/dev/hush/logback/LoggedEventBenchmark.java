package dev.hush.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.masking.Sample;
import dev.hush.masking.SecretMasker;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.LoggerFactory;

/**
 * One call of a logger, from the caller to the bytes of a line that nobody keeps, with 100 values
 * registered: without masking, with either way of masking that Hush has, and with Logback's own
 * recipe for 10 values.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LoggedEventBenchmark {

  private static final int VALUES = 100;

  /** More than the usual recipe is ever used for. */
  private static final int VALUES_OF_RECIPE = 10;

  private static final String LINE = "%d %level [%thread] %logger - ";

  private static final String[] USERS = {"ada", "grace", "barbara", "frances", "jean", "katherine"};

  /** What is logged. */
  public enum Event {
    CLEAN {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("connection to the order database accepted");
      }
    },
    CLEAN_CONCATENATED {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("session opened for tenant " + sequence.next());
      }
    },
    CLEAN_ARGUMENTS {
      @Override
      void log(Logger logger, Sequence sequence) {
        int number = sequence.next();
        logger.info("request of {} completed in {} ms", USERS[number % USERS.length], number);
      }
    },
    HIT {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("connecting with {}", sequence.value);
      }
    },
    DISABLED {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.debug("connection to the order database accepted");
      }
    },
    DISABLED_ARGUMENTS {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.debug("request of {} completed in {} ms", "ada", sequence.value);
      }
    },
    QUESTION {
      @Override
      void log(Logger logger, Sequence sequence) {
        sequence.enabled = logger.isDebugEnabled();
      }
    };

    abstract void log(Logger logger, Sequence sequence);
  }

  /** What differs from call to call. */
  @State(Scope.Thread)
  public static class Sequence {

    final String value = Sample.values(VALUES).values().iterator().next();
    boolean enabled;
    private int number;

    int next() {
      return ++number & 0xffff;
    }
  }

  @State(Scope.Benchmark)
  public abstract static class Setting {

    final Logger logger;

    Setting(String message) {
      LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
      context.reset();
      PatternLayoutEncoder encoder = new PatternLayoutEncoder();
      encoder.setContext(context);
      encoder.setPattern(LINE + message + "%n");
      encoder.start();
      OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
      appender.setContext(context);
      appender.setEncoder(encoder);
      appender.setOutputStream(OutputStream.nullOutputStream());
      appender.start();
      Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      root.setLevel(Level.INFO);
      root.addAppender(appender);
      logger = context.getLogger("com.example.shop.OrderService");
    }
  }

  public static class Plain extends Setting {
    public Plain() {
      super("%msg");
    }
  }

  public static class Recipe extends Setting {
    public Recipe() {
      super("%replace(%msg){'" + alternation() + "','***'}");
    }

    private static String alternation() {
      return Sample.values(VALUES_OF_RECIPE).values().stream().collect(Collectors.joining("|"));
    }
  }

  public static class Filter extends Setting {
    public Filter() {
      super("%msg");
      SecretMasker.shared().register(Sample.values(VALUES));
      new MaskingTurboFilter().installIn(logger.getLoggerContext());
    }
  }

  public static class Agent extends Setting {
    public Agent() {
      super("%msg");
    }

    /** The agent has a masker of its own, which learns what it resolves. */
    @Setup
    public void register() throws Exception {
      Map<String, String> values = Sample.values(VALUES);
      Secrets.call(List.of(Secret.fromMap(values)), () -> values);
    }
  }

  @Param Event event = Event.CLEAN;

  @Benchmark
  public void plain(Plain plain, Sequence sequence) {
    event.log(plain.logger, sequence);
  }

  @Benchmark
  public void recipe(Recipe recipe, Sequence sequence) {
    event.log(recipe.logger, sequence);
  }

  @Benchmark
  public void filter(Filter filter, Sequence sequence) {
    event.log(filter.logger, sequence);
  }

  @Benchmark
  @Fork(value = 2, jvmArgsAppend = "-javaagent:agent/target/hush-agent.jar")
  public void agent(Agent agent, Sequence sequence) {
    event.log(agent.logger, sequence);
  }
}

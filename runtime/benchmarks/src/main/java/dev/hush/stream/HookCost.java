package dev.hush.stream;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.masking.Sample;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * What the agent's hooks other than Logback's cost: to be run with the agent and without, each time
 * with standard output to {@code /dev/null}; the result goes to standard error.
 *
 * <p>No JMH, whose forks write to a pipe. The least of many short rounds is what the code takes,
 * also on a machine that others use.
 */
public final class HookCost {

  private static final int ROUNDS = 6_000;

  /** One of something, a number of times. */
  private interface Work {
    void run(int times) throws IOException;
  }

  private HookCost() {}

  /** Measures all, or what is named. */
  public static void main(String[] names) throws Exception {
    Map<String, String> values = Sample.values(100);
    Secrets.call(List.of(Secret.fromMap(values)), () -> values);
    List<String> wanted = Arrays.asList(names);
    measure(wanted, "jul-message", 100, julWithMessage());
    measure(wanted, "jul-arguments", 100, julWithArguments());
    measure(wanted, "log4j-message", 100, log4jWithMessage());
    measure(wanted, "log4j-arguments", 100, log4jWithArguments());
    measure(wanted, "println", 50, HookCost::println);
    measure(wanted, "single-bytes", 500, singleBytes());
    measure(wanted, "other-file", 50, otherFile());
    System.exit(0);
  }

  private static void measure(List<String> wanted, String name, int times, Work work)
      throws IOException {
    if (!wanted.isEmpty() && !wanted.contains(name)) {
      return;
    }
    double[] rounds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run(times);
      rounds[i] = (System.nanoTime() - start) / (double) times;
    }
    Arrays.sort(rounds, ROUNDS / 3, ROUNDS); // what comes before is not compiled yet
    System.err.printf(
        "%-16s least %7.1f ns, tenth %7.1f ns%n",
        name, rounds[ROUNDS / 3], rounds[ROUNDS / 3 + ROUNDS / 15]);
  }

  private static Logger jul() {
    Logger logger = Logger.getLogger("com.example.shop.OrderService");
    logger.setUseParentHandlers(false);
    if (logger.getHandlers().length == 0) {
      logger.addHandler(new StreamHandler(OutputStream.nullOutputStream(), new SimpleFormatter()));
    }
    return logger;
  }

  private static Work julWithMessage() {
    Logger logger = jul();
    return times -> {
      for (int i = 0; i < times; i++) {
        logger.info("connection to the order database accepted");
      }
    };
  }

  private static Work julWithArguments() {
    Logger logger = jul();
    return times -> {
      for (int i = 0; i < times; i++) {
        logger.log(
            java.util.logging.Level.INFO,
            "request of {0} completed in {1} ms",
            new Object[] {"katherine", i});
      }
    };
  }

  private static org.apache.logging.log4j.Logger log4j() {
    Configuration configuration = new DefaultConfiguration();
    OutputStreamAppender appender =
        OutputStreamAppender.newBuilder()
            .setName("OUT")
            .setTarget(OutputStream.nullOutputStream())
            .setLayout(
                PatternLayout.newBuilder().withPattern("%d %level [%t] %logger - %msg%n").build())
            .build();
    appender.start();
    configuration.getRootLogger().getAppenders().keySet().stream()
        .toList()
        .forEach(configuration.getRootLogger()::removeAppender);
    configuration.getRootLogger().setLevel(org.apache.logging.log4j.Level.INFO);
    configuration.getRootLogger().addAppender(appender, null, null);
    LoggerContext context = new LoggerContext("benchmark");
    context.start(configuration);
    return context.getLogger("com.example.shop.OrderService");
  }

  private static Work log4jWithMessage() {
    org.apache.logging.log4j.Logger logger = log4j();
    return times -> {
      for (int i = 0; i < times; i++) {
        logger.info("connection to the order database accepted");
      }
    };
  }

  private static Work log4jWithArguments() {
    org.apache.logging.log4j.Logger logger = log4j();
    return times -> {
      for (int i = 0; i < times; i++) {
        logger.info("request of {} completed in {} ms", "katherine", i);
      }
    };
  }

  private static void println(int times) {
    for (int i = 0; i < times; i++) {
      System.out.println("2026-07-14 12:00:31 INFO  connection to the order database accepted");
    }
  }

  /** Without a buffer: each byte is a call of the system. */
  private static Work singleBytes() {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    return times -> {
      for (int i = 0; i < times; i++) {
        out.write('a' + i % 26);
      }
    };
  }

  private static Work otherFile() throws IOException {
    FileOutputStream out = new FileOutputStream("/dev/null");
    byte[] line = new byte[80];
    return times -> {
      for (int i = 0; i < times; i++) {
        out.write(line);
      }
    };
  }
}

package dev.hush.logback;

import ch.qos.logback.classic.Logger;
import dev.hush.logback.LoggedEventBenchmark.Agent;
import dev.hush.logback.LoggedEventBenchmark.Filter;
import dev.hush.logback.LoggedEventBenchmark.Plain;
import dev.hush.logback.LoggedEventBenchmark.Sequence;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An event with a value in it, without masking and masked, on stacks as short as that of a test and
 * as long as that of a request in a framework: what is masked must not be looked for on the stack.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MaskedEventBenchmark {

  private static final int EVENTS = 1_000;

  /** How the value comes into the event. */
  public enum Event {
    ARGUMENT {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("connecting with {}", sequence.value);
      }
    },
    OF_TWO_ARGUMENTS {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("request {} with {}", sequence.next(), sequence.value);
      }
    },
    CONCATENATED {
      @Override
      void log(Logger logger, Sequence sequence) {
        logger.info("connecting with " + sequence.value);
      }
    };

    abstract void log(Logger logger, Sequence sequence);
  }

  @Param Event event = Event.ARGUMENT;

  @Param({"10", "150"})
  int frames;

  /** Many at the end of one stack, which takes time to build as well. */
  private void log(int depth, Logger logger, Sequence sequence) {
    if (depth > 0) {
      log(depth - 1, logger, sequence);
      return;
    }
    for (int i = 0; i < EVENTS; i++) {
      event.log(logger, sequence);
    }
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void plain(Plain plain, Sequence sequence) {
    log(frames, plain.logger, sequence);
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void filter(Filter filter, Sequence sequence) {
    log(frames, filter.logger, sequence);
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  @Fork(value = 2, jvmArgsAppend = "-javaagent:agent/target/hush-agent.jar")
  public void agent(Agent agent, Sequence sequence) {
    log(frames, agent.logger, sequence);
  }
}

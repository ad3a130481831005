package dev.hush.environment;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the agent costs a call: run it with the agent and without, as the README says. Without the
 * agent a function is a plain method, and there is nothing inside.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class FunctionCallBenchmark {

  private static final int TIMES = 1_000;

  private int calls;
  private final HandedOver queue = new HandedOver();
  private final ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.HOURS, queue);
  private final ForkJoinPool forkJoin = new ForkJoinPool(1);

  /** Its one worker waits for ever: what is measured is handing over, not running. */
  public FunctionCallBenchmark() {
    pool.prestartAllCoreThreads();
  }

  /** Ends the worker. */
  @TearDown
  public void end() {
    pool.shutdownNow();
    forkJoin.shutdownNow();
  }

  /** What a function is compared with. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  public int plainCall() {
    return calls++;
  }

  /** A function of three secrets. */
  @Benchmark
  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  @Function(
      secrets = {
        @SecretRef(value = "env:PATH", as = "FIRST"),
        @SecretRef(value = "env:PATH", as = "SECOND"),
        @SecretRef(value = "env:PATH", as = "THIRD")
      })
  public int function() {
    return calls++;
  }

  /** A variable of the process, outside any function. */
  @Benchmark
  public @Nullable String variableOutside() {
    return System.getenv("PATH");
  }

  /** A variable that is a secret; without the agent, one of the process. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  @Function(secrets = @SecretRef(value = "env:PATH", as = "HOME"))
  public void variableInside(Blackhole seen) {
    for (int i = 0; i < TIMES; i++) {
      seen.consume(System.getenv("HOME"));
    }
  }

  /** A variable that neither has. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  @Function(secrets = @SecretRef(value = "env:PATH", as = "HOME"))
  public void noVariableInside(Blackhole seen) {
    for (int i = 0; i < TIMES; i++) {
      seen.consume(System.getenv("ABSENT"));
    }
  }

  /** A new task, handed to a pool and taken back. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void handOverOutside() {
    handOver();
  }

  /** The same inside of a function. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  @Function(secrets = @SecretRef(value = "env:PATH", as = "HOME"))
  public void handOverInside() {
    handOver();
  }

  private void handOver() {
    for (int i = 0; i < TIMES; i++) {
      FutureTask<?> task = new FutureTask<>(() -> {}, null);
      pool.execute(task);
      if (!pool.remove(task)) {
        throw new IllegalStateException("the worker took it");
      }
    }
  }

  /** A task handed to a pool, and left there. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void handOverAloneOutside(Waiting waiting) {
    waiting.handOver();
  }

  /** The same inside of a function. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  @Function(secrets = @SecretRef(value = "env:PATH", as = "HOME"))
  public void handOverAloneInside(Waiting waiting) {
    waiting.handOver();
  }

  /** Tasks of a pool whose worker does not come to them; made and taken back unmeasured. */
  @State(Scope.Thread)
  public static class Waiting {
    private final CountDownLatch end = new CountDownLatch(1);
    private final ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.HOURS, new LinkedBlockingQueue<>());
    private final FutureTask<?>[] tasks = new FutureTask<?>[TIMES];

    /** Keeps the worker busy. */
    @Setup
    public void begin() {
      pool.execute(
          () -> {
            try {
              end.await();
            } catch (InterruptedException ended) {
              Thread.currentThread().interrupt();
            }
          });
    }

    /** New tasks. */
    @Setup(Level.Invocation)
    public void make() {
      for (int i = 0; i < TIMES; i++) {
        tasks[i] = new FutureTask<>(() -> {}, null);
      }
    }

    private void handOver() {
      for (FutureTask<?> task : tasks) {
        pool.execute(task);
      }
    }

    /** Takes all back. */
    @TearDown(Level.Invocation)
    public void takeBack() {
      for (FutureTask<?> task : tasks) {
        if (!pool.remove(task)) {
          throw new IllegalStateException("the worker took it");
        }
      }
    }

    /** Ends the worker. */
    @TearDown
    public void end() {
      end.countDown();
      pool.shutdownNow();
    }
  }

  /** A new task, forked and joined by the worker itself. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void forkOutside() {
    forkJoin.invoke(new Forking());
  }

  /** The same inside of a function. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  @Function(secrets = @SecretRef(value = "env:PATH", as = "HOME"))
  public void forkInside() {
    forkJoin.invoke(new Forking());
  }

  @SuppressWarnings("serial")
  private static final class Forking extends RecursiveAction {
    @Override
    protected void compute() {
      for (int i = 0; i < TIMES; i++) {
        new Nothing().fork().join();
      }
    }
  }

  @SuppressWarnings("serial")
  private static final class Nothing extends RecursiveAction {
    @Override
    protected void compute() {}
  }

  /** Holds one task at a time, and never gives it to a worker. */
  @NullUnmarked // what it extends says nothing about null
  private static final class HandedOver extends AbstractQueue<Runnable>
      implements BlockingQueue<Runnable> {
    private Runnable task;

    @Override
    public boolean offer(Runnable handed) {
      task = handed;
      return true;
    }

    @Override
    public boolean remove(Object removed) {
      boolean here = task == removed;
      task = null;
      return here;
    }

    @Override
    public Runnable take() throws InterruptedException {
      Thread.sleep(Long.MAX_VALUE);
      return null;
    }

    @Override
    public Runnable poll(long time, TimeUnit unit) throws InterruptedException {
      return take();
    }

    @Override
    public Runnable poll() {
      return null;
    }

    @Override
    public Runnable peek() {
      return null;
    }

    @Override
    public void put(Runnable handed) {
      offer(handed);
    }

    @Override
    public boolean offer(Runnable handed, long time, TimeUnit unit) {
      return offer(handed);
    }

    @Override
    public int remainingCapacity() {
      return 1;
    }

    @Override
    public int drainTo(Collection<? super Runnable> target) {
      return 0;
    }

    @Override
    public int drainTo(Collection<? super Runnable> target, int most) {
      return 0;
    }

    @Override
    public Iterator<Runnable> iterator() {
      return Collections.emptyIterator();
    }

    @Override
    public int size() {
      return 0;
    }
  }
}

package dev.hush.stream;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Masks what child processes write to the standard output and error that they inherit.
 *
 * <p>Such a child gets a pipe instead, and a daemon thread carries on what comes out of it. To the
 * program this is inheriting all the same: {@code Process.getInputStream()} is empty, and all that
 * the child has written is there when {@code waitFor}, {@code exitValue}, {@code isAlive} and
 * {@code onExit} say that it has ended. Whatever the child has started and left behind holds up
 * nothing; what that writes later is masked when it comes.
 *
 * <p>Whoever sees the JDK start a process tells it here, on the same thread, in this order: {@link
 * #starting}, {@link #started}, {@link #exiting}.
 */
public final class ChildOutput {

  /** How long the end of the JVM may wait for what children have written. */
  private static final long LONGEST_END_SECONDS = 2;

  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int PIPE = -1;

  private final StandardDescriptors standard;
  private final IntFunction<FileDescriptor> descriptors;
  private final boolean masked;
  private final Set<OutputPump> running = ConcurrentHashMap.newKeySet();
  private final ThreadLocal<Child> current = new ThreadLocal<>();

  /** A child on its way from the one method of the JDK's to the next. */
  private static final class Child {
    final int[] numbers;
    final @Nullable FileDescriptor out;
    final @Nullable FileDescriptor err;
    final List<OutputPump> pumps = new ArrayList<>();

    Child(int[] numbers, @Nullable FileDescriptor out, @Nullable FileDescriptor err) {
      this.numbers = numbers;
      this.out = out;
      this.err = err;
    }
  }

  /**
   * @param descriptors makes the descriptor of a number
   * @param masked false to leave children the descriptors themselves
   */
  public ChildOutput(
      StandardDescriptors standard, IntFunction<FileDescriptor> descriptors, boolean masked) {
    this.standard = standard;
    this.descriptors = descriptors;
    this.masked = masked;
  }

  /**
   * Before the child is there.
   *
   * @param numbers what its standard input, output and error are to be: a descriptor of the JVM's,
   *     or -1 for a pipe to be made; changed to -1 where what it inherits is to be masked
   * @param errorsToOutput whether its errors go to its output, whatever their descriptor
   */
  public void starting(int[] numbers, boolean errorsToOutput) {
    current.remove();
    FileDescriptor out = inherited(FileDescriptor.out, OUT, numbers);
    FileDescriptor err = errorsToOutput ? null : inherited(FileDescriptor.err, ERR, numbers);
    if (out == null && err == null) {
      return;
    }
    // What was printed before the child comes before what the child prints.
    standard.settle();
    if (masked && standard.maskSomething()) {
      numbers[OUT] = out == null ? numbers[OUT] : PIPE;
      numbers[ERR] = err == null ? numbers[ERR] : PIPE;
      current.set(new Child(numbers, out, err));
    }
  }

  /**
   * When the child is there.
   *
   * @param numbers those given to {@link #starting}, now of the JVM's ends of the pipes; changed
   *     back to -1, for none, where they are taken
   */
  @SuppressWarnings("ReferenceEquality") // the same start, not an equal one that has failed
  public void started(int[] numbers) {
    Child child = current.get();
    if (child == null || child.numbers != numbers) {
      return;
    }
    if (child.out != null) {
      child.pumps.add(pump(numbers, OUT, child.out));
    }
    if (child.err != null) {
      child.pumps.add(pump(numbers, ERR, child.err));
    }
    try {
      child.pumps.forEach(this::start);
    } catch (Throwable failure) { // No thread can be had: the child must not wait for one.
      child.pumps.forEach(OutputPump::close);
      throw failure;
    }
  }

  private @Nullable FileDescriptor inherited(FileDescriptor own, int which, int[] numbers) {
    return standard.inherited(own, which, numbers[which], descriptors);
  }

  private OutputPump pump(int[] numbers, int which, FileDescriptor target) {
    int number = numbers[which];
    numbers[which] = PIPE;
    FileInputStream pipe = new FileInputStream(descriptors.apply(number));
    return new OutputPump(pipe, number, standard.masksOfAChild(target), target);
  }

  private void start(OutputPump pump) {
    running.removeIf(OutputPump::hasEnded);
    // Inherits no thread-locals: whoever starts a child must not stay reachable from here.
    Thread thread = new Thread(null, pump, "hush-child-output", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
    running.add(pump);
  }

  /**
   * When the JDK waits for the child's end.
   *
   * @param exit completed by the JDK when the child has ended
   * @return completed in the same way when all that the child has written is through
   */
  public <T> CompletableFuture<T> exiting(CompletableFuture<T> exit) {
    Child child = current.get();
    if (child == null || child.pumps.isEmpty()) {
      return exit;
    }
    current.remove();
    return exit.whenComplete((status, failure) -> child.pumps.forEach(ChildOutput::await));
  }

  private static void await(OutputPump pump) {
    pump.awaitWritten(System.nanoTime() + Long.MAX_VALUE / 2);
  }

  /**
   * Before the JVM ends: waits, but not for long, until what children have written is through.
   * Those that go on can write, as they could if they had inherited, but nobody reads it.
   */
  public void end() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_END_SECONDS);
    running.forEach(pump -> pump.awaitWritten(deadline));
    running.forEach(OutputPump::leave);
  }
}

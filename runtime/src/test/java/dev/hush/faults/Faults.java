package dev.hush.faults;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one allocation or call of {@linkplain FaultyClasses instrumented classes} fail, as if
 * memory or stack had come to an end just there.
 */
public final class Faults {

  private static final Object LOCK = new Object();

  /** How often a way to a place is tried, besides the last time. */
  private static final int TIMES = 1;

  /** So many calls of Hush's are a way. */
  private static final int DEPTH = 2;

  private static volatile boolean armed;
  private static @Nullable List<Integer> ways;
  private static Predicate<Thread> threads = thread -> true;
  private static Supplier<Throwable> kind = OutOfMemoryError::new;
  private static boolean initializing;
  private static int initializers;
  private static final Set<Integer> LINKED = ConcurrentHashMap.newKeySet();
  private static long remaining;
  private static @Nullable Throwable thrown;
  private static int thrownAt;

  private Faults() {}

  /** What is to be done while something may fail. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  /** Fails at the {@code number}th place that one of the threads comes to, once. */
  public static void arm(Predicate<Thread> threads, long number, Supplier<Throwable> kind) {
    arm(threads, false, number, kind);
  }

  /** The same, but counts only what is done while a class is initialised. */
  public static void armInInitializers(
      Predicate<Thread> threads, long number, Supplier<Throwable> kind) {
    arm(threads, true, number, kind);
  }

  private static void arm(
      Predicate<Thread> threads, boolean initializing, long number, Supplier<Throwable> kind) {
    synchronized (LOCK) {
      Faults.threads = threads;
      Faults.kind = kind;
      Faults.initializing = initializing;
      initializers = 0;
      remaining = number;
      thrown = null;
      armed = true;
    }
  }

  /**
   * Does a step in which nothing fails.
   *
   * @return the numbers, for {@link #arm}, of the places that it comes to on this thread: all if
   *     the property {@code faults} says so; otherwise, of all that are reached on the same way,
   *     from the same calls, the first two and the last
   */
  public static List<Integer> numbers(Step step) throws Exception {
    return numbers(step, false);
  }

  /** The same, of the places that are reached while a class is initialised. */
  public static List<Integer> numbersInInitializers(Step step) throws Exception {
    return numbers(step, true);
  }

  private static List<Integer> numbers(Step step, boolean initializing) throws Exception {
    List<Integer> recorded = new ArrayList<>();
    Thread me = Thread.currentThread();
    arm(thread -> thread == me, initializing, Long.MAX_VALUE, AssertionError::new);
    ways = recorded;
    try {
      step.run();
    } finally {
      disarm();
      ways = null;
    }
    Map<Integer, Integer> times = new HashMap<>();
    Map<Integer, Integer> last = new HashMap<>();
    BitSet chosen = new BitSet();
    for (int number = 1; number <= recorded.size(); number++) {
      int way = recorded.get(number - 1);
      if (times.merge(way, 1, Integer::sum) <= TIMES || areAll()) {
        chosen.set(number);
      }
      last.put(way, number);
    }
    last.values().forEach(chosen::set);
    return chosen.stream().boxed().toList();
  }

  /** Whether each place is to be tried each time that it is reached. */
  public static boolean areAll() {
    return "all".equals(System.getProperty("faults"));
  }

  private static int way() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().startsWith("dev.hush."))
                    .filter(frame -> !frame.getClassName().equals(Faults.class.getName()))
                    .map(
                        frame ->
                            frame.getClassName() + frame.getMethodName() + frame.getByteCodeIndex())
                    .limit(DEPTH)
                    .toList())
        .hashCode();
  }

  /** Lets nothing fail any more; returns whether something has. */
  public static boolean disarm() {
    synchronized (LOCK) {
      armed = false;
      return thrown != null;
    }
  }

  /** Where the last fault was. */
  public static String place() {
    return FaultyClasses.place(thrownAt);
  }

  /** What is linked for the first time in the second of two steps. */
  public static Set<String> linked(Step before, Step step) throws Exception {
    LINKED.clear();
    before.run();
    Set<Integer> known = Set.copyOf(LINKED);
    step.run();
    Set<String> linked = new TreeSet<>();
    for (int site : LINKED) {
      if (!known.contains(site)) {
        linked.add(FaultyClasses.place(site));
      }
    }
    return linked;
  }

  /** Called before what is linked when it is first reached. */
  public static void link(int site) {
    LINKED.add(site);
  }

  /** Called when the initialiser of a class begins, and when it ends. */
  public static void initialize(int change) {
    synchronized (LOCK) {
      if (threads.test(Thread.currentThread())) {
        initializers += change;
      }
    }
  }

  /** Called before each allocation and each call. */
  public static void at(int site) throws Throwable {
    if (armed) {
      count(site);
    }
  }

  private static void count(int site) throws Throwable {
    synchronized (LOCK) {
      if (!armed || (initializing && initializers == 0) || !threads.test(Thread.currentThread())) {
        return;
      }
      if (ways != null) {
        ways.add(way());
      }
      if (--remaining > 0) {
        return;
      }
      armed = false;
      thrownAt = site;
      thrown = kind.get();
    }
    throw thrown;
  }
}

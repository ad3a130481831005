package dev.hush.resolve;

import java.time.Duration;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * 10,000 processes start at the same moment and read from a manager that can serve so many of them
 * in a second, and tells the others to come back in a second (429, {@code Retry-After: 1}). What
 * load that makes, and when all have started, by {@link RetrySchedule} and by the same schedule
 * without chance.
 */
public final class StampedeSimulation {

  private static final int PROCESSES = 10_000;
  private static final long TIME_LIMIT = Duration.ofSeconds(30).toMillis();
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private StampedeSimulation() {}

  private record Attempt(long time, int number) {}

  /** Prints a table. */
  public static void main(String[] arguments) {
    System.out.println(
        "| served in a second | schedule | most asked in a second after the first | requests in all | all started after | never |");
    System.out.println("|---|---|---|---|---|---|");
    for (int capacity : new int[] {500, 1_000, 2_000, 5_000}) {
      run(capacity, true);
      run(capacity, false);
    }
  }

  private static void run(int capacity, boolean jitter) {
    Random random = new Random(42);
    PriorityQueue<Attempt> queue =
        new PriorityQueue<>((one, other) -> Long.compare(one.time(), other.time()));
    for (int i = 0; i < PROCESSES; i++) {
      queue.add(new Attempt(0, 1));
    }
    int[] asked = new int[60];
    // In tenths of a second: a manager that serves 1,000 in a second does not serve them in its
    // first millisecond.
    int[] served = new int[600];
    long last = 0;
    int never = 0;
    while (!queue.isEmpty()) {
      Attempt attempt = queue.remove();
      asked[(int) (attempt.time() / 1000)]++;
      int tenth = (int) (attempt.time() / 100);
      if (served[tenth] < capacity / 10) {
        served[tenth]++;
        last = Math.max(last, attempt.time());
        continue;
      }
      Duration wait =
          RetrySchedule.wait(attempt.number(), RETRY_AFTER, jitter ? random.nextDouble() : 0);
      long next = attempt.time() + wait.toMillis();
      if (next >= TIME_LIMIT || RetrySchedule.isOver(attempt.number(), RETRY_AFTER)) {
        never++;
      } else {
        queue.add(new Attempt(next, attempt.number() + 1));
      }
    }
    System.out.printf(
        "| %,d | %s | %,d | %,d | %.1f s | %,d |%n",
        capacity,
        jitter ? "**hush**" : "without chance",
        Arrays.stream(asked, 1, asked.length).max().orElse(0),
        Arrays.stream(asked).sum(),
        last / 1000.0,
        never);
  }
}

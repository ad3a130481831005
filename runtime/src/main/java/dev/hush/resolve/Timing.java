package dev.hush.resolve;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What waiting is made of, so that tests need not wait.
 *
 * @param nanoTime as {@link System#nanoTime()}
 * @param random from 0 to less than 1
 */
record Timing(LongSupplier nanoTime, Pause pause, DoubleSupplier random) {

  /** Lets the thread wait. */
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  /** That of this machine. */
  static Timing ofMachine() {
    return new Timing(
        System::nanoTime,
        time -> Thread.sleep(time.toMillis()),
        () -> ThreadLocalRandom.current().nextDouble());
  }
}

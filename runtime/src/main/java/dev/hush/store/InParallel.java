package dev.hush.store;

import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The same work on many files, on all processors where there is enough of it. */
final class InParallel {

  private static final int PORTION = 64;

  private InParallel() {}

  /**
   * The results, in the order of the files.
   *
   * @throws SecretException the first that the work threw, in that order
   */
  static <A, B> List<B> map(List<A> files, Function<A, B> work) {
    int processors = Runtime.getRuntime().availableProcessors();
    if (processors == 1 || files.size() < 2 * PORTION) {
      return portion(files, work);
    }
    ExecutorService threads = Executors.newFixedThreadPool(processors, InParallel::daemon);
    try {
      List<Future<List<B>>> pending = new ArrayList<>();
      for (int start = 0; start < files.size(); start += PORTION) {
        List<A> portion = files.subList(start, Math.min(start + PORTION, files.size()));
        pending.add(threads.submit(() -> portion(portion, work)));
      }
      List<B> results = new ArrayList<>(files.size());
      for (Future<List<B>> portion : pending) {
        results.addAll(portion.get());
      }
      return results;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while the store was read", "");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof SecretException foreseen
          ? foreseen
          : new IllegalStateException(failed.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static <A, B> List<B> portion(List<A> files, Function<A, B> work) {
    List<B> results = new ArrayList<>(files.size());
    files.forEach(file -> results.add(work.apply(file)));
    return results;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "hush-store");
    thread.setDaemon(true);
    return thread;
  }
}

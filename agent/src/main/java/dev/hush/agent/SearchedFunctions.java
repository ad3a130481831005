package dev.hush.agent;

import dev.hush.function.ClassPathScan;
import dev.hush.function.FunctionSearch;
import org.jspecify.annotations.Nullable;

/**
 * Looks for functions beside the thread that starts the application, which puts hooks in place
 * meanwhile. The search reads files and no more: nothing is fetched here.
 */
final class SearchedFunctions extends Thread {

  private final FunctionSearch search;
  private volatile ClassPathScan.@Nullable Result result;
  private volatile @Nullable Throwable failure;

  private SearchedFunctions(FunctionSearch search) {
    // Inherits no thread-locals of the thread that starts the application.
    super(null, null, "hush-functions", 0, false);
    this.search = search;
    setDaemon(true);
  }

  static SearchedFunctions begin(FunctionSearch search) {
    SearchedFunctions functions = new SearchedFunctions(search);
    functions.start();
    return functions;
  }

  @Override
  public void run() {
    try {
      result = search.functions();
    } catch (Throwable failed) {
      failure = failed;
    }
  }

  /**
   * Waits for the end of the search.
   *
   * @throws IllegalStateException if it failed
   */
  ClassPathScan.Result result() throws InterruptedException {
    join();
    ClassPathScan.Result found = result;
    if (found == null) {
      throw new IllegalStateException(failure);
    }
    return found;
  }
}

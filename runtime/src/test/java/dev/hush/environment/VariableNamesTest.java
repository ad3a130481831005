package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VariableNamesTest {

  private final VariableNames names = new VariableNames();

  private static Set<String> numbered(String beginning, int number) {
    return IntStream.range(0, number).mapToObj(i -> beginning + i).collect(Collectors.toSet());
  }

  @Test
  void whatWasAddedMayBeThere() {
    Set<String> secrets = numbered("SECRET_", 100_000);
    names.add(secrets);

    assertThat(secrets).allMatch(names::mayContain);
  }

  /** A name that another thread's addition has lost would be unknown for good. */
  @Test
  void threadsLoseNothingOfOneAnother() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 500; round++) {
        VariableNames shared = new VariableNames();
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<Set<String>>> added = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          Set<String> own = numbered(round + "_" + i + "_", 8);
          added.add(
              pool.submit(
                  () -> {
                    together.await();
                    shared.add(own);
                    return own;
                  }));
        }
        for (Future<Set<String>> one : added) {
          assertThat(one.get()).allMatch(shared::mayContain);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void nearlyAllOthersAreNot() {
    assertThat(numbered("OTHER_", 1_000)).noneMatch(names::mayContain);

    names.add(numbered("SECRET_", 40));

    assertThat(numbered("OTHER_", 10_000).stream().filter(names::mayContain).count())
        .isLessThan(500);
  }

  @Test
  void namesOfOneHashAreNotToldApart() {
    names.add(Set.of("Aa"));

    assertThat(List.of("Aa", "BB")).allMatch(names::mayContain);
  }
}

package dev.hush.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside a list of what was put in, at random. */
class LineTest {

  private final Call a = new Call(new EnvironmentView(Map.of("A", "a")), null);
  private final Call again = new Call(a.view, null);
  private final Call b = new Call(new EnvironmentView(Map.of("A", "b")), null);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesWhatAListDoes(long seed) {
    Random random = new Random(seed);
    Line line = new Line();
    Deque<Call> list = new ArrayDeque<>();
    List<Call> calls = List.of(a, again, b, Call.NOBODY);
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(list.size() > 20 ? 10 : 6)) {
        case 0, 1, 2, 3 -> {
          Call call = calls.get(random.nextInt(4));
          assertThat(call.retain()).isTrue();
          assertThat(line.add(call)).isEqualTo(list.size() + 1);
          list.addLast(call);
        }
        case 4 -> {
          int count = random.nextInt(3) + 1;
          line.addNobodyBefore(count);
          Collections.nCopies(count, Call.NOBODY).forEach(list::addFirst);
        }
        case 5 -> check(line.takeLast(), list.pollLast());
        case 6 -> {
          int kept = random.nextInt(list.size());
          line.keepLast(kept);
          while (list.size() > kept) {
            list.removeFirst();
          }
        }
        case 7 -> {
          line.nobodyFirst();
          List<Call> sorted = new ArrayList<>(list);
          boolean mixed = list.contains(b) && (list.contains(a) || list.contains(again));
          sorted.replaceAll(call -> mixed ? Call.NOBODY : call);
          sorted.sort(Collections.reverseOrder((x, y) -> rank(x) - rank(y)));
          list.clear();
          list.addAll(sorted);
        }
        default -> check(line.takeFirst(), list.pollFirst());
      }
      assertThat(line.isEmpty()).isEqualTo(list.isEmpty());
      assertThat(line.first()).isSameAs(list.peekFirst());
      boolean differ = list.stream().map(call -> call.view).distinct().count() > 1;
      assertThat(!differ || line.differ()).as("never overlooked").isTrue();
    }
    line.release();
    assertThat(line.isEmpty()).isTrue();
    for (Call call : List.of(a, again, b)) {
      call.end();
      assertThat(call.hasEnded()).as("no lease is left, and none was given twice").isTrue();
    }
  }

  private static int rank(Call call) {
    return call == Call.NOBODY ? 1 : 0;
  }

  private static void check(@Nullable Call taken, @Nullable Call expected) {
    assertThat(taken).isSameAs(expected);
    if (taken != null) {
      taken.release();
    }
  }
}

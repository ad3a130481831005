package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResultTextTest {

  private record Order(String id, Optional<Double> total) {}

  static Stream<Arguments> results() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("a", null);
    map.put(2, new int[] {3});
    return Stream.of(
        Arguments.of(null, "", "null"),
        Arguments.of(Optional.empty(), "", "null"),
        Arguments.of("a\"b", "a\"b", "\"a\\\"b\""),
        Arguments.of(Double.NaN, "NaN", "null"),
        Arguments.of(1e300, "1.0E300", "1.0E300"),
        Arguments.of('c', "c", "\"c\""),
        Arguments.of(Path.of("/a/b"), "/a/b", "\"/a/b\""),
        Arguments.of(new char[] {'a', 'b'}, "ab", "\"ab\""),
        Arguments.of(List.of("a".getBytes()), "YQ==", "[\"YQ==\"]"),
        Arguments.of(new int[][] {{1, 2}, {3}}, "1\n2\n3", "[[1,2],[3]]"),
        Arguments.of(Stream.of(1, Optional.of(2)), null, "[1,2]"),
        Arguments.of(Stream.of(1, Optional.of(2)), "1\n2", null),
        Arguments.of(IntStream.of(1, 2), "1\n2", null),
        Arguments.of(List.of(1, 2).iterator(), "1\n2", null),
        Arguments.of(Arrays.asList(1, null), "1\n", "[1,null]"),
        Arguments.of(map, null, "{\"a\":null,\"2\":[3]}"),
        Arguments.of(
            new Order("o", Optional.of(1.5)),
            "Order[id=o, total=Optional[1.5]]",
            "{\"id\":\"o\",\"total\":1.5}"));
  }

  /** Null: not asked for, as a stream can be read once. */
  @ParameterizedTest
  @MethodSource("results")
  void aResultIsTextOrJson(Object result, String plain, String json) {
    if (plain != null) {
      assertThat(ResultText.plain(result)).isEqualTo(plain);
    }
    if (json != null) {
      assertThat(ResultText.json(result).replaceAll("\\s", "")).isEqualTo(json);
    }
  }

  @Test
  void whatHoldsItselfIsRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    list.add(list);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("self", map);

    assertThatThrownBy(() -> ResultText.plain(list)).isInstanceOf(CallRefusedException.class);
    assertThatThrownBy(() -> ResultText.json(list)).isInstanceOf(CallRefusedException.class);
    assertThatThrownBy(() -> ResultText.json(map)).isInstanceOf(CallRefusedException.class);
  }
}

package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever else's work runs in the same loop sees its own secrets, or none. */
class StrangersIT {

  private static final String TASKS = "20000";
  private static final Pattern COUNTED =
      Pattern.compile("own (\\d+), missed (\\d+), strangers' (\\d+)(, never run .*)?");

  static Program program(Path folder, String... names) {
    return FollowingIT.program(folder, names)
        .variable("TOKEN_A", "alpha-secret-1")
        .variable("TOKEN_B", "beta-secret-2");
  }

  /** Objects that are new, and that somebody else has made. */
  @ParameterizedTest
  @ValueSource(strings = {"fresh", "premade"})
  void noTaskOfALoopSeesAnothersAndThoseOfAnExecutorSeeTheirOwn(String how, @TempDir Path folder) {
    Map<String, String> printed = shapes(folder, how);

    assertThat(printed).hasSizeGreaterThan(25);
    printed.forEach(
        (shape, counts) -> {
          Matcher counted = COUNTED.matcher(counts);
          assertThat(counted.lookingAt()).as(shape + counts).isTrue();
          assertThat(counted.group(3)).as("strangers' of " + shape).isEqualTo("0");
          assertThat(counted.group(4)).as("never run of " + shape).isNull();
          if (!shape.startsWith("no Executor") && !shape.equals("total")) {
            assertThat(counted.group(2)).as("missed of " + shape).isEqualTo("0");
            assertThat(Integer.parseInt(counted.group(1))).as("own of " + shape).isPositive();
          }
        });
    assertThat(printed.get("total")).endsWith("givers whose view changed 0, failures 0");
  }

  /** Where all hand over the same objects, what is not known sees nothing. */
  @Test
  void noObjectOfAllSeesMoreThanWasHandedOver(@TempDir Path folder) {
    assertThat(shapes(folder, "shared"))
        .allSatisfy((shape, counts) -> assertThat(counts).contains("strangers' 0"));
  }

  private static Map<String, String> shapes(Path folder, String how) {
    Program.Outcome outcome =
        program(folder, "Strangers.java", "Shapes.java").run("Shapes", TASKS, "1", how);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome.printed();
  }

  /** A hand-over is bound to itself: an object that has left a queue is bound no longer. */
  @Test
  void oneObjectOfSeveral(@TempDir Path folder) {
    Program.Outcome outcome =
        FollowingIT.program(folder, "Ways.java", "SameObject.java")
            .jvm("-Xmx64m")
            .run("SameObject");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.printed())
        .hasSizeGreaterThan(50)
        .allSatisfy((edge, result) -> assertThat(result).as(edge).isEqualTo("as it should be"));
  }

  /** Exceptions take the ways that they take without the agent. */
  @Test
  void theProgramGoesOnAsItWouldWithout(@TempDir Path folder) {
    Program.Outcome outcome = FollowingIT.program(folder, "Ways.java", "Flow.java").run("Flow");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.printed())
        .hasSizeGreaterThan(15)
        .allSatisfy((edge, result) -> assertThat(result).as(edge).isEqualTo("as it should be"));
  }
}

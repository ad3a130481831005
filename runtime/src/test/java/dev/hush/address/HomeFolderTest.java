package dev.hush.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The variable first, as for shells and the tools whose files are read. */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class HomeFolderTest {

  private static final String OF_THE_SYSTEM = System.getProperty("user.home");

  @Test
  void isTheVariableFirst() {
    assertThat(HomeFolder.of(Map.of("HOME", "/home/other")::get)).isEqualTo("/home/other");
  }

  @Test
  void isThatOfTheOperatingSystemWithoutIt() {
    assertThat(HomeFolder.of(name -> null)).isEqualTo(OF_THE_SYSTEM);
    assertThat(HomeFolder.of(Map.of("HOME", " ")::get)).isEqualTo(OF_THE_SYSTEM);
  }
}

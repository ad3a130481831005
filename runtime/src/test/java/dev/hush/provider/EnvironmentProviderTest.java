package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretNotFoundException;
import dev.hush.address.SecretAddress;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What Dagger's own tests ask of {@code env:}. */
// Unmarked: javac 17 does not see that the environment may answer null (JDK-8225377).
@NullUnmarked
class EnvironmentProviderTest {

  private final Map<String, String> environment =
      Map.of("TOPSECRET", " value\n", "EMPTY", "", "A", "short name");

  private final SecretProvider provider = new EnvironmentProvider(environment::get);

  private Provided read(String address) {
    return provider.read(SecretAddress.parse(address));
  }

  @Test
  void isTheVariableToTheLetter() {
    assertThat(read("env:TOPSECRET")).isEqualTo(new Provided.Value("TOPSECRET", " value\n"));
    assertThat(read("A")).isEqualTo(new Provided.Value("A", "short name"));
  }

  @Test
  void isAnEmptySecretIfSetToNothing() {
    assertThat(read("env:EMPTY")).isEqualTo(new Provided.Value("EMPTY", ""));
  }

  @Test
  void isAnErrorThatShowsThreeCharactersIfNotSet() {
    assertThatThrownBy(() -> read("env:ghp_pasted_value"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageStartingWith("the environment variable of env:ghp... is not set")
        .hasMessageNotContaining("ghp_");
    assertThatThrownBy(() -> read("env:NO")).hasMessageContaining("env:NO is not set");
  }

  @Test
  void looksUpTheNameExactly() {
    assertThatThrownBy(() -> read("env:topsecret")).isInstanceOf(SecretNotFoundException.class);
    assertThatThrownBy(() -> read("env: A")).isInstanceOf(SecretNotFoundException.class);
  }

  @Test
  void readsTheProcessEnvironmentByItself() {
    String name = System.getenv().keySet().iterator().next();

    assertThat(new EnvironmentProvider().read(SecretAddress.parse("env:" + name)))
        .isEqualTo(new Provided.Value(name, System.getenv(name)));
  }
}

package dev.hush.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.address.SecretAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Kestra's own tests ask of its secrets in {@code SECRET_} variables, and what it gets wrong.
 */
class SecretEnvironmentProviderTest {

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private EncodedVariables encoded = EncodedVariables.STANDARD;

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Provided read(String address) {
    return new SecretEnvironmentProvider(environment, encoded, warnings::add)
        .read(SecretAddress.parse(address));
  }

  private String value(String address) {
    return ((Provided.Value) read(address)).value();
  }

  private Map<String, String> all() {
    return ((Provided.Values) read("secret-env:")).values();
  }

  @ParameterizedTest
  @CsvSource({
    "MYPASSWORD, bXlQcml2YXRlQ29kZQ==, myPrivateCode",
    "MYPASSWORD, cGFzc3dvcmQ=, password",
    "GITHUB_ACCESS_TOKEN, bXlwYXQ=, mypat",
    "AWS_ACCESS_KEY_ID, bXlhd3NhY2Nlc3NrZXk=, myawsaccesskey",
    "AWS_SECRET_ACCESS_KEY, bXlhd3NzZWNyZXRhY2Nlc3NrZXk=, myawssecretaccesskey",
    "WITHOUT_PADDING, cGFzc3dvcmQ, password",
    "EMPTY, '', ''",
    "UMLAUT, w6TDtsO8, äöü"
  })
  void isWhatTheVariableSays(String name, String written, String value) {
    environment.put("SECRET_" + name, written);

    assertThat(read("secret-env:" + name)).isEqualTo(new Provided.Value(name, value, written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineBreaksInTheBase64MeanNothing(String lineBreak) {
    String value = "passwordveryveryveyrlong".repeat(5);
    String written =
        Base64.getMimeEncoder(76, lineBreak.getBytes(StandardCharsets.US_ASCII))
                .encodeToString(value.getBytes(StandardCharsets.UTF_8))
            + lineBreak;
    environment.put("SECRET_NEW_LINE", written);

    assertThat(written.lines()).hasSizeGreaterThan(2);
    assertThat(value("secret-env:NEW_LINE")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MY_KEY", "my_key", "My_Key"})
  void namesHaveNoCase(String typed) {
    environment.put("SECRET_My_key", base64("value"));

    assertThat(read("secret-env:" + typed))
        .isEqualTo(new Provided.Value("MY_KEY", "value", base64("value")));
    assertThat(all()).containsExactly(entry("MY_KEY", "value"));
  }

  @Test
  void twoVariablesOfOneNameAreAnError() {
    environment.put("SECRET_KEY", base64("one"));
    environment.put("SECRET_key", base64("two"));
    environment.put("SECRET_OTHER", base64("three"));

    for (String address : List.of("secret-env:KEY", "secret-env:")) {
      assertThatThrownBy(() -> read(address))
          .isInstanceOf(InvalidSecretException.class)
          .hasMessage(
              "SECRET_KEY and SECRET_key are the same secret, for its name has no case:"
                  + " unset all but one");
    }
    assertThat(value("secret-env:OTHER")).isEqualTo("three");
  }

  @ParameterizedTest
  @ValueSource(strings = {"some secret value", "hunter2!", "cGFzc3dvcmQ==", "/w==", "AA=="})
  void whatCannotBeDecodedIsNamedAndNeverShown(String written) {
    environment.put("SECRET_NON_B64_SECRET", written);

    assertThatThrownBy(() -> read("secret-env:NON_B64_SECRET"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageStartingWith("Could not decode secret 'SECRET_NON_B64_SECRET': make sure it is ")
        .hasMessageContaining("Base64")
        .hasMessageNotContaining(written)
        .hasNoCause();
  }

  @Test
  void ofAllTheOthersGoOn() {
    environment.put("SECRET_PASSWORD", "cGFzc3dvcmQ=");
    environment.put("SECRET_NON_B64_SECRET", "some secret value");
    environment.put("SECRET_1A", base64("no variable has this name"));
    environment.put("SECRET_", base64("no name at all"));
    environment.put("PASSWORD", "another");
    environment.put("secret_other", base64("another prefix"));

    assertThat(all()).containsExactly(entry("PASSWORD", "password"));
    assertThat(warnings)
        .containsExactlyInAnyOrder(
            "the secret 'SECRET_NON_B64_SECRET' is left out: make sure it is Base64-encoded",
            "the secret 'SECRET_1A' is left out: its name, less SECRET_, is none");
  }

  @Test
  void whatIsLeftOutIsSaidOnce() {
    environment.put("SECRET_NON_B64_SECRET", "some secret value");
    SecretProvider provider = new SecretEnvironmentProvider(environment, encoded, warnings::add);

    provider.read(SecretAddress.parse("secret-env:"));
    provider.read(SecretAddress.parse("secret-env:"));

    assertThat(warnings).hasSize(1);
  }

  @Test
  void nothingIsSetIsAnEmptyMap() {
    assertThat(all()).isEmpty();
  }

  @Test
  void isAnErrorThatShowsThreeCharactersIfNotSet() {
    assertThatThrownBy(() -> read("secret-env:hunter2pasted"))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("SECRET_... is set for secret-env:hun...")
        .hasMessageNotContaining("hunter");
  }

  @Test
  void anotherPrefixAndEncodingCanBeSet() {
    environment.put("SECRET_A", base64("a"));
    environment.put("HIDDEN_A", "as it is");
    encoded = new EncodedVariables("HIDDEN_", false);

    assertThat(value("secret-env:A")).isEqualTo("as it is");
    assertThat(all()).containsExactly(entry("A", "as it is"));
  }

  @Test
  void anAddressCanSayTheEncoding() {
    environment.put("SECRET_A", "cGFzc3dvcmQ=");

    assertThat(value("secret-env:A?encoding=raw")).isEqualTo("cGFzc3dvcmQ=");
    assertThat(value("secret-env:A?encoding=base64")).isEqualTo("password");
    assertThat(((Provided.Values) read("secret-env:?encoding=raw")).values())
        .containsExactly(entry("A", "cGFzc3dvcmQ="));
    assertThatThrownBy(() -> read("secret-env:A?encoding=rot13"))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("base64 or raw")
        .hasMessageNotContaining("rot13");
  }
}

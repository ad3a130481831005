package dev.hush.provider.dotenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.InvalidSecretException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kestra's macro in a {@code .env} file: where braces mean something, and where they are
 * characters.
 */
@NullUnmarked // The environment may answer null.
class DotenvMacroTest {

  @TempDir private Path folder;

  private Map<String, String> read(String content) throws IOException {
    return DotenvFile.variables(
        Files.writeString(folder.resolve(".env"), content), Map.of("Y", "of the process")::get);
  }

  @Test
  void theFileOfTheDocument() throws IOException {
    assertThat(
            read(
                """
                SECRET_MYPASSWORD={{ "password" | base64encode }}
                SECRET_GITHUB_ACCESS_TOKEN={{ "mypat" | base64encode }}
                SECRET_AWS_ACCESS_KEY_ID={{ "myawsaccesskey" | base64encode }}
                SECRET_AWS_SECRET_ACCESS_KEY={{ "myawssecretaccesskey" | base64encode }}"""))
        .isEqualTo(
            read(
                """
                SECRET_MYPASSWORD=cGFzc3dvcmQ=
                SECRET_GITHUB_ACCESS_TOKEN=bXlwYXQ=
                SECRET_AWS_ACCESS_KEY_ID=bXlhd3NhY2Nlc3NrZXk=
                SECRET_AWS_SECRET_ACCESS_KEY=bXlhd3NzZWNyZXRhY2Nlc3NrZXk=
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {{ "password" | base64encode }}           ; password
          {{ 'password' | base64encode }}           ; password
          {{"password"|base64encode}}               ; password
          {{ "password" | base64encode }}  # comment; password
          {{ "pass # word" | base64encode }}        ; pass # word
          {{ "it's" | base64encode }}               ; it's
          {{ 'say "it"' | base64encode }}           ; say "it"
          {{ "say \\"it\\"" | base64encode }}       ; say "it"
          {{ "a\\nb\\\\c" | base64encode }}           ; a\\nb\\\\c
          {{ "${Y} $Y" | base64encode }}            ; ${Y} $Y
          {{ "a }} b {{ c" | base64encode }}        ; a }} b {{ c
          {{ "{{ 'x' | base64encode }}" | base64encode }}; {{ 'x' | base64encode }}
          {{ "ä€😀" | base64encode }}                ; ä€😀
          {{ "" | base64encode }}                   ; ~~
          """)
  void isTheBase64OfTheTextToTheLetter(String macro, String text) throws IOException {
    assertThat(read("X=" + macro + "\nexport Z = " + macro))
        .isEqualTo(Map.of("X", base64(text), "Z", base64(text)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          '{{ "password" | base64encode }}'     ; {{ "password" | base64encode }}
          "{{ 'password' | base64encode }}"     ; {{ 'password' | base64encode }}
          '{{'                                  ; {{
          '{{ secret("A") }} {% x %} {# y #}'   ; {{ secret("A") }} {% x %} {# y #}
          pass{{word                            ; pass{{word
          x{{ "password" | base64encode }}      ; x{{ "password" | base64encode }}
          {%                                    ; {%
          {#                                    ; {#
          {                                     ; {
          { { "password" | base64encode }}      ; { { "password" | base64encode }}
          }}                                    ; }}
          """)
  void bracesAnywhereElseAreCharacters(String written, String value) throws IOException {
    assertThat(read("X=" + written)).isEqualTo(Map.of("X", value));
  }

  @Test
  void whatAVariableHoldsIsNoMacro() throws IOException {
    assertThat(read("A='{{ \"hidden\" | base64encode }}'\nX=${A}"))
        .containsEntry("X", "{{ \"hidden\" | base64encode }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{",
        "{{hunter2",
        "{{ hunter2 }}",
        "{{ \"hunter2\" }}",
        "{{ \"hunter2\" | upper }}",
        "{{ \"hunter2\" | base64Encode }}",
        "{{ \"hunter2\" | base64encode | base64encode }}",
        "{{ \"hunter2\" | base64encode }} hunter2",
        "{{ \"hunter2\" | base64encode }}hunter2",
        "{{ \"hunter2 | base64encode }}",
        "{{ \"hunter2\n\" | base64encode }}",
        "{{ 'hunter2\" | base64encode }}",
        "{{ \"hunter2\\\" | base64encode }}",
        "{{ secret('hunter2') }}",
        "{{ \"hunter2\" | base64encode"
      })
  void bracesThatAreNoMacroAreRefused(String written) {
    assertThatThrownBy(() -> read("A=1\nX=" + written))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining(".env, line 2: the value begins with braces and is no macro: ")
        .hasMessageNotContaining("hunter2");
  }
}

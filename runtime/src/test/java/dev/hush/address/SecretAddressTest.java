package dev.hush.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dagger's grammar of addresses, and where it is kept more strictly here. */
class SecretAddressTest {

  private static final String VALUE = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # text                         | scheme    | location
          API_TOKEN                      | env       | API_TOKEN
          wtf                            | env       | wtf
          env:API_TOKEN                  | env       | API_TOKEN
          env://API_TOKEN                | env       | API_TOKEN
          env://X?cacheKey=k             | env       | X
          X?                             | env       | X
          file:./a                       | file      | ./a
          file://./a                     | file      | ./a
          file:///abs                    | file      | /abs
          file:~/a                       | file      | ~/a
          file:what?.txt                 | file      | what?.txt
          file:a?lines=kept&x=1          | file      | a?lines=kept&x=1
          file:a?lines                   | file      | a?lines
          cmd:curl "https://h/?lines=kept" | cmd     | curl "https://h/?lines=kept"
          file:100%                      | file      | 100%
          file:./a:b@c                   | file      | ./a:b@c
          cmd:printf 'a:b'               | cmd       | printf 'a:b'
          cmd://curl "https://h/?a=1"; x | cmd       | curl "https://h/?a=1"; x
          cmd:date +%s                   | cmd       | date +%s
          cmd:curl https://u:p@host      | cmd       | curl https://u:p@host
          dotenv:                        | dotenv    | ''
          secret-env:                    | secret-env | ''
          dotenv:.env-dev                | dotenv    | .env-dev
          op://vault space/item/field    | op        | vault space/item/field
          vault:path/to/secret.field     | vault     | path/to/secret.field
          aws+sm:arn:aws:x:secret:a@b    | aws+sm    | arn:aws:x:secret:a@b
          wtf://foobar                   | wtf       | foobar
          """)
  void isSchemeAndLocation(String text, String scheme, String location) {
    SecretAddress address = SecretAddress.parse(text);

    assertThat(address.scheme()).isEqualTo(scheme);
    assertThat(address.location()).isEqualTo(location);
    assertThat(address.query()).isEmpty();
  }

  @Test
  void hasAQueryAfterACommandOrAPathIfItIsMadeOfKnownParameters() {
    SecretAddress file = SecretAddress.parse("file:what?.txt?lines=kept");
    assertThat(file.location()).isEqualTo("what?.txt");
    assertThat(file.query()).isEqualTo(Map.of("lines", "kept"));
    SecretAddress command = SecretAddress.parse("cmd:gh auth token?lines=kept&encoding=base64");
    assertThat(command.location()).isEqualTo("gh auth token");
    assertThat(command.query()).isEqualTo(Map.of("lines", "kept", "encoding", "base64"));
    assertThatThrownBy(() -> SecretAddress.parse("file:a?lines=keep"))
        .isInstanceOf(MalformedAddressException.class)
        .hasMessageEndingWith("write ?lines=kept");
    assertThatThrownBy(() -> SecretAddress.parse("cmd:a?encoding=hex"))
        .hasMessageEndingWith("write ?encoding=base64");
  }

  @Test
  void isTheSameAddressInEverySpelling() {
    assertThat(SecretAddress.parse("X"))
        .isEqualTo(SecretAddress.parse("env:X"))
        .isEqualTo(SecretAddress.parse("env://X"))
        .isEqualTo(SecretAddress.parse("env://X?cacheKey=k"))
        .hasSameHashCodeAs(SecretAddress.parse("env:X"))
        .isNotEqualTo(SecretAddress.parse("env:x"))
        .isNotEqualTo(SecretAddress.parse("file:X"));
    assertThat(SecretAddress.parse("dotenv:?key=A"))
        .isNotEqualTo(SecretAddress.parse("dotenv:?key=B"));
  }

  @Test
  void decodesTheQuery() {
    assertThat(SecretAddress.parse("aws+sm:a?version=1%2F2&&region=eu+1&cacheKey=k&bare").query())
        .isEqualTo(Map.of("version", "1/2", "region", "eu 1", "bare", ""));
    assertThat(SecretAddress.parse("dotenv:.env?key=A").query()).isEqualTo(Map.of("key", "A"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":" + VALUE,
        "env:",
        "env://",
        "file:",
        "cmd:",
        "env:?cacheKey=k",
        "ENV:" + VALUE,
        " env:" + VALUE,
        VALUE + ":" + VALUE,
        "1x:" + VALUE,
        "env:X?" + VALUE + "=1",
        "env:X?default=" + VALUE,
        "dotenv:?cle=" + VALUE,
        "secret-env:X?" + VALUE + "=raw",
        "vault:a.b?" + VALUE + "=1&" + VALUE + "=2",
        "vault:a.b?=" + VALUE,
        "vault:a.b?ttl=%" + VALUE,
        "vault://user:" + VALUE + "@host/x",
        "vault:user:" + VALUE + "@host/x",
        "env://user:" + VALUE + "@host",
        "file://user:" + VALUE + "@host/x",
        "file:https://user:" + VALUE + "@host/x",
        "postgres://user:" + VALUE + "@host/x",
        "-----BEGIN KEY-----\nProc-Type: 4," + VALUE
      })
  void isRefusedWithoutRepeatingTheText(String text) {
    assertThatThrownBy(() -> SecretAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("ghp", VALUE, "user:", "\n"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # typed                           | shown
          env:TOP                           | env:TOP
          env:TOPSECRET                     | env:TOP...
          TOPSECRET                         | env:TOP...
          hunter2                           | env:hun...
          cmd:curl -H 'Authorization: t0p'  | cmd:curl
          cmd:  ./token.sh t0p              | cmd:./token.sh
          cmd:TOKEN=t0p curl https://h      | cmd:TOK...
          cmd:echo;t0p                      | cmd:ech...
          cmd:'t0p secret'                  | cmd:'t0...
          file:~/token                      | file:~/token
          file:./a?b                        | file:./a?b
          secret-env:                       | secret-env:
          secret-env:hunter2?encoding=raw   | secret-env:hun...
          dotenv:                           | dotenv:
          dotenv:conf/.env?key=TOKEN        | dotenv:conf/.env?key=TOKEN
          vault://path.field?ttl=1m         | vault:path.field
          op://vault/item/field             | op:vault/item/field
          libsecret:login/API_TOKEN?ttl=1m  | libsecret:login/API_TOKEN
          libsecret:login?user=t0p&app=s3t  | libsecret:login?app=...&user=...
          wtf://foobar                      | wtf:...
          hunter2:secret                    | hun...:...
          https://host/hook/t0ps3cret       | htt...:...
          """)
  void showsNothingThatMayBeAPastedValue(String typed, String shown) {
    assertThat(SecretAddress.parse(typed)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env:a\nb",
        "A\u001b",
        "file:\r\nERROR faked",
        "file:\u001b[2J",
        "file:\u202etxt.exe",
        "vault:a\u2028b.c",
        "dotenv:?key=a%0Ab",
        "libsecret:login?a%1B=b",
        "op:\u0000",
        "cmd:\u001b[31m",
        "cmd:a\u0007b c"
      })
  void showsOneLineWithoutControlCharacters(String text) {
    assertThat(SecretAddress.parse(text).toString())
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]")
        .contains("?");
  }

  @Test
  void showsNoPastedKeyAsAPath() {
    assertThat(SecretAddress.parse("file:-----BEGIN KEY-----\nMIIEvQ")).hasToString("file:---...");
    assertThat(SecretAddress.parse("vault:" + "x".repeat(1025))).hasToString("vault:xxx...");
    assertThat(SecretAddress.parse("vault:" + "x".repeat(1024)).toString()).hasSize(6 + 1024);
  }

  @Test
  void abbreviatesBetweenCharactersNotWithinThem() {
    assertThat(SafeText.abbreviated("\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03"))
        .isEqualTo("\ud83d\ude00\ud83d\ude01\ud83d\ude02...");
  }
}

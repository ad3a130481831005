package dev.hush.provider.libsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which item an address means, and what is made of it. */
@NullUnmarked // The environment may answer null.
class LibsecretProviderTest {

  @TempDir private Path folder;
  private KeyringServer keyring;

  @BeforeEach
  void start() throws IOException {
    keyring =
        KeyringServer.start(folder)
            .collection("login", "Login")
            .collection("session", "")
            .collection("work_5fkeys", "Work keys")
            .collection("twin1", "Twin")
            .collection("twin2", "Twin")
            .item("login/1", "API_TOKEN", Map.of("service", "app", "user", "alice"), "hunter2 \n")
            .item("login/2", "twice", Map.of("service", "app", "user", "bob"), "of bob")
            .item("login/3", "twice", Map.of("service", "other", "user", "bob"), "of other")
            .item("login/4", "Git: https://github.com/", Map.of("server", "github.com"), "gh")
            .item("login/5", "2", Map.of("odd", "a b&c=d", "empty", ""), "labelled two")
            .item("login/6", "json", Map.of("kind", "json"), "{\"DB_USER\":\"app\",\"PORT\":5432}")
            .item("login/7", "bytes", Map.of(), new byte[] {'s', (byte) 0xff})
            .item("login/8", "grüße", Map.of("ort", "Köln"), "schön \uD83D\uDD11")
            .item("login/9", "EMPTY", Map.of(), "")
            .item("work_5fkeys/1", "deploy", Map.of(), "of work");
  }

  @AfterEach
  void stop() {
    keyring.close();
  }

  private LibsecretProvider provider() {
    return new LibsecretProvider(
        Map.of("DBUS_SESSION_BUS_ADDRESS", keyring.address())::get, Duration.ofSeconds(20));
  }

  private Provided provided(String address) {
    return provider().read(SecretAddress.parse(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          libsecret:login/twice?service=other          | of other
          libsecret://login/4                          | gh
          libsecret:login?user=alice                   | 'hunter2 \n'
          libsecret:login?service=app&user=bob         | of bob
          libsecret:login/Git: https://github.com/     | gh
          libsecret:login/Git:%20https:%2F%2Fgithub.com%2F | gh
          # The name of a path is stronger than a label.
          libsecret:login/2                            | of bob
          libsecret:login/2?odd=a+b%26c%3Dd            | labelled two
          libsecret:login?odd=a%20b%26c%3Dd            | labelled two
          libsecret:login/gr%C3%BC%C3%9Fe              | schön 🔑
          libsecret:login/grüße                        | schön 🔑
          libsecret:login?ort=K%C3%B6ln                | schön 🔑
          libsecret:login/EMPTY                        | ''
          libsecret:work_5fkeys/deploy                 | of work
          libsecret:Work keys/deploy                   | of work
          libsecret:default/twice?user=bob&service=app | of bob
          libsecret:login/json?field=PORT              | 5432
          libsecret:login/1?ttl=90s&cacheKey=k         | 'hunter2 \n'
          """)
  void readsTheOneItemThatIsMeant(String address, String value) {
    assertThat(((Provided.Value) provided(address)).value()).isEqualTo(value.replace("\\n", "\n"));
  }

  @Test
  void aLabelNamesTheVariableIfOneCanBeCalledSo() {
    assertThat(provided("libsecret:login/API_TOKEN"))
        .isEqualTo(new Provided.Value("API_TOKEN", "hunter2 \n"));
    assertThat(provided("libsecret:login/1")).isEqualTo(new Provided.Value(null, "hunter2 \n"));
    assertThat(provided("libsecret:login?user=alice"))
        .isEqualTo(new Provided.Value(null, "hunter2 \n"));
  }

  @Test
  void anItemThatIsAJsonObjectIsAMap() {
    assertThat(((Provided.Values) provided("libsecret:login?kind=json")).values())
        .containsExactly(entry("DB_USER", "app"), entry("PORT", "5432"));
    assertThat(provided("libsecret:login/json?fields=none"))
        .isEqualTo(new Provided.Value("json", "{\"DB_USER\":\"app\",\"PORT\":5432}"));
    assertThatThrownBy(() -> provided("libsecret:login/json?field=nonesuch"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libsecret:login/nonesuch",
        "libsecret:login/api_token",
        "libsecret:login?service=nonesuch",
        "libsecret:login/1?service=other",
        "libsecret:login/deploy",
        "libsecret:session/API_TOKEN",
        "libsecret:nonesuch/API_TOKEN",
        "libsecret:LOGIN/API_TOKEN",
      })
  void whatIsNotThereIsNotFound(String address) {
    assertThatThrownBy(() -> provided(address)).isInstanceOf(SecretNotFoundException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          libsecret:login/twice       | means 2 items        | login/2, login/3
          libsecret:login?user=bob    | libsecret:login?user=... means 2 items | login/2, login/3
          libsecret:Twin/x            | means 2 collections  | twin1, twin2
          """)
  void severalAreRefusedAndTold(String address, String problem, String ways) {
    assertThatThrownBy(() -> provided(address))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContainingAll(problem, ways);
  }

  @Test
  void noMoreThanFiveAreTold() {
    IntStream.range(0, 300)
        .forEach(number -> keyring.item("login/x" + number, "many", Map.of(), "v"));

    assertThatThrownBy(() -> provided("libsecret:login/many"))
        .hasMessageContaining("means 300 items")
        .hasMessageEndingWith("login/x0, login/x1, login/x10, login/x100, login/x101, ...");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libsecret:login",
        "libsecret:login/",
        "libsecret:login/%20",
        "libsecret:login?ttl=1s",
        "libsecret:login?field=x",
        "libsecret:/API_TOKEN",
        "libsecret:login?service=",
        "libsecret:login?service",
        "libsecret:login?a%00b=c",
        "libsecret:login?a=b%00",
        "libsecret:login/a%00b",
        "libsecret:login/a%0Ab",
        "libsecret:lo%gin/a",
        "libsecret:login/x?fields=all",
        "libsecret:login/x?field=a&fields=none",
        "libsecret:login/x?encoding=hex",
        "libsecret:login/x?field=a&encoding=base64",
      })
  void aMalformedAddressIsRefusedBeforeAnybodyIsAsked(String address) {
    assertThatThrownBy(() -> provided(address)).isInstanceOf(InvalidSecretException.class);
    assertThat(keyring.calls()).isEmpty();
  }

  @Test
  void bytesThatAreNoTextAreRefusedAndNotShown() {
    assertThatThrownBy(() -> provided("libsecret:login/bytes"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("not UTF-8")
        .hasMessageContaining("?encoding=base64");
    Provided.Value value = (Provided.Value) provided("libsecret:login/bytes?encoding=base64");
    assertThat(value.value()).isBase64();
    assertThat(value.written()).isNotEmpty();
  }

  @Test
  void aLargeValueIsWholeAndATooLargeOneRefused() {
    String large = "0123456789abcdef".repeat(1 << 16);
    keyring
        .item("login/large", "", Map.of(), large)
        .item("login/huge", "", Map.of(), large.repeat(4));

    assertThat(((Provided.Value) provided("libsecret:login/large")).value().equals(large)).isTrue();
    assertThatThrownBy(() -> provided("libsecret:login/huge"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("larger than 4 MiB");
  }

  @Test
  void allOfABatchComesOnOneConnectionAndABadOneCostsTheOthersNothing() {
    List<SecretAddress> addresses =
        Stream.of(
                "libsecret:login/API_TOKEN",
                "libsecret:login",
                "libsecret:login/json?field=PORT",
                "libsecret:login/nonesuch",
                "libsecret:login/json?field=DB_USER",
                "libsecret:session/x")
            .map(SecretAddress::parse)
            .toList();
    LibsecretProvider provider = provider();

    assertThat(provider.batches(addresses)).containsExactly(addresses);
    Map<SecretAddress, Answer> answers = provider.readAll(addresses);

    assertThat(addresses.stream().map(answers::get).map(Objects::requireNonNull))
        .extracting(answer -> answer instanceof Answer.Found)
        .containsExactly(true, false, true, false, true, false);
    assertThat(keyring.calls()).containsOnlyOnce("Hello", "OpenSession");
    assertThat(Collections.frequency(keyring.calls(), "GetSecret")).isEqualTo(2);
  }

  @Test
  void aLabelIsAskedForOnce() {
    List<SecretAddress> addresses =
        IntStream.range(0, 20)
            .mapToObj(number -> SecretAddress.parse("libsecret:login/none" + number))
            .toList();

    provider().readAll(addresses);

    // Of nine items, of which one collection is locked or not, and which there are.
    assertThat(Collections.frequency(keyring.calls(), "Get")).isLessThan(9 + 20 + 5);
  }

  @Test
  void speaksWithABigEndianKeyringToo() {
    keyring.order(ByteOrder.BIG_ENDIAN);

    assertThat(provided("libsecret:Work keys/deploy"))
        .isEqualTo(new Provided.Value("deploy", "of work"));
    assertThat(provided("libsecret:login?ort=K%C3%B6ln"))
        .isEqualTo(new Provided.Value(null, "schön \uD83D\uDD11"));
  }

  /** Or GNOME's keyring may end: https://gitlab.gnome.org/GNOME/gnome-keyring/-/issues/196. */
  @Test
  void theFirstCallOfTheKeyringNeedsNothingOfIt() {
    provided("libsecret:login/1");

    assertThat(keyring.calls()).startsWith("Hello", "Ping", "OpenSession");
  }

  @Test
  void whatUnlocksWithoutAPersonIsUnlocked() {
    keyring.locked("login", false).locked("login/1", false);

    assertThat(provided("libsecret:login/1")).isEqualTo(new Provided.Value(null, "hunter2 \n"));
  }

  @ParameterizedTest
  @CsvSource({"login,the collection of", "login/1,the item of"})
  void whatTakesAPersonToUnlockIsToldAndNoDialogShown(String locked, String told) {
    keyring.locked(locked, true);

    assertThatThrownBy(() -> provided("libsecret:login/API_TOKEN"))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContainingAll(told, "is locked");
    assertThat(keyring.calls()).contains("Unlock").doesNotContain("Prompt");
  }

  @Test
  void anItemThatStaysLockedIsNotUnlockedForEver() {
    keyring.answering(
        "GetSecret",
        (call, out) -> {
          out.write(call.error(KeyringServer.SECRET_ERROR + "IsLocked"));
          return true;
        });

    assertThatThrownBy(() -> provided("libsecret:login/1")).hasMessageContaining("is locked");
    assertThat(Collections.frequency(keyring.calls(), "GetSecret")).isEqualTo(2);
  }

  @Test
  void aKeyringThatDoesNotEncryptIsReadAllTheSame() {
    keyring.answering(
        "OpenSession",
        (call, out) -> {
          boolean isPlain = Collections.frequency(keyring.calls(), "OpenSession") == 2;
          if (!isPlain) {
            out.write(call.error(KeyringServer.DBUS_ERROR + "NotSupported"));
          }
          return !isPlain;
        });

    assertThat(provided("libsecret:login/1")).isEqualTo(new Provided.Value(null, "hunter2 \n"));
  }

  @Test
  void anItemThatIsRemovedMeanwhileIsNotFound() {
    keyring.answering(
        "GetSecret",
        (call, out) -> {
          out.write(call.error(KeyringServer.SECRET_ERROR + "NoSuchObject"));
          return true;
        });

    assertThatThrownBy(() -> provided("libsecret:login/1"))
        .isInstanceOf(SecretNotFoundException.class);
  }

  @Test
  void valuesAndKeysAreShownNowhere() {
    Provided found = provided("libsecret:login/1");

    assertThat(found).asString().doesNotContain("hunter2");
    assertThat(provider()).asString().doesNotContain("hunter2");
  }
}

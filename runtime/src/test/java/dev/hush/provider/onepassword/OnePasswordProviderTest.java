package dev.hush.provider.onepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.LoopbackServer;
import dev.hush.provider.json.Json;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 1Password by a command that stands in for {@code op}, and by a Connect server. */
@NullUnmarked // The environment may answer null.
class OnePasswordProviderTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** A vault of a few fields; notes how it is called, and fails as the real one does. */
  private static final String OP =
      """
      #!/bin/sh
      here=$(dirname "$0")
      echo "$*" >> "$here/calls"
      resolve() {
        case "$1" in
          "op://vault/item/password") printf 'hunter2\\n{{ not a template }}' ;;
          "op://vault space/item/section/field") printf 'spaced' ;;
          "op://vault/item/one-time?attribute=otp") printf '123456' ;;
          "op://vault/item/pass") printf 'prefix' ;;
          "op://vault/item/key.p12") printf '\\376\\000' ;;
          "op://vault/\\$HOME/field") printf 'dollar' ;;
          "op://busy/"*) echo '[ERROR] (429) Too Many Requests: Please retry in 3 minutes' >&2; return 1 ;;
          "op://vault/item/nofield") echo "[ERROR] could not read secret: \"nofield\" isn't a field in the \"item\" item" >&2; return 1 ;;
          "op://anonymous/"*) echo '[ERROR] You are not currently signed in.' >&2; return 1 ;;
          *) echo "[ERROR] could not read secret '$1': hunter3 isn't an item in the vault" >&2; return 1 ;;
        esac
      }
      case "$1" in
        read) resolve "$3" || exit 1 ;;
        inject)
          while IFS= read -r line; do
            before=${line%%'{{ '*}; rest=${line#*'{{ '}; reference=${rest%%' }}'*}; after=${rest#*' }}'}
            printf '%s' "$before"; resolve "$reference" || exit 1; printf '%s\\n' "$after"
          done ;;
        item) printf '{"fields":[{"id":"username","label":"username","value":"app"},{"id":"p","label":"password","value":"hunter2"},{"id":"n","label":"notesPlain"}]}' ;;
      esac
      """;

  @TempDir private Path folder;
  private Path command = Path.of("op");

  @BeforeEach
  void install() throws IOException {
    assumeThat(File.separatorChar).as("a shell").isEqualTo('/');
    command = Files.writeString(folder.resolve("op"), OP);
    Files.writeString(folder.resolve("calls"), "");
  }

  private SecretProvider op() {
    // Not started directly: a file just written may still be open in another child of this JVM.
    return new OpCommand(List.of("sh", command.toString()), LIMIT);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private static Map<String, String> told(SecretProvider provider, String... addresses) {
    List<SecretAddress> all = Stream.of(addresses).map(SecretAddress::parse).toList();
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    provider.batches(all).forEach(batch -> answers.putAll(provider.readAll(batch)));
    Map<String, String> told = new LinkedHashMap<>();
    for (int i = 0; i < addresses.length; i++) {
      Answer answer = answers.get(all.get(i));
      if (answer instanceof Answer.Found found) {
        told.put(
            addresses[i],
            found.provided() instanceof Provided.Value single
                ? single.value()
                : ((Provided.Values) found.provided()).values().toString());
      } else if (answer instanceof Answer.Failed failed) {
        told.put(addresses[i], failed.failure().getClass().getSimpleName());
        assertThat(failed.failure().getMessage()).doesNotContain("hunter");
      }
    }
    return told;
  }

  @ParameterizedTest
  @CsvSource({
    "op://vault space/item/section/field, read -n op://vault space/item/section/field",
    "op:vault space/item/section/field?ttl=2s, read -n op://vault space/item/section/field",
    "op://vault/item/one-time?attribute=otp&ttl=2s, read -n op://vault/item/one-time?attribute=otp"
  })
  void readsOneReferenceAsItIs(String address, String call) throws IOException {
    assertThat(op().read(SecretAddress.parse(address))).isInstanceOf(Provided.Value.class);
    assertThat(calls()).containsExactly(call);
  }

  @Test
  void namesTheFieldThatIsNotThere() {
    assertThatThrownBy(() -> op().read(SecretAddress.parse("op://vault/item/nofield")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("the item of op:vault/item/nofield has no field nofield");
  }

  @Test
  void goesOnWithNothingAfterAnInterrupt() throws IOException {
    Map<String, String> told;
    Thread.currentThread().interrupt();
    try {
      told = told(op(), "op://a/b", "op://c/d", "op://e/f");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(told).hasSize(3).containsValue("SecretUnavailableException");
    assertThat(calls().size()).isLessThanOrEqualTo(1);
  }

  @Test
  void readsManyByOneCommandToTheLetter() throws IOException {
    assertThat(
            told(
                op(),
                "op://vault/item/password",
                "op://vault space/item/section/field",
                "op://vault/item/one-time?attribute=otp"))
        .containsEntry("op://vault/item/password", "hunter2\n{{ not a template }}")
        .containsEntry("op://vault space/item/section/field", "spaced")
        .containsEntry("op://vault/item/one-time?attribute=otp", "123456");
    assertThat(calls()).containsExactly("inject");
  }

  @Test
  void aFileThatIsNoTextIsReadByItselfInBase64() throws IOException {
    assertThat(
            told(
                op(),
                "op://vault/item/key.p12?encoding=base64",
                "op://vault/item/pass",
                "op://vault space/item/section/field"))
        .containsEntry("op://vault/item/key.p12?encoding=base64", "/gA=")
        .containsEntry("op://vault/item/pass", "prefix");
    assertThat(calls()).contains("read -n op://vault/item/key.p12");
    assertThatThrownBy(() -> op().read(SecretAddress.parse("op://vault/item/key.p12")))
        .hasMessageContaining("?encoding=base64");
  }

  @Test
  void takesOutWhatIsWrongAndReadsTheOthersTogether() throws IOException {
    assertThat(
            told(
                op(),
                "op://vault/item/password",
                "op://vault/item/pass",
                "op://vault/item/passw",
                "op://vault space/item/section/field"))
        .containsEntry("op://vault/item/passw", "SecretNotFoundException")
        .containsEntry("op://vault/item/pass", "prefix")
        .containsEntry("op://vault/item/password", "hunter2\n{{ not a template }}")
        .containsEntry("op://vault space/item/section/field", "spaced");
    assertThat(calls()).containsExactly("inject", "inject");
  }

  @Test
  void aNameThatATemplateWouldReplaceIsReadByItself() throws IOException {
    assertThat(told(op(), "op://vault/$HOME/field", "op://vault/item/pass"))
        .containsEntry("op://vault/$HOME/field", "dollar")
        .containsEntry("op://vault/item/pass", "prefix");
    assertThat(calls()).allMatch(call -> call.startsWith("read -n op://"));
  }

  @Test
  void stopsAtOnceWhenNobodyIsSignedIn() throws IOException {
    assertThat(told(op(), "op://anonymous/a/b", "op://anonymous/c/d", "op://anonymous/e/f"))
        .hasSize(3)
        .containsValue("SecretUnavailableException");
    assertThat(calls()).containsExactly("inject");
  }

  @Test
  void saysWhenToComeBack() {
    assertThatThrownBy(() -> op().read(SecretAddress.parse("op://busy/a/b")))
        .isInstanceOfSatisfying(
            SecretUnavailableException.class,
            failure -> assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(3)));
  }

  @Test
  void readsAllFieldsOfAnItemThatHaveAValue() throws IOException {
    assertThat(told(op(), "op://vault/item"))
        .containsEntry("op://vault/item", "{username=app, password=hunter2}");
    assertThat(calls()).containsExactly("item get --vault=vault --format=json -- item");
  }

  @Test
  void saysThatTheCommandIsMissing() {
    SecretProvider missing = new OpCommand(List.of(folder.resolve("none").toString()), LIMIT);

    assertThatThrownBy(() -> missing.read(SecretAddress.parse("op://a/b/c")))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining("op is not there")
        .hasMessageContaining("OP_CONNECT_HOST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op://vault",
        "op://vault//field",
        "op://vault/item/",
        "op://a/b/c/d/e",
        "op://vault/item/field?version=1",
        "op://vault/item?attribute=otp",
        "op://vault/it\nem/field"
      })
  void refusesWhatIsNoReference(String address) throws IOException {
    assertThatThrownBy(() -> op().read(SecretAddress.parse(address)))
        .isInstanceOf(InvalidSecretException.class);
    assertThat(calls()).isEmpty();
  }

  // Connect

  private static final String VAULT = "abcdefghijklmnopqrstuvwxy1";
  private static final String ITEM = "abcdefghijklmnopqrstuvwxy2";

  private static void connect(LoopbackServer.Asked asked, OutputStream out, Socket socket)
      throws IOException {
    if (!asked.header("authorization").equals("Bearer t0ken")) {
      LoopbackServer.json(out, 401, "{\"status\":401,\"message\":\"Invalid token signature\"}");
      return;
    }
    String answer =
        // Their own client writes a slash before the question mark.
        switch (URLDecoder.decode(asked.path(), StandardCharsets.UTF_8).replace("/?", "?")) {
          case "/v1/vaults?filter=title eq \"my \\\"vault\\\"\"" ->
              "[{\"id\":\"" + VAULT + "\",\"name\":\"my vault\"}]";
          case "/v1/vaults?filter=title eq \"two\"" -> "[{\"id\":\"1\"},{\"id\":\"2\"}]";
          case "/v1/vaults/" + VAULT + "/items?filter=title eq \"item\"" ->
              "[{\"id\":\"" + ITEM + "\",\"title\":\"item\",\"vault\":{\"id\":\"" + VAULT + "\"}}]";
          case "/v1/vaults/" + VAULT + "/items/" + ITEM ->
              """
              {"id":"x","title":"item","category":"LOGIN","vault":{"id":"abcdefghijklmnopqrstuvwxy1"},
               "sections":[{"id":"s1","label":"Database"}],"fields":[
               {"id":"password","type":"CONCEALED","label":"password","value":"hunter2"},
               {"id":"f2","label":"password","value":"of the database","section":{"id":"s1"}},
               {"id":"f3","type":"OTP","label":"one-time","value":"otpauth://x","totp":"123456"},
               {"id":"f4","label":"twice","value":"1","section":{"id":"s1"}},
               {"id":"f5","label":"twice","value":"2","section":{"id":"s2"}}]}
              """;
          default -> asked.path().contains("?filter=") ? "[]" : "";
        };
    LoopbackServer.json(out, answer.isEmpty() ? 404 : 200, answer.isEmpty() ? "{}" : answer);
  }

  @Test
  void readsFromAConnectServer() {
    try (LoopbackServer server = LoopbackServer.start(OnePasswordProviderTest::connect)) {
      Map<String, String> environment =
          Map.of(
              "OP_CONNECT_HOST", "http://127.0.0.1:" + server.port(), "OP_CONNECT_TOKEN", "t0ken");
      SecretProvider provider = new OnePasswordProvider(environment::get, LIMIT);

      String[] ofOneItem = {
        "op://my \"vault\"/item/password",
        "op://my \"vault\"/item/Database/password",
        "op://my \"vault\"/item/one-time?attribute=otp",
        "op://my \"vault\"/item/twice",
        "op://my \"vault\"/item/none"
      };
      assertThat(told(provider, ofOneItem).values())
          .containsExactly(
              "hunter2",
              "of the database",
              "123456",
              "InvalidSecretException",
              "SecretNotFoundException");
      assertThat(server.asked()).hasSize(3);
      assertThat(
              told(
                      provider,
                      "op://" + VAULT + "/" + ITEM + "/password",
                      "op://two/item/x",
                      "op://none/item/x")
                  .values())
          .containsExactly("hunter2", "InvalidSecretException", "SecretNotFoundException");
    }
  }

  private static Map<String, String> all(String fields) {
    Item item = new Item(Json.parse("{\"fields\":[" + fields + "]}", "the item"));
    SecretAddress address = SecretAddress.parse("op://vault/item");
    return ((Provided.Values) item.provided(Reference.of(address), address)).values();
  }

  /** As for one field: what is in no section comes first, and of several others none is chosen. */
  @Test
  void ofFieldsThatAreCalledTheSameNoneIsChosenByChance() {
    String ofNone = "{\"label\":\"user\",\"value\":\"of none\"}";
    String ofOne = "{\"label\":\"user\",\"value\":\"of one\",\"section\":{\"id\":\"s1\"}}";
    String ofTwo = "{\"label\":\"user\",\"value\":\"of two\",\"section\":{\"id\":\"s2\"}}";

    assertThat(all(ofOne + "," + ofTwo + "," + ofNone)).containsExactly(entry("user", "of none"));
    assertThat(all(ofNone + "," + ofTwo)).containsExactly(entry("user", "of none"));
    assertThat(all(ofOne + "," + ofOne)).containsExactly(entry("user", "of one"));
    assertThatThrownBy(() -> all(ofOne + "," + ofTwo))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("user")
        .hasMessageNotContaining("of one");
  }

  @Test
  void theServerOfTheseTestsIsConnectToTheirOwnClient() throws Exception {
    assumeTrue(
        exitCode("node", "-e", "require.resolve('@1password/connect')") == 0,
        "no client of Connect for node: npm install @1password/connect@1.4.2, and its folder in NODE_PATH");
    Path script =
        Files.writeString(
            folder.resolve("judge.js"),
            """
            const { OnePasswordConnect } = require("@1password/connect");
            const op = OnePasswordConnect({ serverURL: process.argv[2], token: "t0ken" });
            (async () => {
              const item = await op.getItemByTitle(process.argv[3], "item");
              const field = item.fields.find((one) => one.id === "f3");
              console.log(item.fields[0].value, field.totp || field.otp, item.sections[0].label);
            })().catch((failure) => { console.log(failure); process.exit(1); });
            """);
    try (LoopbackServer server = LoopbackServer.start(OnePasswordProviderTest::connect)) {
      Process judge =
          new ProcessBuilder("node", script.toString(), "http://127.0.0.1:" + server.port(), VAULT)
              .redirectErrorStream(true)
              .start();
      assertThat(new String(judge.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("hunter2 123456 Database\n");
    }
  }

  private static int exitCode(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException absent) {
      return -1;
    }
  }

  @Test
  void aConnectServerThatDoesNotKnowTheTokenIsAskedNoMore() {
    try (LoopbackServer server = LoopbackServer.start(OnePasswordProviderTest::connect)) {
      Map<String, String> environment =
          Map.of("OP_CONNECT_HOST", "http://127.0.0.1:" + server.port(), "OP_CONNECT_TOKEN", "no");

      assertThatThrownBy(
              () ->
                  new OnePasswordProvider(environment::get, LIMIT)
                      .read(SecretAddress.parse("op://a/b/c")))
          .isInstanceOfSatisfying(
              SecretException.class,
              failure ->
                  assertThat(((SecretUnavailableException) failure).isIdentityRefused()).isTrue());
    }
  }

  @Test
  void absenceIsToldAsSuch() {
    assertThatThrownBy(() -> op().read(SecretAddress.parse("op://vault/none/field")))
        .isInstanceOf(SecretNotFoundException.class);
  }
}

package dev.hush.provider.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Provided;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the program {@code sops} encrypts is read as the program itself reads it. */
@NullUnmarked // A test knows what it has written.
class SopsToolTest {

  private static final String IDENTITY =
      "AGE-SECRET-KEY-1KSZCP8GGPP8PQ93YFPGJ856LS40U3928CVVD2WK8GRC869WZ3AGQ06G0C7";
  private static final String RECIPIENT =
      "age15g2s498440mn6k753acy3a8cdqdnev84lgkt65qncue2qwftgdzqzhuu8f";
  private static final String OTHER_RECIPIENT =
      "age1alstpqrfhxzjn5m7qaujhc9sr8ysganjz0glhx53d9me9c6l9u7q6yhxcd";

  private static final int ROUNDS = 60;

  @TempDir private Path folder;

  @BeforeEach
  void sopsIsThere() throws IOException {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, "sops"))),
        "no program sops: go install github.com/getsops/sops/v3/cmd/sops");
    String rule = "creation_rules:\n  - age: " + RECIPIENT + "\n    mac_only_encrypted: true\n";
    Files.writeString(folder.resolve("mac.yaml"), rule);
    Files.writeString(folder.resolve("mac-and-suffix.yaml"), rule + "    encrypted_suffix: E\n");
  }

  private String sops(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sops"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "sops", ".out");
    Path err = Files.createTempFile(folder, "sops", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("SOPS_AGE_KEY", IDENTITY);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    return Files.readString(out);
  }

  private Map<String, String> values(String file) {
    SopsProvider provider =
        new SopsProvider(
            Map.of("SOPS_AGE_KEY", IDENTITY)::get, folder, folder, Duration.ofSeconds(20));
    return ((Provided.Values) provider.read(SecretAddress.parse("sops:" + file))).values();
  }

  static Stream<Arguments> waysToEncrypt() {
    return Stream.of(
        Arguments.of((Object) new String[] {"--age", RECIPIENT}),
        Arguments.of((Object) new String[] {"--age", OTHER_RECIPIENT + "," + RECIPIENT}),
        Arguments.of((Object) new String[] {"--config", "mac.yaml"}),
        Arguments.of((Object) new String[] {"--age", RECIPIENT, "--encrypted-regex", "^(A|in)"}),
        Arguments.of((Object) new String[] {"--age", RECIPIENT, "--unencrypted-regex", "^(A|in)"}),
        Arguments.of((Object) new String[] {"--age", RECIPIENT, "--encrypted-suffix", "E"}),
        Arguments.of((Object) new String[] {"--age", RECIPIENT, "--unencrypted-suffix", "E"}),
        Arguments.of((Object) new String[] {"--config", "mac-and-suffix.yaml"}));
  }

  private void encrypt(String plain, String file, String... options)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve(file), plain);
    List<String> arguments = new ArrayList<>(List.of("encrypt", "--in-place"));
    // An option of the program stands before its command, others behind it.
    arguments.addAll(options[0].equals("--config") ? 0 : arguments.size(), List.of(options));
    arguments.add(file);
    sops(arguments.toArray(String[]::new));
    assertThat(Files.readString(folder.resolve(file))).contains("ENC[");
  }

  @ParameterizedTest
  @MethodSource("waysToEncrypt")
  void readsJsonInEveryWayOfEncryptingIt(String... options)
      throws IOException, InterruptedException {
    encrypt(
        """
        {"A":"text","NAME":" ü\\u0000\\n\\"\\\\ ","LIST":["x",["y",{"z":"1"}],[],{}],"int":42,
         "inner":{"A":{"deep":"x"},"SAME":"y"},"float":3.25,"E":1e-7,"LARGE":123456789012345678,
         "big":1.7976931348623157e308,"small":5e-324,"third":0.3333333333333333,"hundred":100,
         "AVOGADRO":6.02214076e23,"zero":0,"minus":-0.0,"t":true,"f":false,"n":null,"empty":"",
         "BASE":2e-3, "CUBE": 9007199254740993}
        """,
        "all.json",
        options);

    Map<String, String> values = values("all.json");

    JsonObject judged = Json.parse(sops("decrypt", "all.json")).asObject();
    assertThat(values.keySet()).containsExactlyElementsOf(judged.names());
    judged.forEach(
        member -> {
          String text = values.get(member.getName());
          if (member.getValue().isString()) {
            assertThat(text).isEqualTo(member.getValue().asString());
          } else if (member.getValue().isNumber()) {
            assertThat(Double.parseDouble(text)).isEqualTo(member.getValue().asDouble());
          } else if (!member.getValue().isNull()) {
            assertThat(Json.parse(text)).isEqualTo(member.getValue());
          }
        });
  }

  @ParameterizedTest
  @MethodSource("waysToEncrypt")
  void readsDotenvInEveryWayOfEncryptingIt(String... options)
      throws IOException, InterruptedException {
    encrypt(
        "# a comment\nA=text\nNAME= spaces \n\n#\nQUOTED='it''s' # no comment\nLINES=a\\nb\\tc\nEQUALS=a=b==\nE=\nA B=x\ninx=1\n",
        "all.env",
        options);

    Map<String, String> judged = new LinkedHashMap<>();
    for (String line : sops("decrypt", "all.env").split("\n")) {
      if (!line.startsWith("#")) {
        String[] parts = line.split("=", 2);
        judged.put(parts[0], parts[1].replace("\\n", "\n"));
      }
    }
    assertThat(values("all.env")).containsExactlyEntriesOf(judged).hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("waysToEncrypt")
  void readsYamlInEveryWayOfEncryptingIt(String... options)
      throws IOException, InterruptedException {
    encrypt(
        """
        # of the file

        A: text # of the value
        # of the key
        NAME: " ü\\0\\n\\"\\\\ "
        LIST:
          # of a list
          - x # of an element
          - [y, {z: "1"}]
          - []
          - {}
          - key: of an element
            other: 5
          # at the end of a list
        int: 42
        inner:
          # inside
          A: {deep: x}
          SAME: y
          # at its end
        float: 3.25
        E: 1e-7
        LARGE: 123456789012345678
        hex: 0xFF
        octal: 017
        bits: 0b101
        grouped: 1_000_000
        plus: +7
        version: 1.2.3
        big: 1.7976931348623157e308
        small: 5e-324
        zero: 0
        t: true
        f: False
        "y": yes
        n: ~
        nothing:
        empty: ""
        date: "2026-12-01"
        block: |
          one
            two

        folded: >-
          three
          four
        'quoted: key': ' # no comment '
        BASE: 2e-3
        ENCODED: ENC[not]
        # at the end
        ---
        # of another document
        A: second
        MORE: [1, 2]
        """,
        "all.yaml",
        options);

    for (int document = 1; document <= 2; document++) {
      String address = "all.yaml?document=" + document;
      assertEqual(
          values(address),
          Json.parse(decrypted("all.yaml").get(document - 1)).asObject(),
          String.join(" ", options));
    }
  }

  /** Each document as JSON, for which the program makes one file of each. */
  private List<String> decrypted(String file) throws IOException, InterruptedException {
    List<String> documents = new ArrayList<>();
    for (String yaml : sops("decrypt", file).split("(?m)^---\\n")) {
      Path one = Files.writeString(folder.resolve("clear.yaml"), yaml);
      sops("encrypt", "--in-place", "--age", RECIPIENT, one.toString());
      documents.add(sops("decrypt", "--output-type", "json", one.toString()));
    }
    return documents;
  }

  private static void assertEqual(Map<String, String> values, JsonObject judged, String about) {
    assertThat(values.keySet()).as(about).containsExactlyElementsOf(judged.names());
    judged.forEach(
        member -> {
          String text = values.get(member.getName());
          JsonValue value = member.getValue();
          if (value.isString()) {
            assertThat(text).as(about).isEqualTo(value.asString());
          } else if (value.isNull()) {
            assertThat(text).as(about).isEmpty();
          } else {
            assertThat(withoutNumbers(Json.parse(text))).as(about).isEqualTo(withoutNumbers(value));
          }
        });
  }

  /** Both write one number in several ways. */
  private static String withoutNumbers(JsonValue value) {
    if (value.isNumber()) {
      return Double.toString(value.asDouble());
    }
    if (value.isArray()) {
      return value.asArray().values().stream()
          .map(SopsToolTest::withoutNumbers)
          .toList()
          .toString();
    }
    if (value.isObject()) {
      Map<String, String> members = new LinkedHashMap<>();
      value
          .asObject()
          .forEach(member -> members.put(member.getName(), withoutNumbers(member.getValue())));
      return members.toString();
    }
    return value.toString();
  }

  @Test
  void readsWhateverYamlSopsEncrypts() throws IOException, InterruptedException {
    Random random = new Random(5);
    List<Arguments> ways = waysToEncrypt().toList();
    for (int round = 0; round < ROUNDS; round++) {
      String yaml = new RandomYaml(random).document();
      Object[] options = (Object[]) ways.get(random.nextInt(ways.size())).get()[0];
      encrypt(yaml, "random.yaml", Arrays.copyOf(options, options.length, String[].class));

      assertEqual(
          values("random.yaml"),
          Json.parse(sops("decrypt", "--output-type", "json", "random.yaml")).asObject(),
          yaml);
    }
  }

  /** Texts that a YAML writer must quote, numbers and words in each spelling, and comments. */
  private static final class RandomYaml {
    private static final String[] SCALARS = {
      "plain",
      "two words",
      "'single'",
      "\"dou\\tble\"",
      "yes",
      "No",
      "on",
      "true",
      "TRUE",
      "null",
      "~",
      "''",
      "7",
      "-12",
      "0x1F",
      "0o17",
      "017",
      "08",
      "1_0",
      "1.5",
      "1e3",
      ".5",
      "1.",
      "-.5e-3",
      "12:30:45",
      "a:b",
      "ENC[x]",
      "'# not'",
      "\"\\u00fc\\U0001F600\"",
      "9007199254740993",
      "+3",
      "0b11",
      "'2020-01-01'",
      "'<<'",
      "'='",
      "\"multi\\nline\"",
      "0",
      "-0",
      "00",
      "1__0",
      "0x",
      "1e"
    };
    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private int keys;

    RandomYaml(Random random) {
      this.random = random;
    }

    String document() {
      text.append("A: one\nE: two\n");
      map(0, 3);
      return text.toString();
    }

    private void comment(int indent) {
      if (random.nextInt(4) == 0) {
        text.append(" ".repeat(indent)).append("# a comment ").append(keys).append('\n');
      }
    }

    private void map(int indent, int depth) {
      for (int count = 2 + random.nextInt(4); count > 0; count--) {
        comment(indent);
        String key = new String[] {"inx", "E", "key", "A", "'a b'"}[random.nextInt(5)];
        String name = key.startsWith("'") ? "'a b" + keys++ + "'" : key + keys++;
        text.append(" ".repeat(indent)).append(name).append(':');
        value(indent, depth);
      }
      comment(indent);
    }

    private void list(int indent, int depth) {
      for (int count = 1 + random.nextInt(3); count > 0; count--) {
        comment(indent);
        text.append(" ".repeat(indent)).append('-');
        value(indent, depth);
      }
    }

    private void value(int indent, int depth) {
      int kind = random.nextInt(depth == 0 ? 6 : 9);
      if (kind < 5) {
        text.append(' ').append(SCALARS[random.nextInt(SCALARS.length)]);
        text.append(random.nextInt(6) == 0 ? " # beside\n" : "\n");
      } else if (kind == 5) {
        text.append(random.nextBoolean() ? " |\n" : " >-\n");
        text.append(" ".repeat(indent + 2)).append("first\n");
        text.append(" ".repeat(indent + 2)).append("second\n");
      } else if (kind == 6) {
        text.append(" {a").append(keys).append(": x, b: [1, y]}\n");
      } else if (kind == 7) {
        text.append('\n');
        map(indent + 2, depth - 1);
      } else {
        text.append('\n');
        list(indent + 2, depth - 1);
      }
    }
  }

  @Test
  void readsWhatSopsHasChanged() throws IOException, InterruptedException {
    encrypt("{\"A\":\"one\"}", "changed.json", "--age", RECIPIENT);
    sops("set", "changed.json", "[\"B\"]", "{\"C\": 7}");
    sops("rotate", "--in-place", "--add-age", OTHER_RECIPIENT, "changed.json");

    assertThat(values("changed.json")).containsEntry("A", "one").containsEntry("B", "{\"C\":7}");
  }
}

package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.core.encoder.JsonEscapeUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form beside what really produces it. */
class FormsTest {

  private static final List<String> VALUES =
      List.of(
          "correct-horse",
          "p@ss w0rd!",
          "a\"b\\c/d'e",
          "<x>&=y;#z:1!",
          "tab\tand\u0001bell\u0007 del\u007fx",
          "pässwörd €5 \u2028 end",
          "two\nlines é",
          "key 😀 smile",
          "$HOME `id` ${x} $$ %41+%2f");

  /** Encoders whose output, between what surrounds it, must vanish in one mask. */
  static Stream<Arguments> encoders() {
    Gson html = new Gson();
    Gson plain = new GsonBuilder().disableHtmlEscaping().create();
    return Stream.of(
            encoder("Jackson", value -> unquoted(jackson(value))),
            encoder(
                "Jackson, ASCII only",
                value -> unquoted(jackson(value, JsonWriteFeature.ESCAPE_NON_ASCII))),
            encoder(
                "Jackson, slashes",
                value -> unquoted(jackson(value, JsonWriteFeature.ESCAPE_FORWARD_SLASHES))),
            encoder("Gson", value -> unquoted(html.toJson(value))),
            encoder("Gson without HTML", value -> unquoted(plain.toJson(value))),
            encoder("Logback", JsonEscapeUtil::jsonEscapeString),
            encoder("URLEncoder", value -> URLEncoder.encode(value, UTF_8)),
            encoder("URLEncoder, lower case", value -> lowerHex(URLEncoder.encode(value, UTF_8))),
            encoder(
                "RFC 3986",
                value ->
                    URLEncoder.encode(value, UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A")
                        .replace("%7E", "~")),
            encoder("URI's ASCII", FormsTest::fragment),
            encoder("HexFormat", value -> HexFormat.of().formatHex(value.getBytes(UTF_8))),
            encoder(
                "HexFormat, upper case",
                value -> HexFormat.of().withUpperCase().formatHex(value.getBytes(UTF_8))),
            encoder("Base64", value -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8))),
            encoder(
                "Base64 without padding",
                value ->
                    Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(UTF_8))),
            encoder("Properties", FormsTest::property),
            encoder("Properties, key", FormsTest::propertyKey),
            encoder("Properties, bytes", FormsTest::asciiOnly),
            encoder("XML text", FormsTest::xml),
            encoder("dollars doubled", value -> value.replace("$", "$$")),
            encoder("quotes doubled", value -> value.replace("'", "''")))
        .flatMap(stream -> stream);
  }

  private static Stream<Arguments> encoder(String name, UnaryOperator<String> encoder) {
    return VALUES.stream().map(value -> arguments(name, value, encoder));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("encoders")
  void masksWhatEncodersProduce(String name, String value, UnaryOperator<String> encoder) {
    SecretMasker masker = new SecretMasker();
    masker.register("VALUE", value);

    assertThat(masker.mask("<" + encoder.apply(value) + ">")).isEqualTo("<***>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"correct-horse", "p@ss w0rd!", "a\"b\\c/d'e", "pässwörd €5", "??>>??~~\u00ff"})
  void base64OfALongerTextKeepsNothingThatTheValueDetermines(String value) {
    SecretMasker masker = new SecretMasker();
    masker.register("VALUE", value);
    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (String before : List.of("", "u", "us", "use", "user:")) {
        for (String after : List.of("", "1", "12", "123")) {
          String first = encoder.encodeToString((before + value + after).getBytes(UTF_8));
          String masked = masker.mask(first);
          // All that may stay: what encodes the surroundings, and one character at either side.
          int left = (before.length() * 8 + 5) / 6;
          String rest = masked.substring(masked.indexOf("***") + 3);
          assertThat(masked).startsWith(first.substring(0, left) + "***");
          assertThat(rest.length()).isLessThanOrEqualTo((after.length() * 8 + 7) / 6 + 3);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's",
        "a'b\"c\\d",
        "$HOME `id` \"x\" \\ y",
        "plain",
        "<x> & y; (z) * ? [a] ~ #!"
      })
  void masksShellQuoting(String value) throws IOException, InterruptedException {
    SecretMasker masker = new SecretMasker();
    masker.register("VALUE", value);
    String single = "'" + value.replace("'", "'\\''") + "'";
    String alternating = "'" + value.replace("'", "'\"'\"'") + "'";
    String twice = "\"" + value.replaceAll("[\\\\\"$`]", "\\\\$0") + "\"";
    for (String quoted : List.of(single, alternating, twice)) {
      assertThat(shell("printf %s " + quoted)).as("the shell reads it").isEqualTo(value);
      String inside = quoted.substring(1, quoted.length() - 1);
      assertThat(masker.mask(": " + quoted)).isEqualTo(": " + quoted.replace(inside, "***"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"it's", "a'b\"c\\d", "$HOME `id` \"x\"", "<x> & y; (z)"})
  void masksTheTraceOfAShell(String value) throws IOException, InterruptedException {
    SecretMasker masker = new SecretMasker();
    masker.register("VALUE", value);
    String traced = shell("exec 2>&1; set -x; : \"$VALUE\"", "VALUE", value);

    assertThat(masker.mask(traced)).contains("***").doesNotContain(value);
  }

  @Test
  void masksTheUnquotedAndUnescapedValue() {
    SecretMasker masker = new SecretMasker();
    masker.register("QUOTED", "'quoted-value'");
    masker.register("SHORT", "\"short\"");
    masker.register("ESCAPED", "abc\\\\def\\'\\\"ghi\\t");

    assertThat(masker.mask("quoted-value")).isEqualTo("***");
    assertThat(masker.mask("short")).isEqualTo("short");
    assertThat(masker.mask("abc\\def'\"ghi\t")).isEqualTo("***\t");
  }

  @Test
  void masksLeavesOfAJsonObject() {
    SecretMasker masker = new SecretMasker();
    masker.register(
        "DATABASE",
        """
        {"user": "kim\\u00e9", "port": 5432, "pin": 12345678, "on": true, "no": null,
         "more": ["first one", {"deep": "a\\"b c"}], "empty": ""}
        """);

    assertThat(masker.mask("kimé 5432 12345678 true null first one a\"b c a%22b%20c user deep"))
        .isEqualTo("*** 5432 *** true null *** *** *** user deep");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "{",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":tru}",
        "{'a':'b'}",
        "{\"a\":\"b\" \"c\"}",
        "{\"a\":\"\n\"}"
      })
  void hasNoLeavesWithoutJson(String text) {
    assertThat(JsonLeaves.of(text)).isEmpty();
  }

  @Test
  void readsJsonNoDeeperThanItsStackAllows() {
    assertThat(JsonLeaves.of("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
        .isEmpty();
    assertThat(JsonLeaves.of("{\"a\":[\"b\",{\"c\":-1.5e3}]}")).containsExactly("b", "-1.5e3");
  }

  @Test
  void masksLinesWithAnyWhiteSpaceBetween() {
    SecretMasker masker = new SecretMasker();
    masker.register("LINES", "first line\nsecond2\n\n  third\n");

    assertThat(
            masker.mask(
                "first line\r\r\nsecond2 third|first line\rsecond2\u000b\f\tthird|first linesecond2 third"))
        .isEqualTo("***|***|****** third");
  }

  /** What random or ordinary text would hold. */
  @Test
  void registersNothingTooShort() {
    Forms three = Forms.of("abc", MaskingPolicy.standard());
    Forms braces = Forms.of("{\n}", MaskingPolicy.standard());
    Forms one = Forms.of("e", new MaskingPolicy(1, Set.of()));
    Forms lines = Forms.of("{\nlocalhost\ntrue\nab\nab2c\nabcd\n}", MaskingPolicy.standard());

    assertThat(three.exact()).containsExactlyInAnyOrder("abc", "616263", "YWJj");
    assertThat(braces.folded()).isEmpty();
    assertThat(braces.exact()).doesNotContain("{", "}", "ew", "{\\n");
    assertThat(one.exact()).containsExactly("e");
    assertThat(lines.exact())
        .contains("ab2c")
        .doesNotContain("{", "ab", "abcd", "true", "localhost");
  }

  private static String jackson(String value, JsonWriteFeature... features) {
    StringWriter out = new StringWriter();
    var factory = JsonFactory.builder();
    for (JsonWriteFeature feature : features) {
      factory.enable(feature);
    }
    try (JsonGenerator generator = factory.build().createGenerator(out)) {
      generator.writeString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static String unquoted(String json) {
    return json.substring(1, json.length() - 1);
  }

  private static String lowerHex(String encoded) {
    return Pattern.compile("%[0-9A-F]{2}")
        .matcher(encoded)
        .replaceAll(match -> match.group().toLowerCase(Locale.ROOT));
  }

  private static String fragment(String value) {
    try {
      // No scheme, no path: the rest of the URI is the value.
      return new URI("a", "b", value).toASCIIString().substring("a:b#".length());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String property(String value) {
    return store("key", value).substring("key=".length());
  }

  private static String asciiOnly(String value) {
    Properties properties = new Properties();
    properties.setProperty("key", value);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(ISO_8859_1)
        .lines()
        .filter(line -> line.startsWith("key="))
        .findFirst()
        .orElseThrow()
        .substring("key=".length());
  }

  private static String propertyKey(String value) {
    return store(value, "").replaceAll("=$", "");
  }

  private static String store(String key, String value) {
    Properties properties = new Properties();
    properties.setProperty(key, value);
    StringWriter out = new StringWriter();
    try {
      properties.store(out, null);
      Properties read = new Properties();
      read.load(new StringReader(out.toString()));
      assertThat(Map.copyOf(read)).isEqualTo(Map.of(key, value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString().lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow();
  }

  private static String xml(String value) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      writer.writeCharacters(value);
      writer.close();
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException(e);
    }
    return out.toString();
  }

  private static String shell(String command, String... environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    Process process = builder.start();
    String output =
        new String(Objects.requireNonNull(process.getInputStream()).readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}

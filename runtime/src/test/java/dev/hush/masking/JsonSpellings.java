package dev.hush.masking;

import static dev.hush.masking.Escapes.CONTROL;
import static dev.hush.masking.Escapes.JSON;
import static dev.hush.masking.Escapes.NOT_ASCII;
import static dev.hush.masking.Escapes.anyOf;

import ch.qos.logback.core.encoder.JsonEscapeUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.IntPredicate;

/** Strings of JSON as each library writes them, without the quotes around. */
final class JsonSpellings {

  private static final String LOWER = "\\u%04x";
  private static final String UPPER = "\\u%04X";
  private static final Gson GSON_HTML = new Gson();
  private static final Gson GSON_PLAIN = new GsonBuilder().disableHtmlEscaping().create();

  private JsonSpellings() {}

  static final Spelling JACKSON = jackson("JSON, Jackson");
  static final Spelling GSON =
      Spelling.of("JSON, Gson", value -> unquoted(GSON_HTML.toJson(value)));
  static final Spelling PYTHON = json("JSON, Python", "", CONTROL.or(NOT_ASCII), LOWER);
  static final Spelling PHP = json("JSON, PHP", "//", CONTROL.or(NOT_ASCII), LOWER);
  static final Spelling GO = json("JSON, Go", "", CONTROL.or(anyOf("<>&\u2028\u2029")), LOWER);
  static final Spelling DOTNET =
      Spelling.of(
          "JSON, .NET",
          value ->
              Escapes.units(
                  value,
                  CONTROL.or(NOT_ASCII).or(anyOf("\"&'+<>`\\")),
                  Escapes.backslash("\\\\\nn\tt\rr\bb\ff", Escapes.format(UPPER))));

  static List<Spelling> all() {
    return List.of(
        JACKSON,
        jackson("JSON, Jackson, ASCII", JsonWriteFeature.ESCAPE_NON_ASCII),
        jackson("JSON, Jackson, slashes", JsonWriteFeature.ESCAPE_FORWARD_SLASHES),
        GSON,
        Spelling.of("JSON, Gson without HTML", value -> unquoted(GSON_PLAIN.toJson(value))),
        Spelling.of("JSON, Logback", JsonEscapeUtil::jsonEscapeString),
        Spelling.of(
            "JSON, org.json",
            value ->
                Escapes.units(value, CONTROL.or(anyOf("\"\\")), json(LOWER)).replace("</", "<\\/")),
        json("JSON, Log4j", "", CONTROL, UPPER),
        json("JSON, Jakarta", "", CONTROL.or(c -> c >= 0x7f && c <= 0x9f), LOWER),
        json("JSON, Groovy", "", CONTROL.or(NOT_ASCII), LOWER),
        json("JSON, Moshi", "", CONTROL.or(anyOf("<>&=\u2028\u2029")), LOWER),
        PYTHON,
        json("JSON, Python, not only ASCII", "", CONTROL, LOWER),
        json("JSON, JavaScript", "", CONTROL, LOWER),
        GO,
        json("JSON, Go without HTML", "", CONTROL.or(anyOf("\u2028\u2029")), LOWER),
        PHP,
        json("JSON, PHP without slashes", "", CONTROL.or(NOT_ASCII), LOWER),
        Spelling.of(
            "JSON, PHP HEX",
            value ->
                Escapes.units(
                    value,
                    CONTROL.or(NOT_ASCII).or(anyOf("\"\\/<>&'")),
                    Escapes.backslash("//\\\\\nn\tt\rr", Escapes.format(UPPER)))),
        DOTNET,
        json("JSON, Newtonsoft EscapeHtml", "", CONTROL.or(anyOf("<>&'")), LOWER),
        json("JSON, Rails", "", CONTROL.or(anyOf("<>&\u2028\u2029")), LOWER),
        json("JSON, slashes and ASCII, upper case", "//", CONTROL.or(NOT_ASCII), UPPER),
        json("JSON, slashes and markup", "//", CONTROL.or(anyOf("<>&'")), UPPER),
        json("JSON, jq -a", "", CONTROL.or(NOT_ASCII).or(c -> c == 0x7f), LOWER),
        json("JSON, every sign", "", Escapes.ALPHANUMERIC.negate(), LOWER),
        Spelling.of(
            "JavaScript, Go template",
            value ->
                Escapes.units(
                    value,
                    CONTROL.or(anyOf("\"'\\<>&=")),
                    Escapes.backslash("\"\"''\\\\", Escapes.format(UPPER)))),
        JACKSON.in(JACKSON).named("JSON in JSON"),
        JACKSON.in(JACKSON).in(JACKSON).named("JSON three times"),
        GSON.in(GSON).named("JSON in JSON, Gson"),
        PYTHON.in(PYTHON).named("JSON in JSON, Python"),
        PHP.in(PHP).named("JSON in JSON, PHP"),
        GO.in(GO).named("JSON in JSON, Go"),
        DOTNET.in(DOTNET).named("JSON in JSON, .NET"),
        GSON.in(JACKSON),
        PYTHON.in(GSON),
        PHP.in(JACKSON),
        JACKSON.in(PHP));
  }

  private static Spelling json(String name, String pairs, IntPredicate units, String format) {
    return Spelling.of(
        name,
        value ->
            Escapes.units(
                value,
                Escapes.inPairs(pairs + JSON).or(units),
                Escapes.backslash(pairs + JSON, Escapes.format(format))));
  }

  private static java.util.function.IntFunction<String> json(String format) {
    return Escapes.backslash(JSON, Escapes.format(format));
  }

  private static Spelling jackson(String name, JsonWriteFeature... features) {
    return Spelling.of(
        name,
        value -> {
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
          return unquoted(out.toString());
        });
  }

  private static String unquoted(String json) {
    return json.substring(1, json.length() - 1);
  }
}

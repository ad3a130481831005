package dev.hush.masking;

import static dev.hush.masking.Escapes.CONTROL;
import static dev.hush.masking.Escapes.NOT_ASCII;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** XML and HTML as each library writes them. */
final class MarkupSpellings {

  private static final IntPredicate ANY = character -> true;
  private static final IntPredicate MARKUP = Escapes.anyOf("&<>\"'");
  private static final IntPredicate SIGN = Escapes.ALPHANUMERIC.negate();
  private static final Map<Integer, String> XML =
      Map.of(
          (int) '&',
          "amp",
          (int) '<',
          "lt",
          (int) '>',
          "gt",
          (int) '"',
          "quot",
          (int) '\'',
          "apos");
  private static final Map<Integer, String> HTML4 =
      Map.ofEntries(
          Map.entry((int) '&', "amp"),
          Map.entry((int) '<', "lt"),
          Map.entry((int) '>', "gt"),
          Map.entry((int) '"', "quot"),
          Map.entry(0xe4, "auml"),
          Map.entry(0xf6, "ouml"),
          Map.entry(0xfc, "uuml"),
          Map.entry(0xdf, "szlig"),
          Map.entry(0xf1, "ntilde"),
          Map.entry(0xc6, "AElig"),
          Map.entry(0xf8, "oslash"),
          Map.entry(0x20ac, "euro"),
          Map.entry(0x3a9, "Omega"));
  private static final Map<Integer, String> HTML5 =
      Map.ofEntries(
          Map.entry((int) '!', "excl"),
          Map.entry((int) '"', "quot"),
          Map.entry((int) '#', "num"),
          Map.entry((int) '$', "dollar"),
          Map.entry((int) '%', "percnt"),
          Map.entry((int) '&', "amp"),
          Map.entry((int) '\'', "apos"),
          Map.entry((int) '(', "lpar"),
          Map.entry((int) ')', "rpar"),
          Map.entry((int) '*', "ast"),
          Map.entry((int) '+', "plus"),
          Map.entry((int) ',', "comma"),
          Map.entry((int) '.', "period"),
          Map.entry((int) '/', "sol"),
          Map.entry((int) ':', "colon"),
          Map.entry((int) ';', "semi"),
          Map.entry((int) '<', "lt"),
          Map.entry((int) '=', "equals"),
          Map.entry((int) '>', "gt"),
          Map.entry((int) '?', "quest"),
          Map.entry((int) '@', "commat"),
          Map.entry((int) '[', "lsqb"),
          Map.entry((int) '\\', "bsol"),
          Map.entry((int) ']', "rsqb"),
          Map.entry((int) '^', "Hat"),
          Map.entry((int) '_', "lowbar"),
          Map.entry((int) '`', "grave"),
          Map.entry((int) '{', "lcub"),
          Map.entry((int) '|', "vert"),
          Map.entry((int) '}', "rcub"),
          Map.entry((int) '\t', "Tab"),
          Map.entry((int) '\n', "NewLine"));

  private MarkupSpellings() {}

  static final Spelling XML_ALL = named("XML, five", XML, ANY);
  static final Spelling DECIMAL = numbered("HTML, decimal of every character", ANY, "&#%d;");

  static List<Spelling> all() {
    return List.of(
        named("XML, text", XML, Escapes.anyOf("&<")),
        named("XML, text and >", XML, Escapes.anyOf("&<>")),
        named("XML, attribute", XML, Escapes.anyOf("&<\"")),
        XML_ALL,
        Spelling.of("XML, StAX", MarkupSpellings::stax),
        numbered("XML, ASCII, decimal", MARKUP.or(NOT_ASCII), "&#%d;"),
        numbered("XML, ASCII, hexadecimal", MARKUP.or(NOT_ASCII), "&#x%x;"),
        numbered("XML, ASCII, upper case", MARKUP.or(NOT_ASCII), "&#x%X;"),
        Spelling.of(
            "XML, attribute, white space",
            value ->
                Escapes.points(XML_ALL.speller().apply(value), CONTROL, Escapes.format("&#x%X;"))),
        Spelling.of(
            "XML, attribute, white space, decimal",
            value ->
                Escapes.points(XML_ALL.speller().apply(value), CONTROL, Escapes.format("&#%d;"))),
        Spelling.of("XML, CDATA", value -> value.replace("]]>", "]]]]><![CDATA[>")),
        DECIMAL,
        numbered("HTML, hexadecimal of every character", ANY, "&#x%x;"),
        numbered("HTML, hexadecimal of every character, upper case", ANY, "&#x%X;"),
        numbered("HTML, X of every character", ANY, "&#X%X;"),
        numbered("HTML, decimal with leading zeros", ANY, "&#%07d;"),
        numbered("HTML, decimal with a leading zero", SIGN, "&#0%d;"),
        numbered("HTML, hexadecimal with leading zeros", ANY, "&#x%06x;"),
        numbered("HTML, decimal of every sign", SIGN, "&#%d;"),
        numbered("HTML, hexadecimal of every sign", SIGN, "&#x%x;"),
        numbered("HTML, OWASP", SIGN.and(Escapes.anyOf(",.-_ ").negate()), "&#x%x;"),
        Spelling.of("HTML, decimal without semicolons", MarkupSpellings::bare).beyond(),
        html("HTML, PHP", "&quot;", "&#039;"),
        html("HTML, Python", "&quot;", "&#x27;"),
        html("HTML, Go", "&#34;", "&#39;"),
        html("HTML, Rails, lodash", "&quot;", "&#39;"),
        html("HTML, Mustache", "&quot;", "&#39;")
            .in(
                Spelling.of(
                    "",
                    text ->
                        text.replace("/", "&#x2F;").replace("`", "&#x60;").replace("=", "&#x3D;")))
            .named("HTML, Mustache"),
        html("HTML, React", "&quot;", "&#x27;"),
        named("HTML 4", HTML4, ANY),
        named("HTML 4, rest decimal", HTML4, ANY)
            .in(numbered("", NOT_ASCII, "&#%d;"))
            .named("HTML 4, rest decimal"),
        named("HTML 5", HTML5, ANY),
        XML_ALL.in(XML_ALL).named("XML twice"),
        XML_ALL.in(XML_ALL).in(XML_ALL).named("XML three times"),
        DECIMAL.in(XML_ALL).named("HTML decimal in XML"),
        named("HTML 4 in XML", HTML4, ANY).in(XML_ALL).named("HTML 4 in XML"),
        html("", "&quot;", "&#x27;").in(html("", "&quot;", "&#x27;")).named("HTML twice, Python"),
        html("", "&#34;", "&#39;").in(html("", "&#34;", "&#39;")).named("HTML twice, Go"));
  }

  private static Spelling named(String name, Map<Integer, String> names, IntPredicate which) {
    return Spelling.of(
        name,
        value ->
            Escapes.points(value, which.and(names::containsKey), c -> "&" + names.get(c) + ";"));
  }

  private static Spelling numbered(String name, IntPredicate which, String format) {
    return Spelling.of(name, value -> Escapes.points(value, which, Escapes.format(format)));
  }

  private static Spelling html(String name, String quote, String apostrophe) {
    return Spelling.of(
        name,
        value ->
            value
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", quote)
                .replace("'", apostrophe));
  }

  /** The semicolon may be left out where no digit follows. */
  private static String bare(String value) {
    return Escapes.points(value, ANY, Escapes.format("&#%d;")).replaceAll(";(?=[^0-9a-zA-Z;])", "");
  }

  private static String stax(String value) {
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
}

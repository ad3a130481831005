package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

/** Percent-encoding as each library has it, and quoted-printable, which is its kin. */
final class PercentSpellings {

  private static final String UPPER = "%%%02X";
  private static final String LOWER = "%%%02x";

  private PercentSpellings() {}

  static final Spelling RFC_3986 = percent("percent, RFC 3986", "-._~", UPPER);
  static final Spelling FORM =
      Spelling.of("percent, URLEncoder", value -> URLEncoder.encode(value, UTF_8));
  static final Spelling ALL = percent("percent, everything", Escapes.NONE, UPPER);

  static List<Spelling> all() {
    return List.of(
        RFC_3986,
        percent("percent, RFC 3986, lower case", "-._~", LOWER),
        FORM,
        plus(percent("percent, URLEncoder, lower case", "-_.*", LOWER)),
        percent("percent, encodeURIComponent", "-_.!~*'()", UPPER),
        percent("percent, encodeURI", "-_.!~*'();/?:@&=+$,#", UPPER),
        percent("percent, encodeURI, lower case", "-_.!~*'();/?:@&=+$,#", LOWER),
        percent("percent, segment of a path", "-._~!$&'()*+,;=:@", UPPER),
        percent("percent, query", "-._~!$&'()*+,;=:@/?", UPPER),
        percent("percent, user information", "-._~!$&'()*+,;=:", UPPER),
        percent("percent, Python quote", "-._~/", UPPER),
        percent("percent, AWS but for slashes", "-._~/", LOWER),
        percent("percent, Python quote, safe=''", "-._~", UPPER),
        plus(percent("percent, Python quote_plus", "-._~", UPPER)),
        plus(percent("percent, .NET UrlEncode", "-_.!*()", LOWER)),
        percent("percent, .NET UrlPathEncode", IntPredicates.PRINTABLE_BUT_BLANK, LOWER),
        percent("percent, .NET EscapeUriString", "-_.!~*'();/?:@&=+$,#[]", UPPER),
        plus(percent("percent, PHP urlencode", "-_.", UPPER)),
        percent("percent, PHP rawurlencode", "-_.~", UPPER),
        plus(percent("percent, Go QueryEscape", "-_.~", UPPER)),
        percent("percent, Go PathEscape", "-_.~$&+=:@", UPPER),
        percent("percent, Go URL.String", "-_.~$&+,/:;=@!'()*", UPPER),
        plus(percent("percent, Ruby CGI.escape", "-_.~*", UPPER)),
        percent("percent, Perl uri_escape", "-_.!~*'()", UPPER),
        percent("percent, RFC 5987", "!#$&+-.^_`|~", UPPER),
        percent("percent, AWS signature", "-_.~", UPPER),
        percent("percent, MongoDB", "-_.!~*'()$,&=;", UPPER),
        percent("percent, WHATWG userinfo", "-_.!~*'()%$&+,", UPPER),
        percent("percent, WHATWG query", "!$%&()*+,-./:;=?@[\\]^_`{|}~", UPPER),
        percent("percent, curl", "-._~", UPPER),
        ALL,
        percent("percent, everything, lower case", Escapes.NONE, LOWER),
        Spelling.of("percent, java.net.URI", PercentSpellings::fragment),
        percent("percent, only % and blanks", not("% \t\n\r"), UPPER),
        percent("percent, only blanks and what is not ASCII", not(" \t\n\r"), LOWER),
        percent("percent, only what is not ASCII", IntPredicates.ASCII, UPPER),
        percent("percent, only slashes", not("/"), LOWER),
        percent("percent, only signs of a query", not("&=+#%"), UPPER),
        percent("percent, only vowels", not("aeiouAEIOU"), UPPER),
        Spelling.of("percent, every second", PercentSpellings::everySecond),
        Spelling.of("percent, at random in either case", PercentSpellings::random),
        Spelling.of("percent, Latin-1", value -> percent(value, ISO_8859_1, "-._~"))
            .where(Values::isLatin1)
            .beyond(),
        Spelling.of("percent, JavaScript escape", PercentSpellings::escape).beyond(),
        printable("quoted-printable", "", 0),
        printable("quoted-printable, soft line breaks", "=\n", 76),
        printable("quoted-printable, soft line breaks, CR LF", "=\r\n", 76),
        printable("quoted-printable, narrow", "=\r\n", 20),
        Spelling.of(
            "quoted-printable, everything",
            value -> Escapes.octets(value, UTF_8, c -> true, Escapes.format("=%02X"))),
        Spelling.of(
            "quoted-printable, lower case",
            value ->
                Escapes.octets(
                    value,
                    UTF_8,
                    IntPredicates.PRINTABLE.negate().or(c -> c == '='),
                    Escapes.format("=%02x"))),
        Spelling.of(
            "quoted-printable, text",
            value ->
                Escapes.octets(value, UTF_8, c -> c == '=' || c >= 0x7f, Escapes.format("=%02X"))),
        Spelling.of("RFC 2047, Q", PercentSpellings::word).beyond());
  }

  private static Spelling percent(String name, String safe, String format) {
    return percent(name, Escapes.ALPHANUMERIC.or(Escapes.anyOf(safe)), format);
  }

  private static Spelling percent(String name, IntPredicate safe, String format) {
    return Spelling.of(
        name, value -> Escapes.octets(value, UTF_8, safe.negate(), Escapes.format(format)));
  }

  private static String percent(String value, java.nio.charset.Charset charset, String safe) {
    return Escapes.octets(
        value,
        charset,
        Escapes.ALPHANUMERIC.or(Escapes.anyOf(safe)).negate(),
        Escapes.format(UPPER));
  }

  private static Spelling plus(Spelling spelling) {
    return Spelling.of(
        spelling.name(), value -> spelling.speller().apply(value).replace("%20", "+"));
  }

  private static IntPredicate not(String characters) {
    return character -> character < 0x80 && characters.indexOf(character) < 0;
  }

  private static String fragment(String value) {
    try {
      // No scheme, no path: the rest of the URI is the value.
      return new URI("a", "b", value).toASCIIString().substring("a:b#".length());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String everySecond(String value) {
    boolean[] odd = new boolean[1];
    return Escapes.octets(
        value, UTF_8, c -> (odd[0] = !odd[0]) || c >= 0x80, Escapes.format(UPPER));
  }

  private static String random(String value) {
    Random random = new Random(value.hashCode());
    return Escapes.octets(
        value,
        UTF_8,
        c -> random.nextBoolean() || c >= 0x80 || c == '%',
        c -> String.format(random.nextBoolean() ? UPPER : LOWER, c));
  }

  private static String escape(String value) {
    return Escapes.units(
        value,
        Escapes.ALPHANUMERIC.or(Escapes.anyOf("@*_+-./")).negate(),
        c -> String.format(c > 0xff ? "%%u%04X" : UPPER, c));
  }

  private static Spelling printable(String name, String soft, int width) {
    return Spelling.of(
        name,
        value -> {
          StringBuilder text = new StringBuilder();
          int line = 0;
          for (byte octet : value.getBytes(UTF_8)) {
            boolean plain = IntPredicates.PRINTABLE.test(octet & 0xff) && octet != '=';
            String spelt = plain ? "" + (char) octet : String.format("=%02X", octet);
            if (width > 0 && line + spelt.length() >= width) {
              text.append(soft);
              line = 0;
            }
            text.append(spelt);
            line += spelt.length();
          }
          return text.toString();
        });
  }

  private static String word(String value) {
    String text =
        Escapes.octets(
            value,
            UTF_8,
            Escapes.ALPHANUMERIC.or(Escapes.anyOf("!*+-/ ")).negate(),
            Escapes.format("=%02X"));
    return Spelling.frame("=?UTF-8?Q?") + text.replace(' ', '_') + Spelling.frame("?=");
  }

  /** Sets of characters that several have in common. */
  private static final class IntPredicates {
    static final IntPredicate ASCII = c -> c < 0x80;
    static final IntPredicate PRINTABLE = c -> c >= 0x20 && c < 0x7f;
    static final IntPredicate PRINTABLE_BUT_BLANK = c -> c > 0x20 && c < 0x7f;
  }
}

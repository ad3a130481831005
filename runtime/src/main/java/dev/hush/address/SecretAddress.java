package dev.hush.address;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says where a value is: {@code env:API_TOKEN}, {@code file:~/token}, {@code vault://path.field}.
 *
 * <p>The grammar is Dagger's:
 *
 * <ul>
 *   <li>{@code TEXT} without a colon is {@code env:TEXT};
 *   <li>{@code scheme:location} and {@code scheme://location} are the same address;
 *   <li>{@code ?name=value&...} at the end belongs to the address, and {@code cacheKey} in it is
 *       accepted and ignored. Other than in Dagger, the location of {@code cmd} and {@code file} is
 *       taken to the letter, so that a command or a path may hold {@code ?}, {@code %} and {@code
 *       ;}: what follows the last {@code ?} belongs to the address only if it is made of parameters
 *       that these schemes have. {@code ?cacheKey=} behind a location keeps all before it;
 *   <li>{@code ?ttl=90s} says how long the value is good, not where it is: it is {@link
 *       #timeToLive()}, no parameter of the {@link #query()}.
 * </ul>
 *
 * <p>Two addresses are equal if they say the same place, whichever way they were spelled. {@link
 * #toString()} is made for messages; {@link #location()} and {@link #query()} are not, for they may
 * be a value that someone pasted.
 */
public final class SecretAddress {

  /** Of what most addresses have not; a pattern costs each start milliseconds. */
  private static final class Grammar {

    /**
     * {@code user:password@} where a host would stand, also in an address within the address. An
     * AWS resource name has colons of its own, and its secret may be called {@code a@b}.
     */
    static final Pattern CREDENTIALS = Pattern.compile("(?:^(?!arn:)|//)[^/]*:[^/]*@");

    /** What a program may be called without being something else, as {@code TOKEN=x} would be. */
    static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_./~+-]+");
  }

  /** Schemes whose location may hold a {@code ?}. */
  private static final Set<String> TO_THE_LETTER = Set.of("cmd", "file");

  /** What the query of those may say of the content, each with the one value that it can have. */
  private static final Map<String, String> OF_CONTENT =
      Map.of("encoding", "base64", "lines", "kept");

  /** What the query of every address may say. */
  private static final Set<String> OF_ALL = Set.of("cacheKey", "ttl");

  /** What ends a word in a shell, and so no parameter holds. */
  private static final String BETWEEN_WORDS = "'\"`;|<>()";

  private static final String TIME_TO_LIVE = "ttl";

  private static final String EXAMPLES = "write env:API_TOKEN, file:PATH or dotenv:, for example";

  /** What the JDK puts in the place of bytes that are no UTF-8, and another name would be read. */
  private static final char REPLACED = '\uFFFD';

  /**
   * The parameters a query may have. A scheme that is not here is checked by the provider that
   * reads it.
   */
  private static final Map<String, Set<String>> PARAMETERS =
      Map.of(
          "env",
          Set.of(),
          "dotenv",
          Set.of("key"),
          "secret",
          Set.of(),
          "secret-env",
          Set.of("encoding"));

  /** Schemes that have an address of all that they know. */
  private static final Set<String> WITHOUT_LOCATION = Set.of("dotenv", "secret-env");

  /** Schemes whose location is a path or a name in a manager, which a message must show. */
  private static final Set<String> SHOWN =
      Set.of(
          "file",
          "dotenv",
          "secret",
          "vault",
          "op",
          "aws+sm",
          "aws+ps",
          "gcp",
          "azure",
          "k8s",
          "libsecret",
          "sops");

  private final String scheme;
  private final String location;
  private final Map<String, String> query;
  private final @Nullable Duration timeToLive;
  private final boolean isHidden;

  private SecretAddress(
      String scheme,
      String location,
      Map<String, String> query,
      @Nullable Duration timeToLive,
      boolean isHidden) {
    this.isHidden = isHidden;
    this.scheme = scheme;
    this.location = location;
    this.query = query;
    this.timeToLive = timeToLive;
  }

  /**
   * Reads an address.
   *
   * @throws MalformedAddressException if the text is none; the message repeats nothing of it
   */
  public static SecretAddress parse(String text) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "env" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    if (!isScheme(scheme)) {
      String meant = Schemes.unknown(scheme, Schemes.KNOWN);
      throw new MalformedAddressException(
          !meant.isEmpty()
              ? meant
              : text.isBlank()
                  ? "the address is empty: " + EXAMPLES
                  : "an address is the name of an environment variable or SCHEME:LOCATION, the scheme in lower case");
    }
    if (scheme.length() == 1 && (rest.startsWith("\\") || rest.startsWith("/"))) {
      throw new MalformedAddressException("the address of a file is file:PATH");
    }
    if (colon >= 0 && rest.startsWith("//")) {
      rest = rest.substring(2);
    }
    int mark = TO_THE_LETTER.contains(scheme) ? markOfContent(rest) : rest.indexOf('?');
    String location = mark < 0 ? rest : rest.substring(0, mark);
    Map<String, String> query = mark < 0 ? new TreeMap<>() : query(rest.substring(mark + 1));

    if (location.isEmpty() && !WITHOUT_LOCATION.contains(scheme)) {
      throw new MalformedAddressException(empty(scheme));
    }
    if (!scheme.equals("cmd")
        && location.indexOf('@') >= 0
        && Grammar.CREDENTIALS.matcher(location).find()) {
      throw new MalformedAddressException(
          "the address holds a user and a password, and addresses are shown");
    }
    String written = query.remove(TIME_TO_LIVE);
    if (TO_THE_LETTER.contains(scheme)) {
      checkContent(query);
    }
    Set<String> parameters = PARAMETERS.get(scheme);
    if (parameters != null && !parameters.containsAll(query.keySet())) {
      throw new MalformedAddressException(
          "the query of the address has an unknown parameter"
              + unknown(query.keySet(), parameters)
              + "; known for "
              + scheme
              + ": "
              + String.join(", ", withTimeToLive(parameters)));
    }
    return new SecretAddress(
        scheme,
        location,
        Collections.unmodifiableMap(query),
        written == null ? null : TimeSpan.parse(written),
        false);
  }

  private static String empty(String scheme) {
    String meant = Schemes.KNOWN.contains(scheme) ? "" : Schemes.unknown(scheme, Schemes.KNOWN);
    return !meant.isEmpty() ? meant : "the address is empty after its scheme: " + EXAMPLES;
  }

  /**
   * What is unknown of these parameters, in words that end a sentence, with what they were meant to
   * be: any that is not near a known one may be a pasted value, and is not told.
   *
   * @param given by the query
   * @param known which ones its scheme has; {@code ttl} is one of each
   */
  public static String unknown(Collection<String> given, Collection<String> known) {
    Set<String> all = withTimeToLive(known);
    for (String parameter : given) {
      List<String> near =
          all.contains(parameter) ? List.of() : NearNames.ofMistyped(parameter, all);
      if (!near.isEmpty()) {
        return " '" + SafeText.printable(parameter) + "'" + NearNames.question(near);
      }
    }
    return "";
  }

  private static Set<String> withTimeToLive(Collection<String> parameters) {
    Set<String> all = new TreeSet<>(parameters);
    all.add(TIME_TO_LIVE);
    return all;
  }

  /** Where the query begins of a location that may hold such a mark itself; -1 for no query. */
  private static int markOfContent(String rest) {
    int mark = rest.lastIndexOf('?');
    if (mark < 0) {
      return -1;
    }
    for (String parameter : rest.substring(mark + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 0
          || !mayStandBehind(parameter.substring(0, equals))
          || parameter.chars().anyMatch(SecretAddress::isBetweenWords)) {
        return -1;
      }
    }
    return mark;
  }

  private static boolean mayStandBehind(String parameter) {
    return OF_CONTENT.containsKey(parameter) || OF_ALL.contains(parameter);
  }

  private static boolean isBetweenWords(int character) {
    return Character.isWhitespace(character) || BETWEEN_WORDS.indexOf(character) >= 0;
  }

  private static void checkContent(Map<String, String> query) {
    OF_CONTENT.forEach(
        (name, only) -> {
          if (!query.getOrDefault(name, only).equals(only)) {
            throw new MalformedAddressException(
                "the query of the address has an unknown value; write ?" + name + "=" + only);
          }
        });
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new TreeMap<>();
    for (String parameter : text.split("&")) {
      if (parameter.isEmpty()) {
        continue;
      }
      int equals = parameter.indexOf('=');
      String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
      String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
      if (name.isEmpty()) {
        throw new MalformedAddressException("the query of the address has a value without a name");
      }
      if (query.put(name, value) != null) {
        throw new MalformedAddressException("the query of the address names a parameter twice");
      }
    }
    query.remove("cacheKey");
    return query;
  }

  private static String decoded(String text) {
    String decoded;
    try {
      // Only if there is something to decode: the first time, it looks at a system property.
      decoded =
          text.indexOf('%') < 0 && text.indexOf('+') < 0
              ? text
              : URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Without its cause, whose message quotes the text.
      throw new MalformedAddressException("the query of the address has a % that is no escape");
    }
    if (decoded.indexOf(REPLACED) >= 0) {
      throw new MalformedAddressException("the query of the address has escapes that are no text");
    }
    return decoded;
  }

  /** Says who reads the address, in lower case: {@code env}. */
  public String scheme() {
    return scheme;
  }

  /**
   * The place, as typed: what follows the scheme, without {@code //} and without the query. Not for
   * messages.
   */
  public String location() {
    return location;
  }

  /** The parameters after {@code ?}, decoded, by name. Not for messages. */
  public Map<String, String> query() {
    return query;
  }

  /**
   * How long the value is good, zero for as long as the process lives; empty if it says nothing.
   */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(timeToLive);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretAddress that
        && scheme.equals(that.scheme)
        && location.equals(that.location)
        && query.equals(that.query);
  }

  @Override
  public int hashCode() {
    return Objects.hash(scheme, location, query);
  }

  /**
   * The address for an error or a log: as much of it as cannot be a value that someone pasted.
   *
   * <p>Of a variable the first three characters, as Dagger; of a command the program; of a file or
   * a place in a manager the path; of attributes in a keyring the names; of a scheme that Hush does
   * not know nothing but three characters. On one line, whatever was typed.
   */
  @Override
  public String toString() {
    if (isHidden) {
      return "***";
    }
    if (scheme.equals("env") || scheme.equals("secret-env")) {
      return scheme + ":" + SafeText.abbreviated(location);
    }
    if (scheme.equals("cmd")) {
      return "cmd:" + program();
    }
    if (SHOWN.contains(scheme)) {
      String key = scheme.equals("dotenv") ? query.get("key") : null;
      String attributes = scheme.equals("libsecret") ? attributes() : "";
      return scheme
          + ":"
          + SafeText.printable(key == null ? location + attributes : location + "?key=" + key);
    }
    return SafeText.abbreviated(scheme) + ":...";
  }

  /** The same address, of which nothing is shown: what it was made of holds a value. */
  public SecretAddress hidden() {
    return new SecretAddress(scheme, location, query, timeToLive, true);
  }

  /** Whether nothing of the address, nor of what was said of it, may be shown. */
  public boolean isHidden() {
    return isHidden;
  }

  /** A lower-case letter, and then such letters, digits, plus signs, dots and hyphens. */
  private static boolean isScheme(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      boolean isLetter = character >= 'a' && character <= 'z';
      boolean isOther = character >= '0' && character <= '9' || "+.-".indexOf(character) >= 0;
      if (!isLetter && (i == 0 || !isOther)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Their names, without which nobody knew which item of a keyring is meant. */
  private String attributes() {
    return query.isEmpty() ? "" : "?" + String.join("=...&", query.keySet()) + "=...";
  }

  private String program() {
    String word = location.strip().split("\\s", 2)[0];
    return Grammar.PROGRAM.matcher(word).matches() ? word : SafeText.abbreviated(word);
  }
}

package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lines as programs log them, full of what looks like the beginning of a spelling: made up, and
 * taken from the JDK and from these sources.
 */
final class OrdinaryLogs {

  private static final String[] WORDS =
      ("request user order payment cache session token password secret key handler filter started"
              + " finished failed retry timeout connection pool value of for the in with and not"
              + " null true false 200 404 500 GET POST application/json utf-8")
          .split(" ");
  private static final String[] ESCAPES = {
    "%20", "%2F", "%3D", "%C3%A4", "%25", "+", "\\n", "\\\"", "\\u003d", "\\u00e4", "\\\\", "&amp;",
    "&lt;", "&#39;", "&#x27;", "&quot;", "=3D", "=\n", "^", "`", "''", "\"\"", "{{", "}}", "$$",
    "%%"
  };

  private final Random random;
  private final List<byte[]> binaries = binaries();

  OrdinaryLogs(long seed) {
    random = new Random(seed);
  }

  /** Gives away lines with about so many characters in all. */
  void write(int characters, Consumer<String> lines) {
    List<Supplier<String>> kinds =
        List.of(
            this::access,
            this::json,
            this::trace,
            this::maven,
            this::base64,
            this::hexadecimal,
            this::markup,
            this::style,
            this::dump,
            this::numbers,
            this::escapes,
            this::shell,
            this::nestedJson,
            this::mail);
    int written = 0;
    while (written < characters) {
      String text = kinds.get(random.nextInt(kinds.size())).get();
      for (String line : text.split("\n")) {
        lines.accept(line);
        written += line.length() + 1;
      }
    }
  }

  private String access() {
    return String.format(
        "%d.%d.%d.%d - - [01/Jan/2026:12:%02d:%02d +0000] \"GET /%s/%s?q=%s&next=%s HTTP/1.1\" 200 %d"
            + " \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
        number(256),
        number(256),
        number(256),
        number(256),
        number(60),
        number(60),
        word(),
        identifier(),
        URLEncoder.encode(sentence() + "&" + identifier() + "=\u00e4\u20ac", UTF_8),
        URLEncoder.encode(URLEncoder.encode("https://x.test/?a=" + sentence(), UTF_8), UTF_8),
        number(100_000));
  }

  private String json() {
    return String.format(
        "{\"@timestamp\":\"2026-01-01T12:00:%02d.%03dZ\",\"level\":\"INFO\",\"message\":\"%s\","
            + "\"trace\":\"%s\",\"count\":%d,\"path\":\"C:\\\\%s\\\\%s\",\"list\":[%s]}",
        number(60),
        number(1000),
        JsonSpellings.GSON.speller().apply(sentence() + " <\"" + word() + "\">\n'"),
        hex(16),
        number(1_000_000),
        word(),
        word(),
        numbers(", "));
  }

  private String nestedJson() {
    return "event={\"body\":\"" + JsonSpellings.PYTHON.speller().apply(json() + "\u00e4") + "\"}";
  }

  private String trace() {
    return "java.lang.IllegalStateException: "
        + sentence()
        + "\n"
        + IntStream.range(0, 12)
            .mapToObj(
                i ->
                    String.format(
                        "\tat org.example.%s.%s$%d.lambda$%s$%d(%s.java:%d)",
                        word(), identifier(), i, word(), i, identifier(), number(900)))
            .collect(Collectors.joining("\n"))
        + "\nCaused by: java.io.IOException: "
        + identifier()
        + "\n\t... 31 more";
  }

  private String maven() {
    return "[DEBUG]   -classpath "
        + IntStream.range(0, 6)
            .mapToObj(
                i ->
                    "/home/build/.m2/repository/org/"
                        + word()
                        + "/"
                        + identifier()
                        + "/1."
                        + i
                        + "/"
                        + identifier()
                        + "-1."
                        + i
                        + ".jar")
            .collect(Collectors.joining(":"))
        + "\n[DEBUG]   (f) compilerArgs = [-Xlint:all, --release, 17]\n[DEBUG] Goal: "
        + word()
        + "\n[DEBUG] (s) hash = "
        + hex(32);
  }

  private String base64() {
    byte[] bytes = some(30 + random.nextInt(600));
    return switch (random.nextInt(3)) {
      case 0 -> "Authorization: Basic " + Base64.getEncoder().encodeToString(bytes);
      case 1 -> Base64.getMimeEncoder().encodeToString(bytes).replace("\r", "");
      default -> "jwt=eyJhbGciOiJIUzI1NiJ9." + Base64.getUrlEncoder().encodeToString(bytes);
    };
  }

  private String hexadecimal() {
    byte[] bytes = some(20 + random.nextInt(200));
    return switch (random.nextInt(5)) {
      case 0 -> "sha256:" + HexFormat.of().formatHex(bytes);
      case 1 -> "fingerprint " + HexFormat.ofDelimiter(":").withUpperCase().formatHex(bytes);
      case 2 -> HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(bytes);
      case 3 -> HexFormat.of().withPrefix("\\x").formatHex(bytes);
      default -> HexFormat.of().withPrefix("%").formatHex(bytes);
    };
  }

  private String markup() {
    return "<td class=\""
        + word()
        + "\" title='"
        + sentence()
        + "'>"
        + sentence().replace(" ", "&nbsp;")
        + " &lt;"
        + word()
        + "&gt; &#"
        + number(9999)
        + "; &#x"
        + hex(2)
        + "; &amp;amp; <a href=\"?a=1&amp;b="
        + identifier()
        + "\">"
        + word()
        + "</a></td>";
  }

  private String style() {
    return String.format(
        "a:hover{color:#%s;background:#%s url(data:image/png;base64,%s);content:\"\\%s\"}",
        hex(3), hex(2), Base64.getEncoder().encodeToString(some(60)), hex(2));
  }

  private String dump() {
    String text = new String(some(64), java.nio.charset.StandardCharsets.ISO_8859_1);
    Spelling dump = DumpSpellings.all().get(random.nextInt(12));
    return dump.spell(text).text();
  }

  private String numbers() {
    return switch (random.nextInt(3)) {
      case 0 -> "[" + numbers(", ") + "]";
      case 1 -> "weights = {" + numbers(",") + "}";
      default -> numbers(" ");
    };
  }

  private String numbers(String separator) {
    return IntStream.range(0, 5 + random.nextInt(60))
        .mapToObj(i -> Integer.toString(random.nextInt(384) - 128))
        .collect(Collectors.joining(separator));
  }

  private String escapes() {
    return IntStream.range(0, 40)
        .mapToObj(i -> random.nextBoolean() ? word() : ESCAPES[random.nextInt(ESCAPES.length)])
        .collect(Collectors.joining());
  }

  private String shell() {
    return "+ curl -H 'X-"
        + word()
        + ": '\\''"
        + identifier()
        + "'\\''' \"$"
        + word()
        + "\" \\\n  `"
        + word()
        + "` $'\\x41\\101\\u00e4' ^& %"
        + word()
        + "% '"
        + word()
        + "''"
        + word()
        + "'";
  }

  private String mail() {
    return Escapes.octets(
        sentence() + " = \u00e4\u00f6 " + identifier(),
        UTF_8,
        c -> c >= 0x7f || c == '=',
        Escapes.format("=%02X"));
  }

  private int number(int bound) {
    return random.nextInt(bound);
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private String sentence() {
    return IntStream.range(0, 3 + random.nextInt(8))
        .mapToObj(i -> word())
        .collect(Collectors.joining(" "));
  }

  private String identifier() {
    return Long.toString(random.nextLong() >>> 1, 36);
  }

  private String hex(int bytes) {
    byte[] some = new byte[bytes];
    random.nextBytes(some);
    return HexFormat.of().formatHex(some);
  }

  /** A piece of a class file. */
  private byte[] some(int length) {
    byte[] binary = binaries.get(random.nextInt(binaries.size()));
    int from = random.nextInt(binary.length - length);
    return java.util.Arrays.copyOfRange(binary, from, from + length);
  }

  private static List<byte[]> binaries() {
    List<byte[]> binaries = new ArrayList<>();
    Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");
    for (String name : new String[] {"String", "Class", "Thread", "System", "Character"}) {
      try {
        binaries.add(Files.readAllBytes(root.resolve("java/lang/" + name + ".class")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return binaries;
  }

  /** The lines of texts that this machine has: what comes with the JDK, and these sources. */
  static void readReal(int characters, Consumer<String> lines) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path root : List.of(Path.of(""), Path.of(System.getProperty("java.home")))) {
      try (Stream<Path> walked = Files.walk(root.toAbsolutePath(), 12)) {
        walked
            .filter(
                file -> file.toString().matches(".*\\.(java|md|xml|properties|json|policy|txt)"))
            .filter(Files::isRegularFile)
            .sorted()
            .forEach(files::add);
      }
    }
    int read = 0;
    for (Path file : files) {
      try {
        for (String line : Files.readAllLines(file)) {
          lines.accept(line);
          read += line.length() + 1;
        }
      } catch (MalformedInputException e) {
        continue; // Not UTF-8: there are enough others.
      }
      if (read > characters) {
        return;
      }
    }
  }
}

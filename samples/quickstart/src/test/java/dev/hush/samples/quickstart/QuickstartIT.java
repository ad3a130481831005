package dev.hush.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quickstart as a user runs it: a process of its own, with the packaged agent, in a folder that
 * holds nothing but {@code .env} and {@code orders.csv}. What it prints goes to files in there too,
 * so that everything it writes is in one place.
 */
class QuickstartIT {

  private static final Path AGENT = Path.of("..", "..", "agent", "target", "hush-agent.jar");
  private static final Path APPLICATION = Path.of("target", "quickstart.jar");
  private static final List<String> INPUT = List.of(".env", "orders.csv");

  private static final String PASSWORD = "Made-up/passw0rd+for&orders?";
  private static final String CIPHER_KEY = "made-up-cipher-key-4711-0815";

  /** What {@code .env} means; {@code DB_USER} is declared visible. */
  private static final Map<String, String> SECRETS =
      Map.of(
          "DB_PASSWORD", PASSWORD,
          "DB_CIPHER_KEY", CIPHER_KEY,
          "WAREHOUSE_PASSWORD", "made up: \"open sesame\" & 100% fake");

  @TempDir private static Path withAgent;
  @TempDir private static Path withoutAgent;
  private static int statusWithAgent;
  private static int statusWithoutAgent;

  @BeforeAll
  static void runWithTheAgentAndWithout() throws IOException, InterruptedException {
    statusWithAgent = run(withAgent, "-javaagent:" + AGENT.toAbsolutePath().normalize());
    statusWithoutAgent = run(withoutAgent);
  }

  @Test
  void itEndsWell() throws IOException {
    assertThat(output()).isNotEmpty();
    assertThat(statusWithAgent).isZero();
  }

  @Test
  void theReportIsRight() throws IOException {
    assertThat(output())
        .containsSequence(
            "  country  orders   revenue",
            "  DE            6   1280.00",
            "  JP            4   1257.00",
            "  FR            5    753.30",
            "  SE            4    678.90");
  }

  @Test
  void aFunctionSeesItsSecrets() throws IOException {
    assertThat(output())
        .contains(
            "OrderDatabase.load sees DB_USER, DB_PASSWORD, DB_CIPHER_KEY, WAREHOUSE_PASSWORD",
            "OrderDatabase.revenueByCountry sees DB_USER, DB_PASSWORD, DB_CIPHER_KEY,"
                + " WAREHOUSE_PASSWORD");
  }

  @Test
  void aFunctionWithOneKeySeesNoOther() throws IOException {
    assertThat(output()).contains("Warehouse.publish sees WAREHOUSE_PASSWORD");
  }

  @Test
  void codeOutsideOfFunctionsSeesNothing() throws IOException {
    assertThat(output()).startsWith("main sees nothing").endsWith("main, afterwards, sees nothing");
  }

  @Test
  void theValuesAreTheRealOnes() throws SQLException {
    String url = "jdbc:h2:" + withAgent.resolve("target/orders") + ";CIPHER=AES;ACCESS_MODE_DATA=r";
    String passwords = CIPHER_KEY + " " + PASSWORD;

    try (Connection connection = DriverManager.getConnection(url, "orders_app", passwords);
        ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM orders")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(19);
    }
  }

  @Test
  void parametersAndContextAreMaskedInTheLog() throws IOException {
    assertThat(Files.readString(withAgent.resolve("target/quickstart.log")))
        .contains(
            "[login=orders_app/***] opening target/orders as orders_app with password *** and key"
                + " ***");
  }

  @Test
  void theMessageOfAnExceptionIsMaskedInTheLog() throws IOException {
    assertThat(Files.readString(withAgent.resolve("target/quickstart.log")))
        .contains(
            "java.sql.SQLException: No suitable driver found for"
                + " jdbc:warehouse://reports.example.com/sales?password=***");
  }

  @Test
  void printedTextIsMasked() throws IOException {
    assertThat(output())
        .contains(
            "sending 4 lines to jdbc:warehouse://reports.example.com/sales?password=***",
            "ERROR Warehouse [] the warehouse cannot be reached");
  }

  @Test
  void noValueIsInAnyByteThatItWrote() throws IOException {
    List<Path> written = written();

    assertThat(written)
        .extracting(file -> withAgent.relativize(file).toString().replace(File.separatorChar, '/'))
        .contains(
            "standard-output",
            "standard-error",
            "target/quickstart.log",
            "target/orders.mv.db",
            "target/orders.trace.db");
    for (Path file : written) {
      assertThat(keysFoundIn(file)).as(file.toString()).isEmpty();
    }
  }

  @Test
  void theSearchForValuesFindsThemWhereTheyAre() throws IOException {
    String login = "orders_app/" + PASSWORD;
    String key = HexFormat.of().formatHex(utf8(CIPHER_KEY));
    Path leak = withAgent.resolveSibling(withAgent.getFileName() + "-leak");
    Files.writeString(leak, Base64.getEncoder().encodeToString(utf8(login)) + key);

    assertThat(keysFoundIn(leak)).containsExactlyInAnyOrder("DB_PASSWORD", "DB_CIPHER_KEY");
    Files.delete(leak);
  }

  @Test
  void nothingButTheProgramSpeaks() throws IOException {
    assertThat(withAgent.resolve("standard-error")).isEmptyFile();
    assertThat(output()).noneMatch(QuickstartIT::isWarningOfTheJvm);
    assertThat(Files.readAllLines(withoutAgent.resolve("standard-error")))
        .noneMatch(QuickstartIT::isWarningOfTheJvm);
  }

  @Test
  void withoutTheAgentAFunctionSeesNothingAndSaysSo() throws IOException {
    assertThat(Files.readAllLines(withoutAgent.resolve("standard-output")))
        .containsExactly("main sees nothing", "OrderDatabase.load sees nothing");
    assertThat(Files.readAllLines(withoutAgent.resolve("standard-error")))
        .containsExactly("DB_USER is not set: start this program with -javaagent:hush-agent.jar");
    assertThat(statusWithoutAgent).isEqualTo(1);
  }

  @Test
  void theDotenvFileHasNoOtherKeys() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(".env"))) {
      assertThat(lines.filter(line -> !line.startsWith("#")))
          .extracting(line -> line.replaceFirst("^export ", "").replaceFirst("=.*", ""))
          .containsExactlyInAnyOrder(
              "DB_USER", "DB_PASSWORD", "DB_CIPHER_KEY", "WAREHOUSE_PASSWORD");
    }
  }

  private static int run(Path folder, String... options) throws IOException, InterruptedException {
    for (String file : INPUT) {
      Files.copy(Path.of(file), folder.resolve(file));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-jar", APPLICATION.toAbsolutePath().toString(), "orders.csv"));
    ProcessBuilder program =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("standard-output").toFile())
            .redirectError(folder.resolve("standard-error").toFile());
    program.environment().keySet().removeIf(key -> key.matches("HUSH_.*|JA?VA_.*|JDK_.*|DB_.*"));
    Process process = program.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private static List<String> output() throws IOException {
    return Files.readAllLines(withAgent.resolve("standard-output"));
  }

  private static List<Path> written() throws IOException {
    try (Stream<Path> files = Files.walk(withAgent)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !INPUT.contains(withAgent.relativize(file).toString()))
          .toList();
    }
  }

  private static boolean isWarningOfTheJvm(String line) {
    return line.startsWith("WARNING") || line.startsWith("OpenJDK 64-Bit Server VM warning");
  }

  private static List<String> keysFoundIn(Path file) throws IOException {
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    return SECRETS.entrySet().stream()
        .filter(secret -> forms(secret.getValue()).stream().anyMatch(bytes::contains))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The value as it is, in UTF-16, in URLs, in hexadecimal digits, and inside of Base64. */
  private static List<String> forms(String value) {
    byte[] bytes = utf8(value);
    List<String> forms = new ArrayList<>();
    forms.add(new String(bytes, StandardCharsets.ISO_8859_1));
    forms.add(new String(value.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1));
    forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
    forms.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    for (int offset = 0; offset < 3; offset++) {
      forms.add(base64(bytes, offset));
    }
    return forms;
  }

  /** The characters that stand for these bytes alone, where others come before and after them. */
  private static String base64(byte[] bytes, int offset) {
    byte[] shifted = new byte[offset + bytes.length];
    System.arraycopy(bytes, 0, shifted, offset, bytes.length);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int firstWhole = (offset * 8 + 5) / 6;
    return encoded.substring(firstWhole, shifted.length * 8 / 6);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

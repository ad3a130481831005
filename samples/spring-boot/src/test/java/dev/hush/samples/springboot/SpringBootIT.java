package dev.hush.samples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The application, asked over HTTP; stopped; and all that it wrote searched for every value. */
class SpringBootIT {

  private static final String PASSWORD = "Made-up/passw0rd+for&orders?";

  private static final Map<String, String> SECRETS =
      Map.of(
          "SPRING_DATASOURCE_PASSWORD", PASSWORD,
          "ORDERS_LICENCE", "made-up-licence-0815",
          "ORDERS_PIN", "2004711081",
          "WEBHOOK_KEY", "made up: \"open sesame\" & 100% fake");

  @TempDir private static Path folder;
  private static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  @BeforeAll
  static void runOnce() throws Exception {
    Files.copy(Path.of(".env"), folder.resolve(".env"));
    // With its password: the application gets in with the right one only.
    Files.createDirectories(folder.resolve("target"));
    database(folder, PASSWORD).close();
    // Everything that Spring has to say, of properties found and beans made, among them.
    try (Application application =
        Application.start(folder, "--debug", "--logging.level.org=TRACE").awaitStart()) {
      for (String path : List.of("/orders", "/seen")) {
        ANSWERS.put(path, application.get(path));
      }
      ANSWERS.put("/webhook", application.post("/webhook"));
      ANSWERS.put("/seen after a function", application.get("/seen"));
      String links = application.get("/actuator");
      Pattern.compile("\"href\":\"http://[^/]*(/[^\"{]*)\"")
          .matcher(links)
          .results()
          .map(link -> link.group(1))
          .distinct()
          .forEach(path -> ANSWERS.computeIfAbsent(path, unanswered -> get(application, path)));
      for (String path :
          List.of("/actuator/env/orders.pin", "/actuator/configprops/spring.datasource")) {
        ANSWERS.put(path, application.get(path));
      }
    }
  }

  private static String get(Application application, String path) {
    try {
      return application.get(path);
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static Connection database(Path folder, String password) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:h2:" + folder.resolve("target/orders"), "orders_app", password);
  }

  private static String answer(String path) {
    return ANSWERS.getOrDefault(path, "not asked");
  }

  /** Its index lies at the top of the archive, its classes in BOOT-INF. */
  @Test
  void whatItsFunctionsNeedIsKnownBeforeItStarts(@TempDir Path empty) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path out = empty.resolve("out");
    Process check =
        new ProcessBuilder(
                java,
                "-jar",
                Path.of("..", "..", "agent", "target", "hush-agent.jar")
                    .toAbsolutePath()
                    .toString(),
                "check",
                "-cp",
                Path.of("target", "spring-boot.jar").toAbsolutePath().toString())
            .directory(empty.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    assertThat(check.waitFor()).isEqualTo(1);
    assertThat(out)
        .content()
        .contains("OrdersApplication#main", "OrdersController#callWebhook", "no file .env");
  }

  @Test
  void theDatabaseLetsItInWithThePasswordOfMain() {
    assertThat(answer("/orders")).contains("\"ID\":1011").contains("1280.00");
  }

  @Test
  void aThreadOfTheServerSeesWhatMainDeclaresAndNoMore() {
    String seen =
        """
        ["SPRING_DATASOURCE_PASSWORD","ORDERS_LICENCE","ORDERS_PIN"]""";

    assertThat(answer("/seen")).contains("\"variables\":" + seen);
    assertThat(answer("/seen after a function")).contains("\"variables\":" + seen);
  }

  @Test
  void springStillLooksThemUpWhenMainHasReturned() {
    assertThat(answer("/seen"))
        .contains(
            """
            "properties":["spring.datasource.password","orders.licence","orders.pin"]""");
  }

  @Test
  void aFunctionInAControllerSeesItsOwnAndNotThoseOfMain() {
    assertThat(answer("/webhook"))
        .isEqualTo(
            """
            {"variables":["WEBHOOK_KEY"]}""");
  }

  @Test
  void theActuatorShowsWhereValuesAreAndNotWhichTheyAre() {
    assertThat(answer("/actuator/env"))
        .containsPattern("\"ORDERS_LICENCE\":\\{[^}]*\"value\":\"\\*\\*\\*\"")
        .containsPattern("\"ORDERS_PIN\":\\{[^}]*\"value\":\"\\*\\*\\*\"")
        .contains("Licence ***");
    assertThat(answer("/actuator/env/orders.pin")).contains("\"value\":\"***\"");
    assertThat(answer("/actuator/configprops"))
        .contains("\"licence\":\"***\"", "\"pin\":\"***\"", "\"licenceHeader\":\"Licence ***\"");
    assertThat(answer("/actuator/configprops/spring.datasource"))
        .contains("\"password\":\"***\"")
        .contains("\"username\":\"orders_app\"");
  }

  @Test
  void noAnswerHoldsAValue() {
    assertThat(ANSWERS)
        .containsKeys("/actuator/beans", "/actuator/logfile", "/actuator/threaddump")
        .hasSizeGreaterThan(12);
    ANSWERS.forEach((path, answer) -> assertThat(keysFoundIn(answer)).as(path).isEmpty());
  }

  @Test
  void loggingThatSpringHasSetUpAnewIsMasked() throws IOException {
    for (String log : List.of("standard-output", "target/orders.log")) {
      assertThat(Files.readString(folder.resolve(log)))
          .contains(
              "reading orders: OrdersProperties[licence=***, licenceHeader=Licence ***, pin=***]",
              "calling the webhook with key ***",
              "CONDITIONS EVALUATION REPORT",
              " TRACE ");
    }
  }

  @Test
  void noValueIsInAnyByteThatItWrote() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> written =
          files.filter(Files::isRegularFile).filter(file -> !file.endsWith(".env")).toList();
      assertThat(written).hasSizeGreaterThanOrEqualTo(4);
      for (Path file : written) {
        assertThat(keysFoundIn(Files.readString(file, StandardCharsets.ISO_8859_1)))
            .as(file.toString())
            .isEmpty();
      }
    }
  }

  @Test
  void nobodyButTheApplicationSpeaks() throws IOException {
    assertThat(folder.resolve("standard-error")).isEmptyFile();
    assertThat(Files.readAllLines(folder.resolve("standard-output")))
        .noneMatch(line -> line.startsWith("WARNING") || line.contains("VM warning"))
        .noneMatch(line -> line.startsWith("hush:"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:./target/orders, Wrong user name or password",
    "'jdbc:nowhere:${spring.datasource.password}', 'jdbc:nowhere:***'"
  })
  void whenItCannotConnectThePasswordIsNotTold(String url, String told, @TempDir Path other)
      throws Exception {
    Files.copy(Path.of(".env"), other.resolve(".env"));
    Files.createDirectories(other.resolve("target"));
    database(other, "another password").close();

    try (Application application =
        Application.start(other, "--debug", "--spring.datasource.url=" + url)) {
      assertThat(application.awaitEnd()).isEqualTo(1);
    }

    String everything =
        Files.readString(other.resolve("standard-output"))
            + Files.readString(other.resolve("standard-error"))
            + Files.readString(other.resolve("target/orders.log"));
    assertThat(everything).contains(told);
    assertThat(keysFoundIn(everything)).isEmpty();
  }

  @Test
  void theSearchForValuesFindsThemWhereTheyAre() {
    String login = "orders_app/" + PASSWORD;
    String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));

    assertThat(keysFoundIn(encoded + " pin=2004711081"))
        .containsExactlyInAnyOrder("SPRING_DATASOURCE_PASSWORD", "ORDERS_PIN");
  }

  private static List<String> keysFoundIn(String text) {
    return SECRETS.entrySet().stream()
        .filter(secret -> forms(secret.getValue()).stream().anyMatch(text::contains))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The value as it is, in JSON, in URLs, in hexadecimal digits, and inside of Base64. */
  private static List<String> forms(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    List<String> forms = new ArrayList<>();
    forms.add(value);
    forms.add(value.replace("\"", "\\\""));
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
}

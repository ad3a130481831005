package dev.hush.samples.tour;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.hush.Secret;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.Setting;
import dev.hush.provider.StandardProviders;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/**
 * README.md as a reader would follow it: its blocks in their order, in one folder that has {@code
 * hush-agent.jar}, the folder {@code samples} and, in {@code lib}, the library with Logback.
 *
 * <p>A {@code sh} block is run; the {@code text} block behind it is what it prints, where … stands
 * for anything. A {@code java} block is compiled, and run by a later {@code sh} block if it has a
 * main method. {@code properties} and {@code xml} are parsed, and saved under the name that they
 * have. There is no other kind of block, and none that is passed over.
 */
class ReadmeIT {

  /** Runs this test: the one block that cannot be run by it. */
  private static final String THIS_BUILD = "mvn verify\n";

  private static final Pattern FENCE = Pattern.compile("^```(.*)$", Pattern.MULTILINE);
  private static final Pattern PUBLIC_CLASS = Pattern.compile("public class (\\w+)");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`]*)` \\| `([^`]*)` \\|$", Pattern.MULTILINE);

  private record Block(String language, String text, int line, String output) {}

  @TempDir private static Path folder;
  @TempDir private static Path classes;
  private static String readme = "";

  @BeforeAll
  static void whatTheReaderHas() throws Exception {
    readme = Files.readString(Program.REPOSITORY.resolve("README.md"));
    Files.copy(Program.AGENT, folder.resolve("hush-agent.jar"));
    Files.createSymbolicLink(folder.resolve("samples"), Program.REPOSITORY.resolve("samples"));
    Files.createDirectory(folder.resolve("lib"));
    for (Path jar : libraries()) {
      Files.copy(jar, folder.resolve("lib").resolve(jar.getFileName()));
    }
  }

  @AfterAll
  static void leaveTheSamplesAlone() throws IOException {
    Files.delete(folder.resolve("samples"));
  }

  @TestFactory
  Stream<DynamicTest> everyBlockIsTrue() {
    List<Block> blocks = blocks();
    assertThat(blocks).filteredOn(block -> block.text().equals(THIS_BUILD)).hasSize(1);
    return blocks.stream()
        .map(
            block ->
                dynamicTest(
                    "line " + block.line() + ": " + block.language(), () -> check(block, blocks)));
  }

  @Test
  void theTableOfSettingsIsTheOneOfTheProgram() {
    String rows =
        Arrays.stream(Setting.values())
            .map(
                setting ->
                    String.format(
                        "| `%s` | %s | %s |\n",
                        setting.key(),
                        setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`",
                        setting.description()))
            .collect(Collectors.joining());

    assertThat(readme).contains("| key | default | is |\n|---|---|---|\n" + rows + "\n");
  }

  @Test
  void theTableOfAddressesHasEveryScheme() {
    assertThat(StandardProviders.all(System::getenv, folder, Duration.ofSeconds(1)))
        .flatExtracting(provider -> provider.schemes())
        .allSatisfy(scheme -> assertThat(readme).contains("\n| `" + scheme + ":"));
  }

  @Test
  void theTableOfDotenvLinesIsRight(@TempDir Path empty) throws Exception {
    List<MatchResult> rows = ROW.matcher(section("### `.env` files")).results().toList();

    assertThat(rows).isNotEmpty();
    for (MatchResult row : rows) {
      Files.writeString(empty.resolve(".env"), row.group(1) + "\n");
      assertThat(Secret.fromDotenv(empty).values())
          .as(row.group(1))
          .isEqualTo(Map.of("X", row.group(2).replace('⏎', '\n')));
    }
  }

  private static void check(Block block, List<Block> blocks) throws Exception {
    switch (block.language()) {
      case "sh" -> run(block);
      case "java" -> compile(block, blocks);
      case "properties" -> readProperties(block);
      case "xml" -> readXml(block);
      default -> throw new AssertionError("nothing checks a block of '" + block.language() + "'");
    }
  }

  private static void run(Block block) throws Exception {
    if (block.text().equals(THIS_BUILD)) {
      return;
    }
    Program.Ended ended =
        new Program(folder, Map.of("HUSH_HOME", folder.resolve(".hush").toString()))
            .run(List.of("bash", "-e", "-c", block.text()));

    assertThat(ended.output()).matches(pattern(block.output()));
    assertThat(ended.status()).isZero();
  }

  /** … and line ends around it stand for any text, everything else for itself. */
  private static Pattern pattern(String output) {
    return Pattern.compile(
        Arrays.stream(output.split("\n?…\n?", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  private static void compile(Block block, List<Block> blocks) throws Exception {
    Matcher named = PUBLIC_CLASS.matcher(block.text());
    String name = named.find() ? named.group(1) : "Block";
    StringWriter problems = new StringWriter();
    JavaCompiler compiler = requireNonNull(ToolProvider.getSystemJavaCompiler());
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("block:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignored) {
            return block.text();
          }
        };
    String classPath =
        libraries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    List<String> options =
        List.of("-Xlint:all,-options", "-Werror", "-d", classes.toString(), "-cp", classPath);

    assertThat(compiler.getTask(problems, null, null, options, null, List.of(source)).call())
        .as(problems::toString)
        .isTrue();
    if (block.text().contains("void main(")) {
      Files.writeString(folder.resolve(name + ".java"), block.text());
      assertThat(blocks)
          .as("a block that runs " + name)
          .anyMatch(
              other ->
                  other.line() > block.line()
                      && other.language().equals("sh")
                      && Pattern.compile("^java .* " + name + "$", Pattern.MULTILINE)
                          .matcher(other.text())
                          .find());
    }
  }

  private static void readProperties(Block block) throws Exception {
    String name = block.text().lines().findFirst().orElseThrow().replaceFirst("^# ", "");
    Properties properties = new Properties();
    properties.load(new StringReader(block.text()));
    Path file = Files.writeString(folder.resolve(name), block.text());

    assertThat(properties).isNotEmpty();
    switch (name) {
      case ".env" ->
          assertThat(Secret.fromDotenv(folder).values())
              .containsOnlyKeys(properties.stringPropertyNames());
      case "hush.properties" -> {
        Configuration configuration =
            Configuration.read(null, new Properties(), Map.of(), file.toFile());
        assertThat(Setting.values())
            .filteredOn(setting -> properties.containsKey(setting.key()))
            .hasSize(properties.size())
            .allSatisfy(
                setting ->
                    assertThat(configuration.text(setting))
                        .isEqualTo(properties.getProperty(setting.key())));
      }
      default -> throw new AssertionError("nothing reads a file " + name);
    }
  }

  private static void readXml(Block block) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(block.text())));
    switch (document.getDocumentElement().getTagName()) {
      case "configuration" -> Files.writeString(folder.resolve("logback.xml"), block.text());
      case "plugin" ->
          assertThat(libraries())
              .extracting(jar -> "dev.hush " + jar.getFileName())
              .contains(
                  text(document, "path")
                      .strip()
                      .replaceFirst("\\s+", " ")
                      .replaceFirst("(?<=hush-annotations)\\s+", "-")
                      .concat(".jar"));
      case "dependency" ->
          assertThat(libraries())
              .extracting(jar -> jar.getFileName().toString())
              .contains(text(document, "artifactId") + "-" + text(document, "version") + ".jar");
      default -> throw new AssertionError("nothing reads this XML");
    }
  }

  private static String text(Document document, String element) {
    return document.getElementsByTagName(element).item(0).getTextContent();
  }

  private static String section(String heading) {
    String rest = readme.substring(readme.indexOf("\n" + heading + "\n") + 1);
    int end = rest.indexOf("\n#", 1);
    return end < 0 ? rest : rest.substring(0, end);
  }

  private static List<Block> blocks() {
    List<MatchResult> fences = FENCE.matcher(readme).results().toList();
    assertThat(fences.size()).isEven();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < fences.size(); i += 2) {
      String language = fences.get(i).group(1);
      String text = readme.substring(fences.get(i).end() + 1, fences.get(i + 1).start());
      int line = (int) readme.substring(0, fences.get(i).start()).lines().count() + 1;
      if (language.equals("text")) {
        Block command = blocks.remove(blocks.size() - 1);
        assertThat(command.language()).as("what prints line " + line).isEqualTo("sh");
        assertThat(command.output()).as("what prints line " + line).isEmpty();
        blocks.add(new Block("sh", command.text(), command.line(), text));
      } else {
        blocks.add(new Block(language, text, line, ""));
      }
    }
    return blocks;
  }

  /** What this module depends on, Logback among it. */
  private static List<Path> libraries() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(Program.LIBRARIES)
        .map(Path::of)
        .toList();
  }
}

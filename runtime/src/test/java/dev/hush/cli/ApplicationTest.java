package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.configuration.Configuration;
import dev.hush.function.FunctionDeclaration;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationTest {

  @ParameterizedTest
  @CsvSource({
    "report, report",
    "githubApi, github-api",
    "URLParser, url-parser",
    "parseURL, parse-url",
    "HTML2PDFConverter, html2-pdf-converter",
    "aB, a-b",
    "X, x",
    "snake_case, snake-case",
    "UPPER_CASE, upper-case",
    "_underscored, underscored",
    "--hyphens, hyphens",
    "_, -",
    "größenÄndern, größenändern",
    "a name, a name"
  })
  void namesAreCommands(String name, String command) {
    assertThat(Application.commandName(name)).isEqualTo(command);
  }

  @Test
  void aClassFileThatIsBrokenIsNoReasonToFail(@TempDir Path folder) throws IOException {
    byte[] classFile;
    try (InputStream stream =
        ApplicationTest.class.getResourceAsStream("ApplicationTest$Declared.class")) {
      classFile = stream.readAllBytes();
    }
    Path file = folder.resolve("dev/hush/cli/ApplicationTest$Declared.class");
    Files.createDirectories(file.getParent());
    Configuration configuration =
        Configuration.read(null, new Properties(), Map.of(), folder.resolve("none").toFile());
    int readable = 0;
    for (int i = 1; i < 40; i++) {
      byte[] broken = classFile.clone();
      broken[broken.length - i] = -1;
      Files.write(file, broken);
      Application application = new Application(folder.toString(), configuration);
      for (FunctionDeclaration function : application.functions()) {
        readable += application.parameters(function) == null ? 0 : 1;
      }
    }
    assertThat(readable).isPositive();
  }

  @Test
  void noClassPathIsTheWorkingDirectory() {
    Configuration configuration =
        Configuration.read(null, new Properties(), Map.of(), new File("none"));

    assertThat(new Application("", configuration).warnings())
        .isEqualTo(new Application(".", configuration).warnings());
  }

  static final class Declared {
    @dev.hush.annotations.Function
    static void declared(String text) {}
  }
}

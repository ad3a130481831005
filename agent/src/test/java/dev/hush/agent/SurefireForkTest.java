package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurefireForkTest {

  @TempDir Path parent;

  private String command(String begin, String connection) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("a folder"));
    Files.writeString(
        folder.resolve("surefire-20261201_1tmp"), "forkNodeConnectionString=" + connection);
    return begin.formatted(folder)
        + " "
        + folder
        + " 2026-12-01T09-05-10_752-jvmRun1 surefire-20261201_1tmp surefire_0-20261201_2tmp";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%s/surefirebooter-1_3.jar", "org.apache.maven.surefire.booter.ForkedBooter"})
  void mavenThatWaitsIsFound(String begin) throws IOException {
    String command = command(begin, "tcp\\://127.0.0.1\\:1234?sessionId\\=x");

    assertThat(SurefireFork.maven(command))
        .isEqualTo(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 1234));
  }

  @Test
  void nobodyElseIsConnectedTo() throws IOException {
    assertThat(SurefireFork.maven("app.jar surefire")).isNull();
    assertThat(SurefireFork.maven(command("%s/surefirebooter.jar", "pipe\\://1"))).isNull();
    assertThat(SurefireFork.maven(command("%s/surefirebooter.jar", "tcp\\://192.0.2.1\\:80")))
        .isNull();
  }
}

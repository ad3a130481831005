package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.Secret;
import dev.hush.address.Schemes;
import dev.hush.address.SecretAddress;
import dev.hush.configuration.Configuration;
import dev.hush.store.AgeStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code ?ttl=} and {@code ?cacheKey=} mean, whatever reads the address. */
class SameOnEverySchemeTest {

  @TempDir private Path folder;

  private HushRuntime runtime() {
    Properties properties = new Properties();
    properties.setProperty("hush.home", folder.resolve("store").toString());
    return new HushRuntime(
        Configuration.read(null, properties, Map.of(), new File("none")), System.getenv());
  }

  static Stream<String> schemes() {
    return Schemes.KNOWN.stream();
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void theyAreNoPartOfThePlace(String scheme) {
    String place = scheme + ":a/b";
    SecretAddress plain = SecretAddress.parse(place);
    for (String query :
        List.of("?cacheKey=k", "?ttl=5m", "?ttl=5m&cacheKey=a/b", "?cacheKey=&ttl=300")) {
      SecretAddress address = SecretAddress.parse(place + query);

      assertThat(address).as(query).isEqualTo(plain).hasToString(plain.toString());
      assertThat(address.location()).isEqualTo("a/b");
      assertThat(address.query()).isEmpty();
      assertThat(address.timeToLive().map(Duration::toMinutes).orElse(0L))
          .isEqualTo(query.contains("ttl") ? 5 : 0);
    }
    assertThat(plain.timeToLive()).isEmpty();
  }

  /** Other question marks of a path and a command are theirs. */
  @Test
  void aCommandAndAPathKeepEverythingElse() {
    for (String location :
        List.of(
            "what?.txt",
            "a?b=c",
            "a?ttl",
            "curl 'https://h/?ttl=5'",
            "curl \"h?a=1&ttl=5\"",
            "curl h?a=1&ttl=5",
            "x?ttl=5 y",
            "echo $(curl h?ttl=5)")) {
      for (String scheme : List.of("cmd:", "file:")) {
        assertThat(SecretAddress.parse(scheme + location).location()).isEqualTo(location);
        assertThat(SecretAddress.parse(scheme + location + "?cacheKey=").location())
            .isEqualTo(location);
        assertThat(SecretAddress.parse(scheme + location + "?ttl=1h").location())
            .isEqualTo(location);
      }
    }
    assertThat(SecretAddress.parse("cmd:curl h?ttl=5?cacheKey=").location())
        .isEqualTo("curl h?ttl=5");
  }

  /** Addresses on this machine at which a text can be changed. */
  private Map<String, String> addresses() {
    return Map.of(
        "file:" + folder.resolve("text"),
        "file",
        "cmd:cat '" + folder.resolve("text") + "'",
        "cmd",
        "dotenv:" + folder + "/.env?key=A",
        "dotenv",
        "secret:db",
        "secret",
        "secret:db/A",
        "key of a secret",
        "k8s:" + folder.resolve("mounted") + "?key=A",
        "mounted folder");
  }

  private void put(String text) throws IOException {
    Files.writeString(folder.resolve("text"), text);
    Files.writeString(folder.resolve(".env"), "A=" + text);
    Files.createDirectories(folder.resolve("mounted"));
    Files.writeString(folder.resolve("mounted/A"), text);
    AgeStore.in(folder.resolve("store"), "local").replace("db", Map.of("A", text));
  }

  private static String read(HushRuntime runtime, String address, String query) {
    Secret secret =
        Secret.fromAddress(
            address.contains("?") ? address + query.replace('?', '&') : address + query);
    return runtime.plaintext(secret);
  }

  @Test
  void aTimeToLiveIsHowLongAValueIsUsed() throws Exception {
    put("first-value");
    HushRuntime runtime = runtime();
    for (String query : List.of("?ttl=1h", "?ttl=30ms", "?cacheKey=k")) {
      addresses()
          .forEach(
              (address, name) ->
                  assertThat(read(runtime, address, query)).as(name).isEqualTo("first-value"));
    }
    // Equal addresses share the shortest time.
    HushRuntime other = runtime();
    addresses().forEach((address, name) -> read(other, address, "?ttl=1h"));

    put("second-value");
    Thread.sleep(100);

    addresses()
        .forEach(
            (address, name) -> {
              assertThat(read(other, address, "?ttl=1h")).as(name).isEqualTo("first-value");
              assertThat(read(runtime, address, "?ttl=30ms")).as(name).isEqualTo("second-value");
              assertThat(read(runtime(), address, "")).as(name).isEqualTo("second-value");
            });
  }
}

package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.Secret;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.configuration.Configuration;
import dev.hush.provider.vault.VaultServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose named secrets are in a manager. */
class SharedStoreTest {

  @TempDir private Path folder;
  private final VaultServer vault = new VaultServer();

  @AfterEach
  void stop() {
    vault.close();
  }

  private HushRuntime runtime(String token) {
    Map<String, String> variables = new HashMap<>();
    variables.put("VAULT_ADDR", vault.url());
    variables.put("VAULT_TOKEN", token);
    return new HushRuntime(
        Configuration.read(
            "store=vault:secret/hush", new Properties(), Map.of(), folder.resolve("none").toFile()),
        variables);
  }

  private long reads() {
    return vault.asked().stream().filter("GET /v1/secret/data/hush/local/db"::equals).count();
  }

  @Test
  void aNameIsReadOnceWhateverItIsCalled() {
    runtime(VaultServer.ROOT).store().create("db", Map.of("USER", "app-user", "KEY", "db-key-1"));
    HushRuntime other = runtime(VaultServer.ROOT);
    long before = reads();

    assertThat(other.values(Secret.fromName("db"))).containsEntry("USER", "app-user");
    assertThat(other.values(Secret.fromAddress("secret:db"))).hasSize(2);
    assertThat(other.plaintext(Secret.fromAddress("secret:db/KEY"))).isEqualTo("db-key-1");
    assertThat(other.values(Secret.fromName("db").environment("local"))).hasSize(2);
    assertThat(reads() - before).isEqualTo(1);
    assertThat(other.masker().mask("with db-key-1")).isEqualTo("with ***");
  }

  @Test
  void whatTheProgramChangesItselfItSeesAtOnce() {
    HushRuntime runtime = runtime(VaultServer.ROOT);
    assertThatThrownBy(() -> runtime.values(Secret.fromName("db")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no secret 'db'");

    runtime.store().create("db", Map.of("KEY", "first-value"));
    assertThat(runtime.values(Secret.fromName("db"))).containsEntry("KEY", "first-value");
    runtime.store().update("db", Map.of("KEY", "second-value"));
    assertThat(runtime.values(Secret.fromName("db"))).containsEntry("KEY", "second-value");
    runtime.store().delete("db");
    assertThat(runtime.values(Secret.fromName("db").optional())).isEmpty();
  }

  @Test
  void anOptionalSecretThatCannotBeReadIsAnError() {
    assertThatThrownBy(() -> runtime("wr0ng").values(Secret.fromName("db").optional()))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageNotContaining("wr0ng");
  }
}

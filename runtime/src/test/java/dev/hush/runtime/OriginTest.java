package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.address.SecretAddress;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.SecretProvider;
import dev.hush.store.KeptTokenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes an address another secret in the offline copy, and what does not. */
@NullUnmarked // The environment may answer null.
class OriginTest {

  @TempDir private Path home;

  private PersonalLogin person() {
    return new PersonalLogin(
        secret -> {},
        line -> {},
        KeptTokenFiles.in(home, Clock.systemUTC(), line -> {}),
        Duration.ofMinutes(2));
  }

  private String origin(String address, String settings) {
    Map<String, String> environment = new HashMap<>();
    Arrays.stream(settings == null || settings.isEmpty() ? new String[0] : settings.split(" "))
        .map(setting -> setting.split("=", 2))
        .forEach(setting -> environment.put(setting[0], setting[1]));
    SecretAddress parsed = SecretAddress.parse(address);
    for (SecretProvider provider :
        ManagerProvider.all(
            environment::get, home.toString(), Duration.ofSeconds(1), this::person, line -> {})) {
      if (provider.schemes().contains(parsed.scheme())) {
        return provider.origin(parsed);
      }
    }
    throw new AssertionError(address);
  }

  @ParameterizedTest
  @CsvSource({
    "vault:db, VAULT_ADDR=https://a VAULT_TOKEN=t, VAULT_ADDR=https://b VAULT_TOKEN=t",
    "vault:db, VAULT_ADDR=https://a VAULT_TOKEN=t, VAULT_ADDR=https://a VAULT_TOKEN=u",
    "vault:db, VAULT_TOKEN=t VAULT_NAMESPACE=a, VAULT_TOKEN=t VAULT_NAMESPACE=b",
    "vault:db, VAULT_TOKEN=t VAULT_PATH_PREFIX=a, VAULT_TOKEN=t VAULT_PATH_PREFIX=b",
    "vault:db, VAULT_TOKEN=t, VAULT_TOKEN=t VAULT_AGENT_ADDR=https://agent",
    "vault:db, VAULT_APPROLE_ROLE_ID=a, VAULT_APPROLE_ROLE_ID=b",
    "vault:db, VAULT_KUBERNETES_ROLE=a, VAULT_KUBERNETES_ROLE=b",
    "vault:db, VAULT_OIDC_ROLE=a, VAULT_OIDC_ROLE=b",
    "vault:db, VAULT_OIDC_ROLE=a, VAULT_OIDC_ROLE=a VAULT_OIDC_MOUNT_PATH=b",
    "vault:db, VAULT_OIDC_ROLE=a, VAULT_OIDC_ROLE=a VAULT_TOKEN=t",
    "aws+sm:db, AWS_ACCESS_KEY_ID=AKIA1 AWS_REGION=eu-west-1, AWS_ACCESS_KEY_ID=AKIA2 AWS_REGION=eu-west-1",
    "aws+sm:db, AWS_ACCESS_KEY_ID=AKIA1 AWS_REGION=eu-west-1, AWS_ACCESS_KEY_ID=AKIA1 AWS_REGION=eu-west-2",
    "aws+ps:db, AWS_PROFILE=a, AWS_PROFILE=b",
    "aws+ps:db, AWS_REGION=eu-west-1, AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=https://e",
    "aws+sm:db, AWS_ROLE_ARN=a AWS_WEB_IDENTITY_TOKEN_FILE=f, AWS_ROLE_ARN=b AWS_WEB_IDENTITY_TOKEN_FILE=f",
    "gcp:db, GOOGLE_CLOUD_PROJECT=a, GOOGLE_CLOUD_PROJECT=b",
    "gcp:db, CLOUDSDK_CONFIG=HOME/a, CLOUDSDK_CONFIG=HOME/b",
    "azure:db, AZURE_KEYVAULT_URL=https://a, AZURE_KEYVAULT_URL=https://b",
    "azure:v12/db, AZURE_TENANT_ID=a, AZURE_TENANT_ID=b",
    "azure:v12/db, AZURE_CLIENT_ID=a, AZURE_CLIENT_ID=b",
    "azure:v12/db, , AZURE_AUTHORITY_HOST=https://login.microsoftonline.us",
    "op://v/i/f, OP_CONNECT_HOST=https://a OP_CONNECT_TOKEN=t, OP_CONNECT_HOST=https://b OP_CONNECT_TOKEN=t",
    "op://v/i/f, OP_CONNECT_HOST=https://a OP_CONNECT_TOKEN=t, OP_CONNECT_HOST=https://a OP_CONNECT_TOKEN=u",
    "op://v/i/f, OP_SERVICE_ACCOUNT_TOKEN=a, OP_SERVICE_ACCOUNT_TOKEN=b",
    "op://v/i/f, OP_ACCOUNT=a, OP_ACCOUNT=b",
    "k8s:team/db/KEY, KUBECONFIG=HOME/a.yaml, KUBECONFIG=HOME/b.yaml"
  })
  void anotherServerOrSomebodyElseIsAnotherOrigin(String address, String some, String others)
      throws IOException {
    for (String name : new String[] {"a", "b"}) {
      Files.createDirectories(home.resolve(name));
      Files.writeString(
          home.resolve(name).resolve("application_default_credentials.json"),
          "{\"type\":\"authorized_user\",\"refresh_token\":\"" + name + "\"}");
      Files.writeString(
          home.resolve(name + ".yaml"),
          """
          current-context: here
          contexts:
          - name: here
            context:
              cluster: here
              user: me
          clusters:
          - name: here
            cluster:
              server: https://%s.example.com
          users:
          - name: me
            user:
              token: t0ken
          """
              .formatted(name));
    }

    assertThat(origin(address, in(some))).isEqualTo(origin(address, in(some)));
    assertThat(origin(address, in(some))).isNotEqualTo(origin(address, in(others)));
  }

  private String in(String settings) {
    return settings == null ? null : settings.replace("HOME", home.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "vault:db, VAULT_APPROLE_ROLE_ID=a VAULT_APPROLE_SECRET_ID=s, VAULT_APPROLE_ROLE_ID=a VAULT_APPROLE_SECRET_ID=u",
    "vault:db, VAULT_TOKEN=t VAULT_CACERT=a, VAULT_TOKEN=t VAULT_CACERT=b",
    "aws+sm:db, AWS_ACCESS_KEY_ID=AKIA1 AWS_SECRET_ACCESS_KEY=s, AWS_ACCESS_KEY_ID=AKIA1 AWS_SECRET_ACCESS_KEY=u",
    "azure:v12/db, AZURE_CLIENT_ID=a AZURE_CLIENT_SECRET=s, AZURE_CLIENT_ID=a AZURE_CLIENT_SECRET=u"
  })
  void anotherProofOfTheSameIdentityIsNot(String address, String some, String others) {
    assertThat(origin(address, some)).isEqualTo(origin(address, others));
  }

  @ParameterizedTest
  @CsvSource({
    "vault:db.user, vault:db.password, true",
    "vault:db.user, vault:other.user, false",
    "aws+sm:db?field=user, aws+sm:db?field=password, true",
    "aws+sm:db, aws+sm:db?stage=AWSPREVIOUS, false",
    "gcp:db?field=a, gcp:db?field=b, true",
    "azure:v12/db, azure:v13/db, false",
    "op://v/i/user, op://v/i/password, true",
    "op://v/i/user, op://v/j/user, false"
  })
  void fieldsOfOneSecretAreOfOneOrigin(String one, String other, boolean isSame) {
    assertThat(origin(one, "VAULT_TOKEN=t").equals(origin(other, "VAULT_TOKEN=t")))
        .isEqualTo(isSame);
  }

  @Test
  void whatIsOnThisMachineHasNone() {
    assertThat(origin("k8s:/etc/secrets/db", "")).isNull();
    assertThat(origin("sops:secrets.env", "")).isNull();
  }
}

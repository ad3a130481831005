package dev.hush.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.hush.InvalidSecretException;
import dev.hush.SecretUnavailableException;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file that says who asks and is not there, as a token that is not mounted yet, does not mean
 * that the secret is not there: an optional one would be left out, and the offline copy forgotten.
 */
@NullUnmarked // The environment may answer null.
class MissingIdentityTest {

  @TempDir private Path home;

  @ParameterizedTest
  @CsvSource({
    "vault:secret/db.key, VAULT_ADDR=https://127.0.0.1:1 VAULT_TOKEN=t VAULT_CACERT=HOME/none",
    "vault:secret/db.key, VAULT_ADDR=https://127.0.0.1:1 VAULT_TOKEN=t VAULT_CLIENT_CERT=HOME/none VAULT_CLIENT_KEY=HOME/none",
    "vault:secret/db.key, VAULT_ADDR=http://127.0.0.1:1 VAULT_KUBERNETES_ROLE=r VAULT_KUBERNETES_TOKEN_PATH=HOME/none",
    "aws+sm:db, AWS_REGION=eu-west-1 AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r AWS_WEB_IDENTITY_TOKEN_FILE=HOME/none",
    "aws+ps:db, AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_CA_BUNDLE=HOME/none",
    "aws+sm:db, AWS_REGION=eu-west-1 AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=HOME/none",
    "gcp:db, GOOGLE_CLOUD_PROJECT=p GOOGLE_APPLICATION_CREDENTIALS=HOME/none",
    "gcp:db, GOOGLE_CLOUD_PROJECT=p CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE=HOME/none",
    "azure:vault1/db, AZURE_TENANT_ID=t AZURE_CLIENT_ID=c AZURE_FEDERATED_TOKEN_FILE=HOME/none",
    "azure:vault1/db, AZURE_TENANT_ID=t AZURE_CLIENT_ID=c AZURE_CLIENT_CERTIFICATE_PATH=HOME/none",
    "k8s:team/db/key, KUBECONFIG=HOME/none",
    "sops:values.json, SOPS_AGE_KEY_FILE=HOME/none"
  })
  void isNoMissingSecret(String text, String settings) throws IOException {
    Files.writeString(home.resolve("values.json"), FILE_OF_SOPS);
    Map<String, String> environment = new HashMap<>();
    Arrays.stream(settings.split(" "))
        .map(setting -> setting.replace("HOME", home.toString()).split("=", 2))
        .forEach(setting -> environment.put(setting[0], setting[1]));
    SecretAddress address = SecretAddress.parse(text.replace("sops:", "sops:" + home + "/"));
    SecretProvider provider =
        ManagerProvider.all(
                environment::get, home.toString(), Duration.ofSeconds(5), this::person, line -> {})
            .stream()
            .filter(its -> its.schemes().contains(address.scheme()))
            .findFirst()
            .orElseThrow();

    assertThat(catchThrowable(() -> provider.read(address)))
        .isInstanceOfAny(SecretUnavailableException.class, InvalidSecretException.class);
  }

  private PersonalLogin person() {
    return new PersonalLogin(
        secret -> {},
        line -> {},
        KeptTokenFiles.in(home, Clock.systemUTC(), line -> {}),
        Duration.ofMinutes(2));
  }

  private static final String FILE_OF_SOPS =
      "{\"a\":\"\",\"sops\":{\"age\":[{\"enc\":\"x\"}],\"mac\":\"x\"}}";
}

package dev.hush.provider.vault;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.SharedFolder;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.json.Json;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a KV version 2 mount of Vault or OpenBao: {@code vault kv get secret/hush/prod/db}
 * shows the secret {@code db} of {@code prod} in {@code vault:secret/hush}.
 *
 * <p>A revision is a version of the mount's own, and a change names the one that it was made from
 * (check-and-set).
 */
public final class VaultFolder implements SharedFolder {

  /** Raft, which most servers keep their data in, takes 1 MiB with everything around it. */
  private static final int LARGEST = 700 << 10;

  private static final String NOTHING = "0";

  private final VaultSession session;
  private final List<String> place;
  private @Nullable List<String> mount;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .vault-token} is
   * @param timeLimit for one request
   * @param place the mount and the folders in it, {@code secret/hush}
   * @param person who may be asked to log in; null for nobody
   * @throws InvalidSecretException if it is no place
   */
  public VaultFolder(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Duration timeLimit,
      String place,
      @Nullable PersonalLogin person) {
    this.session =
        new VaultSession(new VaultSettings(environment, home), () -> false, timeLimit, person);
    this.place = Arrays.stream(place.split("/")).filter(name -> !name.isEmpty()).toList();
    if (this.place.size() < 2 || this.place.stream().anyMatch(name -> name.matches("\\.+"))) {
      throw new InvalidSecretException(
          "the setting store names no folder in Vault", "write store=vault:MOUNT/FOLDER");
    }
  }

  @Override
  public int largest() {
    return LARGEST;
  }

  private synchronized List<String> mount() {
    List<String> known = mount;
    if (known == null) {
      known = asked();
      mount = known;
    }
    return known;
  }

  private List<String> asked() {
    HttpAnswer answer =
        session.asked(
            HttpCall.get(HttpCall.path("v1/sys/internal/ui/mounts", place)), null, shown());
    if (answer.status() == 404) {
      return place.subList(0, 1);
    }
    if (!answer.isSuccess()) {
      throw failure(answer, shown());
    }
    Json data = answer.json().get("data");
    if (!"2".equals(data.get("options").get("version").string())) {
      throw new InvalidSecretException(
          "the mount of " + shown() + " keeps no versions, without which changes would be lost",
          "use a mount of KV version 2: vault secrets enable -version=2 kv");
    }
    String path = data.get("path").string();
    long names = path == null ? 1 : path.chars().filter(character -> character == '/').count();
    return place.subList(0, (int) Math.min(Math.max(1, names), place.size()));
  }

  private String shown() {
    return "vault:" + String.join("/", place);
  }

  private static String shown(String environment, String name) {
    return "the secret '" + name + "' of the deployment environment '" + environment + "'";
  }

  private String path(String kind, String environment, String... names) {
    List<String> all = new ArrayList<>(mount());
    all.add(kind);
    all.addAll(place.subList(mount().size(), place.size()));
    all.add(environment);
    all.addAll(List.of(names));
    return HttpCall.path("v1", all);
  }

  private static String checked(String name) {
    if (name.matches("\\.+")) {
      throw new InvalidSecretException(
          "Vault cannot keep a secret that is called '" + name + "'",
          "give it a name with letters");
    }
    return name;
  }

  private SecretException failure(HttpAnswer answer, String what) {
    return VaultWords.failure(answer, what, session.login().remedy());
  }

  @Override
  public State read(String environment, String name) {
    String shown = shown(environment, name);
    HttpAnswer answer =
        session.asked(HttpCall.get(path("data", environment, checked(name))), null, shown);
    if (answer.status() != 404 && !answer.isSuccess()) {
      throw failure(answer, shown);
    }
    boolean isAnswer = answer.isJson() || answer.isSuccess();
    if (!isAnswer && answer.body().length > 0) {
      throw failure(answer, shown); // A proxy that says so of its own.
    }
    Json data = isAnswer ? answer.json().get("data") : null;
    long version = data == null ? 0 : data.get("metadata").get("version").number(0);
    if (!answer.isSuccess()) {
      // What was deleted with Vault's own tools still counts its versions.
      return new State(
          environment, name, null, version == 0 ? NOTHING : version + "", Instant.EPOCH);
    }
    if (data == null || !data.get("data").isObject() || version == 0) {
      throw new SecretUnavailableException(
          session.server().name() + " answered without " + shown, "see that the store is right");
    }
    Instant made = time(data.get("metadata").get("created_time").string());
    return new State(environment, name, data.get("data").plaintexts(), version + "", made);
  }

  private static Instant time(@Nullable String text) {
    try {
      return text == null ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeException another) {
      return Instant.EPOCH;
    }
  }

  @Override
  public boolean replace(State state, Map<String, String> fields) {
    String shown = shown(state.environment(), state.name());
    String body =
        Json.object(
            Map.of("options", Map.of("cas", Long.parseLong(state.revision())), "data", fields));
    HttpAnswer answer =
        session.asked(
            HttpCall.json("POST", path("data", state.environment(), state.name()), body),
            null,
            shown);
    if (answer.status() == 400 && answer.isJson() && isOvertaken(answer.json())) {
      return false;
    }
    if (!answer.isSuccess()) {
      throw failure(answer, shown);
    }
    return true;
  }

  private static boolean isOvertaken(Json answer) {
    return answer.get("errors").elements().stream()
        .anyMatch(error -> error.plaintext().contains("check-and-set"));
  }

  @Override
  public void delete(State state) {
    if (state.revision().equals(NOTHING)) {
      return;
    }
    String path = path("metadata", state.environment(), state.name());
    HttpAnswer answer =
        session.asked(
            new HttpCall("DELETE", path, Map.of(), ""),
            null,
            shown(state.environment(), state.name()));
    if (!answer.isSuccess() && answer.status() != 404) {
      throw failure(answer, shown(state.environment(), state.name()));
    }
  }

  @Override
  public List<State> all(String environment) {
    String what = "the secrets of the deployment environment '" + environment + "'";
    HttpAnswer answer =
        session.asked(HttpCall.get(path("metadata", environment) + "?list=true"), null, what);
    if (answer.status() == 404 && (answer.isJson() || answer.body().length == 0)) {
      return List.of();
    }
    if (!answer.isSuccess()) {
      throw failure(answer, what);
    }
    return answer.json().get("data").get("keys").elements().stream()
        .map(Json::plaintext)
        .filter(name -> !name.endsWith("/"))
        .map(name -> read(environment, Objects.requireNonNull(name)))
        .toList();
  }
}

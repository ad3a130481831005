package dev.hush.provider.aws;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.SharedFolder;
import dev.hush.provider.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of AWS Secrets Manager whose names begin alike: {@code aws secretsmanager
 * get-secret-value --secret-id hush/prod/db} shows the secret {@code db} of {@code prod} in {@code
 * aws+sm:hush/}, a JSON object with its keys.
 *
 * <p>A revision is the version that has the label AWSCURRENT. AWS has no conditional write of a
 * value, but moves a label only away from the version that is named (<a
 * href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html">UpdateSecretVersionStage</a>).
 * So a change is two requests: one puts a version that nobody reads yet, the other makes it the
 * current one, and is refused if that is not any more the one that the change was made from.
 *
 * <p>What is deleted AWS keeps for thirty days, unreadable, in which its own tools can restore it.
 * Making a secret of that name takes the place at once.
 */
public final class SecretsManagerFolder implements SharedFolder {

  /** What AWS takes, in bytes of the text. */
  private static final int LARGEST = 64 << 10;

  /** AWS takes 512 characters, of which environment and name have up to 64 each. */
  private static final int LONGEST_PLACE = 380;

  private static final int RECOVERY_DAYS = 30;
  private static final int MOST_LISTED = 100;
  private static final int MOST_IN_ONE = 20;
  private static final String CURRENT = "AWSCURRENT";

  /**
   * On one version only: each new one takes it from the last one, so that a version that was never
   * made current is without any label soon, and AWS forgets it.
   */
  private static final String NEXT = "hush-next";

  private static final String NOTHING = "";

  private final AwsService service;
  private final String place;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .aws} is
   * @param timeLimit for one request
   * @param place what the names begin with; a slash is added where it does not end in one
   * @throws InvalidSecretException if no name can begin with it
   */
  public SecretsManagerFolder(
      UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit, String place) {
    this.place = place.endsWith("/") ? place : place + "/";
    if (!this.place.matches("/?([A-Za-z0-9_+=.@-]+/)+") || this.place.length() > LONGEST_PLACE) {
      throw new InvalidSecretException(
          "the setting store names nothing that a name in AWS Secrets Manager can begin with",
          "write store=aws+sm:PREFIX/, with letters, digits and any of _+=.@-");
    }
    AwsSettings settings = new AwsSettings(environment, System::getProperty, home);
    this.service =
        new AwsService(SecretsManagerProvider.SERVICE, settings, Clock.systemUTC(), timeLimit);
  }

  @Override
  public @Nullable String warning() {
    return service.warning();
  }

  @Override
  public int largest() {
    return LARGEST;
  }

  @Override
  public int size(Map<String, String> fields) {
    return Json.object(fields).getBytes(StandardCharsets.UTF_8).length;
  }

  private String id(String environment, String name) {
    return place + environment + "/" + name;
  }

  private static String shown(String environment, String name) {
    return "the secret '" + name + "' of the deployment environment '" + environment + "'";
  }

  private Json read(String action, Map<String, ?> body) throws AwsService.RefusedException {
    return service.ask(service.region(), action, body);
  }

  private Json change(String action, Map<String, ?> body) throws AwsService.RefusedException {
    return service.change(service.region(), action, body);
  }

  private SecretException failure(AwsService.RefusedException refused, String action, String what) {
    AwsFailure failure = refused.failure;
    if (failure.isForbidden()) {
      return new SecretUnavailableException(
          failure.server().name() + " does not permit " + action + " of " + what,
          "permit secretsmanager:" + action + " in the policies of the identity, and the KMS key");
    }
    if (failure.is("LimitExceededException")) {
      return new SecretUnavailableException(
          failure.server().name()
              + " takes no more for "
              + what
              + ": it keeps all versions of the last 24 hours, and about a hundred in all",
          "change it less often");
    }
    return service.exception(failure, what);
  }

  @Override
  public State read(String environment, String name) {
    String what = shown(environment, name);
    try {
      return state(environment, name, current(environment, name));
    } catch (AwsService.RefusedException refused) {
      if (refused.failure.isAbsent() || refused.failure.isOfDeleted()) {
        return new State(environment, name, null, NOTHING, Instant.EPOCH);
      }
      throw failure(refused, "GetSecretValue", what);
    }
  }

  private Json current(String environment, String name) throws AwsService.RefusedException {
    return read(
        "GetSecretValue", Map.of("SecretId", id(environment, name), "VersionStage", CURRENT));
  }

  private static State state(String environment, String name, Json secret) {
    String version = secret.get("VersionId").string();
    Map<String, String> fields = fields(secret);
    if (fields == null || version == null) {
      throw new SecretUnavailableException(
          shown(environment, name) + " is no JSON object in AWS Secrets Manager",
          "delete or correct it with the tools of AWS");
    }
    return new State(
        environment, name, fields, version, time(secret.get("CreatedDate").plaintext()));
  }

  /** Null if it is no JSON object. */
  private static @Nullable Map<String, String> fields(Json secret) {
    String text = secret.get("SecretString").string();
    if (text == null) {
      return null;
    }
    try {
      Json object = Json.parse(text, "the secret");
      return object.isObject() ? object.plaintexts() : null;
    } catch (SecretUnavailableException notJson) {
      return null;
    }
  }

  /** AWS counts seconds, with fractions. */
  private static Instant time(String seconds) {
    try {
      return Instant.ofEpochMilli((long) (Double.parseDouble(seconds) * 1000));
    } catch (NumberFormatException none) {
      return Instant.EPOCH;
    }
  }

  @Override
  public boolean replace(State state, Map<String, String> fields) {
    String version = UUID.randomUUID().toString();
    String text = Json.object(fields);
    return state.revision().equals(NOTHING)
        ? isCreated(state, version, text)
        : isPut(state, state.revision(), version, text);
  }

  private boolean isCreated(State state, String version, String text) {
    String id = id(state.environment(), state.name());
    String what = shown(state.environment(), state.name());
    try {
      change(
          "CreateSecret", Map.of("Name", id, "ClientRequestToken", version, "SecretString", text));
      return true;
    } catch (AwsService.RefusedException refused) {
      if (!refused.failure.is("ResourceExistsException") && !refused.failure.isOfDeleted()) {
        throw failure(refused, "CreateSecret", what);
      }
    }
    Json there = described(id, what);
    if (there == null) {
      return false;
    }
    String current = currentVersion(there);
    if (!there.get("DeletedDate").isNull()) {
      return isPutInPlaceOfDeleted(state, current, version, text);
    }
    // Without a value it was made by others, as Terraform does.
    return current == null && isPut(state, null, version, text);
  }

  /**
   * AWS lets nobody put a value into what is deleted, so for a moment the old one can be read
   * again. If the new one is not taken, it is deleted as it was.
   */
  private boolean isPutInPlaceOfDeleted(
      State state, @Nullable String current, String version, String text) {
    String id = id(state.environment(), state.name());
    String what = shown(state.environment(), state.name());
    try {
      change("RestoreSecret", Map.of("SecretId", id));
    } catch (AwsService.RefusedException refused) {
      throw failure(refused, "RestoreSecret", what + ", which was deleted less than a month ago,");
    }
    try {
      return isPut(state, current, version, text);
    } catch (SecretException failed) {
      try {
        delete(id, what);
      } catch (SecretException notEither) {
        failed.addSuppressed(notEither);
      }
      throw failed;
    }
  }

  /**
   * @param from the version that has to be the current one; null for none
   */
  private boolean isPut(State state, @Nullable String from, String version, String text) {
    String id = id(state.environment(), state.name());
    String what = shown(state.environment(), state.name());
    Map<String, Object> put = new LinkedHashMap<>();
    put.put("SecretId", id);
    put.put("ClientRequestToken", version);
    put.put("SecretString", text);
    put.put("VersionStages", List.of(NEXT));
    try {
      boolean isFirst =
          change("PutSecretValue", put).get("VersionStages").elements().stream()
              .anyMatch(stage -> CURRENT.equals(stage.string()));
      if (isFirst) {
        return true;
      }
    } catch (AwsService.RefusedException refused) {
      if (refused.failure.isAbsent() || refused.failure.isOfDeleted()) {
        return false;
      }
      throw failure(refused, "PutSecretValue", what);
    }
    Map<String, Object> move = new LinkedHashMap<>();
    move.put("SecretId", id);
    move.put("VersionStage", CURRENT);
    move.put("MoveToVersionId", version);
    if (from != null) {
      move.put("RemoveFromVersionId", from);
    }
    try {
      change("UpdateSecretVersionStage", move);
      return true;
    } catch (AwsService.RefusedException refused) {
      if (refused.failure.isForbidden()) {
        throw failure(refused, "UpdateSecretVersionStage", what);
      }
      // By what is there now, for AWS has one type of error for all that is wrong with a request.
      Json there = described(id, what);
      String current = there == null ? null : currentVersion(there);
      if (version.equals(current)) {
        return true;
      }
      if (there != null && there.get("DeletedDate").isNull() && Objects.equals(current, from)) {
        throw failure(refused, "UpdateSecretVersionStage", what);
      }
      return false;
    }
  }

  /** Null if there is none. */
  private @Nullable Json described(String id, String what) {
    try {
      return read("DescribeSecret", Map.of("SecretId", id));
    } catch (AwsService.RefusedException refused) {
      if (refused.failure.isAbsent()) {
        return null;
      }
      throw failure(refused, "DescribeSecret", what);
    }
  }

  private static @Nullable String currentVersion(Json described) {
    return described.get("VersionIdsToStages").members().entrySet().stream()
        .filter(
            version ->
                version.getValue().elements().stream()
                    .anyMatch(stage -> CURRENT.equals(stage.string())))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void delete(State state) {
    if (!state.revision().equals(NOTHING)) {
      delete(id(state.environment(), state.name()), shown(state.environment(), state.name()));
    }
  }

  private void delete(String id, String what) {
    try {
      change("DeleteSecret", Map.of("SecretId", id, "RecoveryWindowInDays", RECOVERY_DAYS));
    } catch (AwsService.RefusedException refused) {
      if (!refused.failure.isAbsent() && !refused.failure.isOfDeleted()) {
        throw failure(refused, "DeleteSecret", what);
      }
    }
  }

  @Override
  public String afterDeletion(String environment, String name) {
    return "AWS keeps it for "
        + RECOVERY_DAYS
        + " days, in which aws secretsmanager restore-secret --secret-id "
        + id(environment, name)
        + " brings it back";
  }

  /** What is no JSON object is left out: others keep theirs here, too. */
  @Override
  public List<State> all(String environment) {
    List<String> names = names(environment);
    List<State> all = new ArrayList<>();
    for (int start = 0; start < names.size(); start += MOST_IN_ONE) {
      List<String> some = names.subList(start, Math.min(start + MOST_IN_ONE, names.size()));
      Map<String, Json> together = together(environment, some);
      for (String name : some) {
        Json secret = together.containsKey(name) ? together.get(name) : single(environment, name);
        if (secret != null && fields(secret) != null) {
          all.add(state(environment, name, secret));
        }
      }
    }
    return all;
  }

  private @Nullable Json single(String environment, String name) {
    try {
      return current(environment, name);
    } catch (AwsService.RefusedException refused) {
      if (refused.failure.isAbsent() || refused.failure.isOfDeleted()) {
        return null;
      }
      throw failure(refused, "GetSecretValue", shown(environment, name));
    }
  }

  /** As many as AWS gives in one request, for which a permission of its own is needed. */
  private Map<String, Json> together(String environment, List<String> names) {
    Map<String, Json> found = new LinkedHashMap<>();
    List<String> ids = names.stream().map(name -> id(environment, name)).toList();
    try {
      for (Json secret :
          read("BatchGetSecretValue", Map.of("SecretIdList", ids)).get("SecretValues").elements()) {
        int index = ids.indexOf(secret.get("Name").plaintext());
        boolean isCurrent =
            secret.get("VersionStages").elements().stream()
                .anyMatch(stage -> CURRENT.equals(stage.string()));
        if (index >= 0 && isCurrent) {
          found.put(names.get(index), secret);
        }
      }
    } catch (AwsService.RefusedException refused) {
      // One that is gone meanwhile is not to cost the others theirs: then each is asked for.
      if (!refused.failure.isForbidden()
          && !refused.failure.isAbsent()
          && !refused.failure.isOfDeleted()) {
        throw failure(
            refused, "BatchGetSecretValue", "the secrets of '" + environment + "' together");
      }
    }
    return found;
  }

  private List<String> names(String environment) {
    String before = place + environment + "/";
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("Filters", List.of(Map.of("Key", "name", "Values", List.of(before))));
    body.put("MaxResults", MOST_LISTED);
    List<String> names = new ArrayList<>();
    while (true) {
      Json page;
      try {
        page = read("ListSecrets", body);
      } catch (AwsService.RefusedException refused) {
        throw failure(
            refused,
            "ListSecrets",
            "the secrets of the deployment environment '" + environment + "'");
      }
      for (Json secret : page.get("SecretList").elements()) {
        String id = secret.get("Name").plaintext();
        String name = id.startsWith(before) ? id.substring(before.length()) : "";
        // Other characters has none that Hush made.
        if (name.matches("[A-Za-z0-9._-]{1,64}")) {
          names.add(name);
        }
      }
      String next = page.get("NextToken").string();
      if (next == null || next.isEmpty() || next.equals(body.get("NextToken"))) {
        return names;
      }
      body.put("NextToken", next);
    }
  }
}

package dev.hush.provider.aws;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.ChildProgram;
import dev.hush.provider.http.AccessToken;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to AWS, found in the order of its SDK for Java: system properties, environment, token
 * of an identity provider, profile, container, machine.
 *
 * <p>The first of these that is there counts. If it does not work, that is an error, and not a
 * reason to be somebody else, as it is for the SDK: the role of the machine may be permitted what
 * this process should not read.
 *
 * <p>Credentials that end are replaced from five minutes before on, and used up if that fails.
 *
 * <p>Thread-safe; one thread logs in, the others wait for it.
 */
final class AwsLogin {

  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final String FIRST_REGION = "us-east-1";
  private static final int LARGEST_TOKEN = 1 << 20;

  private final AwsSettings settings;
  private final Clock clock;
  private final Duration limit;
  private final SecurityTokens tokens;
  private final MetadataServices metadata;
  private @Nullable Credentials current;
  private @Nullable Instant looked;
  private @Nullable SecretException failure;
  private @Nullable Instant forgotten;

  /**
   * @param limit of one exchange
   */
  AwsLogin(AwsSettings settings, Clock clock, Duration limit) {
    this.settings = settings;
    this.clock = clock;
    this.limit = limit;
    this.tokens = new SecurityTokens(settings, clock, limit);
    this.metadata = new MetadataServices(settings);
  }

  /**
   * The credentials to sign with.
   *
   * @throws SecretException if there are none
   */
  synchronized Credentials credentials() {
    Credentials known = current;
    if (known == null) {
      return found();
    }
    boolean isOver = endsWithin(known, Duration.ZERO);
    if (isOver || (endsWithin(known, MARGIN) && isTimeToLook())) {
      try {
        return found();
      } catch (SecretException atTheNextRequest) {
        if (isOver) {
          // AWS would say that they have ended, and not why there are no others.
          throw atTheNextRequest;
        }
        failure = null;
      }
    }
    return known;
  }

  private boolean endsWithin(Credentials known, Duration time) {
    return known.end() != null && clock.instant().isAfter(known.end().minus(time));
  }

  private boolean isTimeToLook() {
    return looked == null || clock.instant().isAfter(looked.plus(BETWEEN_LOOKS));
  }

  /**
   * What to do after AWS refused credentials: others, if there are any by now.
   *
   * @return whether it is worth while to ask again
   */
  synchronized boolean isReplaced(Credentials refused) {
    if (!refused.equals(current)) {
      return current != null;
    }
    if (!isTimeToLook()) {
      return false;
    }
    settings.forgetFiles();
    return !found().equals(refused);
  }

  /** Those that waited for a failure need not each have it again. */
  private Credentials found() {
    Instant now = clock.instant();
    if (failure != null && forgotten != null && now.isBefore(forgotten)) {
      throw failure;
    }
    failure = null;
    looked = now;
    try {
      Credentials found = first();
      current = found;
      return found;
    } catch (SecretException none) {
      failure = Thread.currentThread().isInterrupted() ? null : none;
      forgotten = clock.instant().plus(AccessToken.remembered(none));
      throw none;
    }
  }

  /** What to do about a refused identity. */
  String remedy() {
    if (settings.property("aws.accessKeyId").isPresent()) {
      return "see the system properties aws.accessKeyId and aws.secretAccessKey";
    }
    if (settings.get("AWS_ACCESS_KEY_ID").isPresent()) {
      return "see AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN";
    }
    return settings.isProfileNamed() ? "see AWS_PROFILE, or log in again" : "log in again";
  }

  /**
   * Who asks, as it is configured, with nothing asked of AWS: the identifier of a key, a role, what
   * the profile says but for secrets, the container, or the machine.
   */
  String origin() {
    Optional<String> key =
        settings.property("aws.accessKeyId").or(() -> settings.get("AWS_ACCESS_KEY_ID"));
    if (key.isPresent()) {
      return "key " + key.get();
    }
    Optional<String> role = settings.get("AWS_ROLE_ARN");
    if (role.isPresent() && settings.get("AWS_WEB_IDENTITY_TOKEN_FILE").isPresent()) {
      return "role " + role.get();
    }
    Map<String, String> profile = new TreeMap<>(settings.profile(settings.profileName()));
    if (!profile.isEmpty() || settings.isProfileNamed()) {
      profile.keySet().removeAll(Set.of("aws_secret_access_key", "aws_session_token"));
      return "profile " + settings.profileName() + " " + profile;
    }
    return "here "
        + settings.get("AWS_CONTAINER_CREDENTIALS_FULL_URI").orElse("")
        + settings.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").orElse("");
  }

  /**
   * The region that this process is in, or is told to be in.
   *
   * @throws InvalidSecretException if there is none
   */
  String region() {
    return AwsSettings.checkedRegion(
        settings
            .region()
            .or(
                () -> {
                  // Which is why there is no region: the profile's would have been taken.
                  checkProfile();
                  return metadata.region();
                })
            .orElseThrow(
                () ->
                    new InvalidSecretException(
                        "there is no region for AWS", "set AWS_REGION, or write ?region=")));
  }

  private Credentials first() {
    return ofProperties()
        .or(this::ofEnvironment)
        .or(this::ofToken)
        .or(this::ofProfile)
        .or(() -> metadata.ofContainer(limit))
        .or(metadata::ofMachine)
        .orElseThrow(
            () ->
                SecretUnavailableException.identityRefused(
                    "there are no credentials for AWS",
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role"));
  }

  private Optional<Credentials> ofProperties() {
    return pair(
        settings.property("aws.accessKeyId"),
        settings.property("aws.secretAccessKey"),
        settings.property("aws.sessionToken"),
        "aws.secretAccessKey");
  }

  private Optional<Credentials> ofEnvironment() {
    return pair(
        settings.get("AWS_ACCESS_KEY_ID"),
        settings.get("AWS_SECRET_ACCESS_KEY"),
        settings.get("AWS_SESSION_TOKEN"),
        "AWS_SECRET_ACCESS_KEY");
  }

  private static Optional<Credentials> pair(
      Optional<String> accessKey, Optional<String> secretKey, Optional<String> token, String name) {
    if (accessKey.isEmpty()) {
      return Optional.empty();
    }
    if (secretKey.isEmpty()) {
      throw SecretUnavailableException.identityRefused(
          "there is an access key for AWS, and no secret key", "set " + name);
    }
    return Optional.of(new Credentials(accessKey.get(), secretKey.get(), token.orElse(null), null));
  }

  private Optional<Credentials> ofToken() {
    Optional<String> file = settings.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    Optional<String> role = settings.get("AWS_ROLE_ARN");
    if (file.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    String session = settings.get("AWS_ROLE_SESSION_NAME").orElse(null);
    return Optional.of(byToken(role.get(), session, file.get(), settings.region()));
  }

  private Credentials byToken(
      String role, @Nullable String session, String file, Optional<String> region) {
    // Read each time: Kubernetes replaces it.
    String token = Utf8Text.readCredentials(Path.of(file), LARGEST_TOKEN).strip();
    return tokens.assumedByToken(
        new SecurityTokens.Role(role, session, null, null, ofTokens(region)), token);
  }

  private static String ofTokens(Optional<String> region) {
    return AwsSettings.checkedRegion(region.orElse(FIRST_REGION));
  }

  private Optional<Credentials> ofProfile() {
    String name = settings.profileName();
    if (settings.profile(name).isEmpty()) {
      checkProfile();
      return Optional.empty();
    }
    return ofProfile(name, new TreeSet<>());
  }

  /** That the profile is there which somebody named; one that says nothing is. */
  private void checkProfile() {
    String name = settings.profileName();
    if (settings.isProfileNamed() && !settings.hasProfile(name)) {
      String shown = SafeText.printable(name);
      throw SecretUnavailableException.identityRefused(
          "there is no profile " + shown + " of AWS, which AWS_PROFILE names",
          settings.isWrittenWithoutKind(name)
              ? "write [profile " + shown + "] in the config file instead of [" + shown + "]"
              : "correct it, or make one with aws configure");
    }
  }

  private Optional<Credentials> ofProfile(String name, Set<String> before) {
    Map<String, String> profile = settings.profile(name);
    if (profile.isEmpty()) {
      throw wrongProfile("has a source_profile that is none");
    }
    boolean isItsOwnSource = !before.add(name);
    if (profile.containsKey("role_arn") && !isItsOwnSource) {
      return Optional.of(ofRole(name, profile, before));
    }
    if (isItsOwnSource && !profile.containsKey("aws_access_key_id")) {
      throw wrongProfile("is in the end its own source_profile");
    }
    if (profile.containsKey("sso_account_id") && !isItsOwnSource) {
      return Optional.of(new SingleSignOn(settings, clock, limit).credentials(profile));
    }
    String program = profile.get("credential_process");
    if (program != null && !isItsOwnSource) {
      return Optional.of(printed(program));
    }
    if (profile.containsKey("aws_access_key_id")) {
      return pair(
          Optional.of(Objects.requireNonNullElse(profile.get("aws_access_key_id"), "")),
          Optional.ofNullable(profile.get("aws_secret_access_key")),
          Optional.ofNullable(profile.get("aws_session_token")),
          "aws_secret_access_key in the profile");
    }
    return Optional.empty();
  }

  private Credentials ofRole(String name, Map<String, String> profile, Set<String> before) {
    String role = Objects.requireNonNullElse(profile.get("role_arn"), "");
    Optional<String> region = Optional.ofNullable(profile.get("region")).or(settings::region);
    String session = profile.get("role_session_name");
    String file = profile.get("web_identity_token_file");
    if (file != null) {
      return byToken(role, session, file, region);
    }
    if (profile.containsKey("mfa_serial")) {
      throw wrongProfile("wants a code of somebody (mfa_serial)");
    }
    String source = profile.get("source_profile");
    String other = profile.get("credential_source");
    Optional<Credentials> by =
        source != null
            ? ofProfile(source, before)
            : switch (String.valueOf(other)) {
              case "Environment" -> ofEnvironment();
              case "EcsContainer" -> metadata.ofContainer(limit);
              case "Ec2InstanceMetadata" -> metadata.ofMachine();
              default ->
                  throw wrongProfile("has a role_arn, and nothing that says who takes the role");
            };
    return tokens.assumed(
        new SecurityTokens.Role(
            role,
            session,
            profile.get("external_id"),
            profile.get("duration_seconds"),
            ofTokens(region)),
        by.orElseThrow(() -> wrongProfile("has a source without credentials")));
  }

  private static SecretUnavailableException wrongProfile(String problem) {
    return SecretUnavailableException.identityRefused(
        "the profile of AWS " + problem,
        "correct it, or have a program print credentials: credential_process");
  }

  /** What a program prints, run by a shell as the SDK does. */
  private Credentials printed(String command) {
    boolean isWindows = System.getProperty("os.name", "").startsWith("Windows");
    String name = "the credential_process of the profile";
    ChildProgram.Ended ended =
        new ChildProgram(
                isWindows ? List.of("cmd.exe", "/C", command) : List.of("sh", "-c", command),
                Path.of("").toAbsolutePath(),
                limit,
                name,
                false)
            .run("");
    if (ended.status() != 0) {
      throw SecretUnavailableException.identityRefused(
          name + " ended with status " + ended.status(), "run it in a shell to see what it says");
    }
    Json output = Json.parse(ended.output(), "the output of " + name);
    if (output.get("Version").number(0) != 1) {
      throw SecretUnavailableException.identityRefused(
          name + " gives credentials of another Version than 1, or does not say which",
          "have it print \"Version\": 1, or see whether there is a newer Hush");
    }
    Credentials credentials = credentials(output, "SessionToken", name);
    if (credentials.end() == null && !output.get("Expiration").isNull()) {
      throw SecretUnavailableException.identityRefused(
          name + " gives an Expiration that is no time",
          "have it print one such as 2026-12-31T23:59:59Z");
    }
    if (endsWithin(credentials, Duration.ZERO)) {
      throw SecretUnavailableException.identityRefused(
          name + " gives credentials that have expired", "log in again");
    }
    return credentials;
  }

  /**
   * Credentials as services and programs of AWS write them.
   *
   * @param token what the session token is called
   */
  static Credentials credentials(Json json, String token, String from) {
    String accessKey = json.get("AccessKeyId").string();
    String secretKey = json.get("SecretAccessKey").string();
    if (accessKey == null || secretKey == null) {
      throw SecretUnavailableException.identityRefused(
          from + " gives no credentials", "see the role that it is for");
    }
    return new Credentials(
        accessKey, secretKey, json.get(token).string(), moment(json.get("Expiration").string()));
  }

  /** Null for what is none. */
  static @Nullable Instant moment(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException none) {
      return null;
    }
  }
}

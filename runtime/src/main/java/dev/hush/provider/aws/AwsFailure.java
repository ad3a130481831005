package dev.hush.provider.aws;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of AWS means that is no success: by the type that it names, never by its status,
 * for that is 400 for almost everything. Its message is understood where the type does not suffice,
 * and not shown.
 *
 * @param type without name space and link: {@code ResourceNotFoundException}; null if it names none
 */
record AwsFailure(HttpService server, HttpAnswer answer, @Nullable String type, String message) {

  private static final Set<String> ABSENT =
      Set.of("ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound");
  private static final Set<String> FORBIDDEN =
      Set.of("AccessDeniedException", "AccessDenied", "UnauthorizedOperation");
  private static final Set<String> UNDECIPHERED =
      Set.of(
          "DecryptionFailure",
          "InvalidKeyId",
          "KMSAccessDeniedException",
          "KMSDisabledException",
          "KMSInvalidStateException",
          "KMSNotFoundException");
  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");
  private static final Set<String> REFUSED =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidAccessKeyId",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "AuthFailure",
          "OptInRequired",
          "NotAuthorized",
          "InvalidIdentityToken",
          "InvalidIdentityTokenException");
  private static final Set<String> SIGNATURE =
      Set.of("InvalidSignatureException", "SignatureDoesNotMatch", "InvalidSignature");
  private static final Set<String> CLOCK =
      Set.of("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture");
  private static final Set<String> TEMPORARY =
      Set.of(
          "ThrottlingException",
          "Throttling",
          "ThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "BandwidthLimitExceeded",
          "SlowDown",
          "PriorRequestNotComplete",
          "ProvisionedThroughputExceededException",
          "TransactionInProgressException",
          "InternalServiceError",
          "InternalServiceErrorException",
          "InternalServerError",
          "InternalFailure",
          "ServiceUnavailable",
          "ServiceUnavailableException",
          "IDPCommunicationError",
          "RequestTimeout",
          "RequestTimeoutException");
  private static final Duration NOTEWORTHY = Duration.ofMinutes(4);
  private static final Pattern XML_CODE = Pattern.compile("<Code>([A-Za-z.]{1,100})</Code>");

  /** Of an answer in JSON, or in XML as older services have it and what stands before them. */
  static AwsFailure of(HttpService server, HttpAnswer answer) {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    Matcher code = XML_CODE.matcher(body);
    if (body.startsWith("<") && code.find()) {
      return new AwsFailure(server, answer, bare(code.group(1)), body);
    }
    Json said = json(server, answer);
    String type = said == null ? null : said.get("__type").string();
    String message = said == null ? null : said.get("message").string();
    if (said != null && message == null) {
      message = said.get("Message").string();
    }
    return new AwsFailure(
        server,
        answer,
        bare(answer.header("x-amzn-ErrorType").orElse(type)),
        message == null ? "" : message);
  }

  private static @Nullable Json json(HttpService server, HttpAnswer answer) {
    try {
      return AwsService.json(server, answer);
    } catch (SecretException noJson) {
      // The status says enough.
      return null;
    }
  }

  private static @Nullable String bare(@Nullable String type) {
    if (type == null) {
      return null;
    }
    String bare = type.substring(type.lastIndexOf('#') + 1).split(":", 2)[0];
    return bare.matches("[A-Za-z.]{1,100}") ? bare : null;
  }

  private boolean is(Set<String> types) {
    return type != null && types.contains(type);
  }

  boolean is(String name) {
    return name.equals(type);
  }

  /** Whether what was asked for is not there. */
  boolean isAbsent() {
    return is(ABSENT);
  }

  /** Whether the secret is scheduled for deletion. */
  boolean isOfDeleted() {
    return type != null && type.startsWith("InvalidRequest") && message.contains("delet");
  }

  /** Whether another identity, or the same one anew, may be accepted. */
  boolean isIdentityRefused() {
    return is(EXPIRED) || is(REFUSED) || is(SIGNATURE);
  }

  /** Whether the identity is known, and may not do this. */
  boolean isForbidden() {
    return is(FORBIDDEN);
  }

  /**
   * The error of a read.
   *
   * @param what was asked for, as a message may show it
   * @param remedy what to do if the identity is refused
   * @param now by this machine's clock
   */
  SecretException exception(String what, String remedy, Instant now) {
    if (is(ABSENT)) {
      return new SecretNotFoundException(
          "there is no " + what + " in " + server.name(),
          "create it, or correct name, version and region");
    }
    if (is(FORBIDDEN)) {
      return SecretUnavailableException.withheld(
          server.name() + " does not permit to read " + what,
          "permit it in the policies of the identity, and of the KMS key");
    }
    if (is("EncryptionFailure")) {
      return new SecretUnavailableException(
          server.name() + " cannot encrypt " + what,
          "permit kms:GenerateDataKey, and see that the key is enabled");
    }
    if (is(UNDECIPHERED)) {
      return new SecretUnavailableException(
          server.name() + " cannot decrypt " + what,
          "permit kms:Decrypt, and see that the key is enabled");
    }
    if (isOfDeleted()) {
      return new SecretNotFoundException(
          "the secret of " + what + " is deleted", "restore it, or correct the address");
    }
    boolean isOfClock =
        message.contains("Signature expired") || message.contains("not yet current");
    Duration ahead = ahead(now);
    if (is(CLOCK) || (is(SIGNATURE) && (isOfClock || isNoteworthy(ahead)))) {
      return SecretUnavailableException.identityRefused(
          server.name()
              + " refuses requests by this machine's clock"
              + (isNoteworthy(ahead)
                  ? ", which is "
                      + ahead.abs().toMinutes()
                      + (ahead.isNegative() ? " minutes behind" : " minutes ahead")
                  : ""),
          "set the clock");
    }
    if (is(EXPIRED)) {
      return SecretUnavailableException.identityRefused(
          "the credentials for " + server.name() + " have expired", remedy);
    }
    if (is(SIGNATURE)) {
      return SecretUnavailableException.identityRefused(
          server.name() + " does not accept the signature: the secret key is another one's",
          remedy);
    }
    if (is(REFUSED)) {
      return SecretUnavailableException.identityRefused(
          server.name() + " does not accept who asks (" + type + ")", remedy);
    }
    if (is(TEMPORARY)) {
      return SecretUnavailableException.temporary(
          server.name() + " answers " + type + " for " + what,
          "try again later",
          answer.retryAfter());
    }
    if (type != null && answer.status() < 500) {
      return new SecretUnavailableException(
          server.name() + " answers " + type + " for " + what, "see that the address is right");
    }
    return answer.failure(what, remedy);
  }

  /** By how much this machine's clock is ahead of the server's; zero if that does not tell. */
  private Duration ahead(Instant now) {
    try {
      return answer
          .header("Date")
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .map(its -> Duration.between(its, now))
          .orElse(Duration.ZERO);
    } catch (DateTimeException none) {
      return Duration.ZERO;
    }
  }

  private static boolean isNoteworthy(Duration ahead) {
    return ahead.abs().compareTo(NOTEWORTHY) > 0;
  }

  @Override
  public String toString() {
    return "AwsFailure[" + type + "]";
  }
}

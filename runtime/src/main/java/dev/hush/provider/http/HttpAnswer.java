package dev.hush.provider.http;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.provider.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a server answered, whatever the status. Shows the status only. */
public final class HttpAnswer {

  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final int LONGEST_NUMBER = 9;

  /**
   * 412: a replica that does not know yet what was written elsewhere. 425 and 429 say so
   * themselves. Of the others all but 501 may pass.
   */
  private static final Set<Integer> TEMPORARY = Set.of(408, 412, 425, 429, 500, 502, 503, 504);

  private final String server;
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * @param headers by name in lower case
   */
  HttpAnswer(String server, int status, Map<String, String> headers, byte[] body) {
    this.server = server;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** Whether the status is one of the 200s. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** The first header of this name, in any case. Not for messages. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body, as it is. */
  public byte[] body() {
    return body.clone();
  }

  /** Whether the body says that it is JSON; a proxy that answers instead says HTML. */
  public boolean isJson() {
    String type =
        header("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    // AWS: application/x-amz-json-1.1.
    return type.matches("application/([a-z0-9.+-]*[+-])?json(-[0-9.]+)?|text/json");
  }

  /**
   * The body as JSON.
   *
   * @throws SecretUnavailableException if it is not
   */
  public Json json() {
    if (!isJson()) {
      throw notFromServer();
    }
    return Json.parse(body, "the answer of " + server);
  }

  private SecretUnavailableException notFromServer() {
    String reason =
        server
            + " answered "
            + status
            + " with "
            + SafeText.printable(
                header("Content-Type").map(HttpAnswer::shortType).orElse("no type"))
            + " instead of JSON";
    String remedy = "see whether a proxy answers in its place, and whether the address is right";
    return isTemporary()
        ? SecretUnavailableException.temporary(reason, remedy, retryAfter())
        : new SecretUnavailableException(reason, remedy);
  }

  private static String shortType(String type) {
    String bare = type.split(";", 2)[0].strip();
    return bare.matches("[A-Za-z0-9.+-]{1,40}/[A-Za-z0-9.+-]{1,40}") ? bare : "another type";
  }

  /**
   * What the status means where it has no meaning of its own for the manager: 401 the identity is
   * refused, 403 no permission, 404 nothing there, and whether asking again can help.
   *
   * @param what was asked for, as a message may show it
   * @param identity what to do if the identity is refused
   */
  public SecretException failure(String what, String identity) {
    return failure(what, identity, "");
  }

  /**
   * As {@link #failure(String, String)}.
   *
   * @param words the server's own about it, as a message may show them; empty for none
   */
  public SecretException failure(String what, String identity, String words) {
    String said = words.isEmpty() ? "" : ": " + words;
    String aside = words.isEmpty() ? "" : " (" + words + ")";
    if (body.length > 0 && !isJson()) {
      return notFromServer();
    }
    if (status == 401) {
      return SecretUnavailableException.identityRefused(
          server + " does not accept who asks for " + what + " (401" + said + ")", identity);
    }
    if (status == 403) {
      return SecretUnavailableException.withheld(
          server + " does not permit to read " + what + " (403" + said + ")",
          "permit it to the identity that this process has");
    }
    if (status == 404 || status == 410) {
      return new SecretNotFoundException(
          "there is no " + what + " in " + server + aside, "create it or correct the address");
    }
    if (isTemporary()) {
      return SecretUnavailableException.temporary(
          server
              + (status == 429
                  ? " is asked too often (429" + said + ")"
                  : " answers " + status + aside)
              + " for "
              + what,
          "try again later, or ask whoever runs it",
          retryAfter());
    }
    return new SecretUnavailableException(
        server + " answers " + status + aside + " for " + what, "see that the address is right");
  }

  /** Whether asking again may help. */
  boolean isTemporary() {
    return TEMPORARY.contains(status);
  }

  /** How long the server asks to be left alone: seconds, or a date; zero if it does not say. */
  public Duration retryAfter() {
    String text = header("Retry-After").orElse("").strip();
    if (text.matches("[0-9]{1," + LONGEST_NUMBER + "}")) {
      return shorter(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      // By the server's own clock, if it tells it: ours may be wrong.
      Instant now =
          header("Date")
              .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME))
              .map(ZonedDateTime::toInstant)
              .orElseGet(Instant::now);
      Duration wait = Duration.between(now, until);
      return wait.isNegative() ? Duration.ZERO : shorter(wait);
    } catch (DateTimeException neither) {
      return Duration.ZERO;
    }
  }

  private static Duration shorter(Duration wait) {
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  @Override
  public String toString() {
    return "HttpAnswer[" + status + "]";
  }
}

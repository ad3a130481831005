package dev.hush.masking;

import java.util.Locale;
import java.util.Set;

/**
 * Tells words that logs are full of from secrets: where such a word is masked, a log becomes
 * unreadable, and whoever knows the log knows the word all the same.
 *
 * <p>A value that is one is masked, because only the owner can know that it is no secret. A part of
 * a value, such as a line or a member of JSON, need not be.
 */
final class CommonWords {

  private static final int LONGEST = 8;
  private static final int LONGEST_FREQUENT = 16;

  /** Of {@code java.util.logging}, SLF4J, Log4j, syslog and others. */
  private static final Set<String> LEVELS =
      Set.of(
          "all",
          "trace",
          "finest",
          "finer",
          "fine",
          "config",
          "verbose",
          "debug",
          "info",
          "information",
          "informational",
          "notice",
          "warn",
          "warning",
          "error",
          "severe",
          "critical",
          "fatal",
          "alert",
          "emergency",
          "panic",
          "off");

  /** What configuration says of hosts, users, kinds and stages, in whatever case. */
  private static final Set<String> FREQUENT =
      Set.of(
          "admin",
          "administrator",
          "anonymous",
          "application",
          "authorized_user",
          "basic",
          "bearer",
          "default",
          "development",
          "disabled",
          "enabled",
          "external_account",
          "guest",
          "host",
          "localhost",
          "main",
          "password",
          "postgresql",
          "production",
          "root",
          "secret",
          "service_account",
          "staging",
          "system",
          "test",
          "undefined",
          "user",
          "username");

  private CommonWords() {}

  /** Whether the text, surrounding white-space aside, is a name of a level, in whatever case. */
  static boolean isLevel(String text) {
    return LEVELS.contains(normal(text));
  }

  /**
   * Whether the text, surrounding white-space aside, is a word that is to be expected in any log: a
   * level, up to eight letters from {@code a} to {@code z}, or a frequent word of configuration.
   */
  static boolean isCommon(String text) {
    return isShortWord(text) || isOfLogs(text);
  }

  /** Whether the text, surrounding white-space aside, is a level or a word of configuration. */
  static boolean isOfLogs(String text) {
    return isLevel(text) || FREQUENT.contains(normal(text));
  }

  private static boolean isShortWord(String text) {
    String word = text.strip();
    return !word.isEmpty()
        && word.length() <= LONGEST
        && word.chars().allMatch(letter -> letter >= 'a' && letter <= 'z');
  }

  /** Empty, which is no word, where a text is longer than any of them. */
  private static String normal(String text) {
    String word = text.strip();
    return word.length() > LONGEST_FREQUENT ? "" : word.toLowerCase(Locale.ROOT);
  }
}

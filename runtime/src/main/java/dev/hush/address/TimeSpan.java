package dev.hush.address;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/**
 * A length of time as people write it, the same in every setting and after {@code ?ttl=}.
 *
 * <ul>
 *   <li>{@code 30} is thirty seconds;
 *   <li>{@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h30m}, {@code 1.5h}, {@code 7d} are as in
 *       Go's <a href="https://pkg.go.dev/time#ParseDuration">time.ParseDuration</a>, which Dagger
 *       uses, with days besides: a day has 24 hours;
 *   <li>{@code PT5M}, {@code P7D} are as in ISO 8601, as far as {@link Duration} reads it;
 *   <li>{@code 0} is none, and so is a negative time, as in Dagger.
 * </ul>
 */
public final class TimeSpan {

  private static final int LONGEST = 64;
  private static final long SECOND = 1_000_000_000;

  private TimeSpan() {}

  /**
   * Reads a length of time of up to 292 years.
   *
   * @return zero for none, which a negative time means too
   * @throws MalformedAddressException if it is none; the message does not repeat it
   */
  public static Duration parse(String text) {
    String written = text.strip();
    if (written.equals("0")) {
      return Duration.ZERO;
    }
    if (written.isEmpty() || written.length() > LONGEST) {
      throw malformed(written.isEmpty() ? "a time is empty" : "a time is too long");
    }
    try {
      Duration span = span(written);
      return span.isNegative() ? Duration.ZERO : Duration.ofNanos(span.toNanos());
    } catch (ArithmeticException tooLong) {
      throw malformed("a time is too long");
    }
  }

  private static Duration span(String written) {
    boolean isNegative = written.startsWith("-");
    String span = isNegative || written.startsWith("+") ? written.substring(1) : written;
    if (span.startsWith("P") || span.startsWith("p")) {
      return ofIso(written);
    }
    long nanoseconds = isWhole(span) ? nanoseconds(span, SECOND) : ofParts(span);
    return Duration.ofNanos(isNegative ? -nanoseconds : nanoseconds);
  }

  /** By hand: every start reads times, and a pattern costs it milliseconds. */
  private static long ofParts(String span) {
    long nanoseconds = 0;
    int position = 0;
    do {
      int end = endOf(span, position, true);
      int next = endOf(span, end, false);
      nanoseconds =
          Math.addExact(
              nanoseconds,
              nanoseconds(
                  checkedNumber(span.substring(position, end)), unit(span.substring(end, next))));
      position = next;
    } while (position < span.length());
    return nanoseconds;
  }

  private static int endOf(String span, int start, boolean ofNumber) {
    int end = start;
    while (end < span.length()
        && (isDigit(span.charAt(end)) || span.charAt(end) == '.') == ofNumber) {
      end++;
    }
    return end;
  }

  private static String checkedNumber(String number) {
    int point = number.indexOf('.');
    if (!isWhole(point < 0 ? number : number.substring(0, point) + number.substring(point + 1))) {
      throw malformed("a time is written wrongly");
    }
    return number;
  }

  private static boolean isWhole(String number) {
    return !number.isEmpty() && number.chars().allMatch(digit -> isDigit((char) digit));
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> SECOND;
      case "m" -> 60 * SECOND;
      case "h" -> 3_600 * SECOND;
      case "d" -> 86_400 * SECOND;
      default -> throw malformed("a time is written wrongly");
    };
  }

  private static Duration ofIso(String written) {
    try {
      return Duration.parse(written);
    } catch (DateTimeParseException none) {
      // Without its cause, whose message quotes the text.
      throw malformed("a time is written wrongly");
    }
  }

  /**
   * Rounded down, as in Go; without a BigDecimal, the first of which costs 40 ms with JDK 25.
   *
   * @throws ArithmeticException if it is more than a long can tell
   */
  private static long nanoseconds(String number, long unit) {
    int point = number.indexOf('.');
    String whole = point < 0 ? number : number.substring(0, point);
    long fraction = 0;
    for (int i = number.length() - 1; i > point && point >= 0; i--) {
      fraction = (fraction + (number.charAt(i) - '0') * unit) / 10;
    }
    long units = 0;
    for (int i = 0; i < whole.length(); i++) {
      units = Math.addExact(Math.multiplyExact(units, 10L), whole.charAt(i) - '0');
    }
    return Math.addExact(Math.multiplyExact(units, unit), fraction);
  }

  private static MalformedAddressException malformed(String problem) {
    return new MalformedAddressException(
        problem + ": write 30 for seconds, or units from d to ns, as in 90s, 1h30m or 7d");
  }
}

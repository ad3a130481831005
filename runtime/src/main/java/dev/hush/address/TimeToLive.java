package dev.hush.address;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a value may be used before it is read again, as people write it: {@code 90s}, {@code
 * 1h30m}, {@code 1.5h}.
 *
 * <p>The grammar is that of Go's <a
 * href="https://pkg.go.dev/time#ParseDuration">time.ParseDuration</a>, which Dagger uses: no days,
 * and no number without a unit but {@code 0}.
 */
public final class TimeToLive {

  private static final int LONGEST = 64;

  private TimeToLive() {}

  /** What a time is made of; most starts know none. */
  private static final class Grammar {
    static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    static final Pattern WHOLE = Pattern.compile("[+-]?(0|(" + PART.pattern() + ")+)");
    static final Map<String, Long> NANOSECONDS =
        Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
  }

  /**
   * Reads a time to live.
   *
   * @return zero for none, which a negative time means too, as in Dagger
   * @throws MalformedAddressException if it is none; the message does not repeat it
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    if (stripped.equals("0")) {
      return Duration.ZERO;
    }
    if (stripped.length() > LONGEST || !Grammar.WHOLE.matcher(stripped).matches()) {
      throw malformed();
    }
    long nanoseconds = 0;
    try {
      for (Matcher part = Grammar.PART.matcher(stripped); part.find(); ) {
        nanoseconds =
            Math.addExact(
                nanoseconds,
                nanoseconds(part.group(1), Grammar.NANOSECONDS.getOrDefault(part.group(2), 0L)));
      }
    } catch (ArithmeticException tooLong) {
      throw malformed();
    }
    return stripped.startsWith("-") ? Duration.ZERO : Duration.ofNanos(nanoseconds);
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

  private static MalformedAddressException malformed() {
    return new MalformedAddressException(
        "a time to live is written with units from h to ns, as in 90s, 1h30m or 1.5h");
  }
}

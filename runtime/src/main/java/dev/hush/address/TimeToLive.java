package dev.hush.address;

import java.math.BigDecimal;
import java.math.RoundingMode;
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
    BigDecimal nanoseconds = BigDecimal.ZERO;
    for (Matcher part = Grammar.PART.matcher(stripped); part.find(); ) {
      nanoseconds =
          nanoseconds.add(
              new BigDecimal(part.group(1))
                  .multiply(
                      BigDecimal.valueOf(Grammar.NANOSECONDS.getOrDefault(part.group(2), 0L))));
    }
    if (nanoseconds.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw malformed();
    }
    boolean negative = stripped.startsWith("-");
    return negative
        ? Duration.ZERO
        : Duration.ofNanos(nanoseconds.setScale(0, RoundingMode.DOWN).longValueExact());
  }

  private static MalformedAddressException malformed() {
    return new MalformedAddressException(
        "a time to live is written with units from h to ns, as in 90s, 1h30m or 1.5h");
  }
}

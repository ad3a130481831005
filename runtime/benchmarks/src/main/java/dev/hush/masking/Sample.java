package dev.hush.masking;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Made-up values and log lines, the same in each run. */
public final class Sample {

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static final List<String> WORDS =
      List.of(
          "connection",
          "accepted",
          "from",
          "request",
          "completed",
          "in",
          "user",
          "session",
          "opened",
          "for",
          "tenant",
          "cache",
          "miss",
          "key",
          "retrying",
          "after",
          "upstream",
          "status",
          "order");

  private Sample() {}

  /** Values of 16 to 40 letters and digits by their names. */
  public static Map<String, String> values(int count) {
    return values(count, LETTERS);
  }

  /** The same of letters, digits and symbols, which have twice as many forms. */
  static Map<String, String> valuesWithSymbols(int count) {
    return values(count, LETTERS + "!#$%&*+-/:=@_\"<");
  }

  private static Map<String, String> values(int count, String letters) {
    Random random = new Random(42);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = 16 + random.nextInt(25); value.length() < length; ) {
        value.append(letters.charAt(random.nextInt(letters.length())));
      }
      values.put("KEY_" + i, value.toString());
    }
    return values;
  }

  /** All forms of the values: what the other engines look for. */
  static Set<String> forms(Map<String, String> values) {
    Set<String> forms = new LinkedHashSet<>();
    values.values().forEach(v -> forms.addAll(Forms.of(v, MaskingPolicy.standard()).exact()));
    return forms;
  }

  /** Lines of 150 characters. */
  static String[] lines(int count) {
    Random random = new Random(7);
    String[] lines = new String[count];
    for (int i = 0; i < count; i++) {
      StringBuilder line =
          new StringBuilder()
              .append(String.format("2026-07-%02d 12:%02d:", 1 + i % 28, i % 60))
              .append(String.format("%06.3f INFO  [http-nio-8080-exec-%d] ", i % 60 / 1.0, i % 16))
              .append("c.e.shop.OrderService - ");
      while (line.length() < 150) {
        switch (random.nextInt(5)) {
          case 0 -> line.append(Integer.toHexString(random.nextInt())).append('-');
          case 1 -> line.append("id=").append(random.nextInt(100_000)).append(' ');
          default -> line.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
      }
      line.setLength(150);
      lines[i] = line.toString();
    }
    return lines;
  }

  /** The lines, each with one of the values in it. */
  static String[] lines(String[] clean, Map<String, String> values) {
    List<String> all = List.copyOf(values.values());
    String[] lines = clean.clone();
    for (int i = 0; i < lines.length; i++) {
      String value = all.get(i % all.size());
      lines[i] = lines[i].substring(0, 80) + value + lines[i].substring(80 + value.length());
    }
    return lines;
  }
}

package dev.hush.masking;

import static dev.hush.masking.Spelling.frame;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** Dumps of bytes in columns, with offsets and the bytes' characters beside them. */
final class DumpSpellings {

  private DumpSpellings() {}

  static final Spelling XXD =
      Spelling.of(
          "dump, xxd", new Dump("%08x: ", Escapes.format("%02x"), 16, 2, " ", "  ", "", 40)::of);

  static List<Spelling> all() {
    IntFunction<String> lower = Escapes.format("%02x");
    IntFunction<String> upper = Escapes.format("%02X");
    return List.of(
        XXD,
        dump("dump, xxd -u", new Dump("%08x: ", upper, 16, 2, " ", "  ", "", 40)),
        dump("dump, xxd -g1", new Dump("%08x: ", lower, 16, 1, " ", "  ", "", 48)),
        dump("dump, xxd -c8", new Dump("%08x: ", lower, 8, 2, " ", "  ", "", 20)),
        dump("dump, xxd -c32 -g4", new Dump("%08x: ", lower, 32, 4, " ", "  ", "", 72)),
        dump("dump, hexdump -C", new Dump("%08x  ", lower, 16, 1, "  ", "  |", "|", 49)),
        dump("dump, od -tx1", new Dump("%07o ", lower, 16, 1, " ", "", "", 0)),
        dump("dump, od -An -tx1", new Dump(" ", lower, 16, 1, " ", "", "", 0)),
        dump("dump, od -Ax -tx1z", new Dump("%06x ", lower, 16, 1, " ", "  >", "<", 48)),
        dump("dump, od -tx1 -w8", new Dump("%07o ", lower, 8, 1, " ", "", "", 0)),
        dump("dump, od -An -tx1 -w1", new Dump(" ", lower, 1, 1, " ", "", "", 0)),
        dump("dump, xxd -u -g1", new Dump("%08x: ", upper, 16, 1, " ", "  ", "", 48)),
        dump("dump, od -An -tu1", new Dump(" ", Escapes.format("%3d"), 16, 1, " ", "", "", 0)),
        dump("dump, od -tu1", new Dump("%07o ", Escapes.format("%3d"), 16, 1, " ", "", "", 0)),
        dump(
            "dump, od -An -td1",
            new Dump("", c -> String.format("%5d", (byte) c), 16, 16, " ", "", "", 0)),
        dump("dump, od -to1", new Dump("%07o ", Escapes.format("%03o"), 16, 1, " ", "", "", 0))
            .beyond(),
        dump("dump, od -An -c", new Dump("", DumpSpellings::odCharacter, 16, 16, " ", "", "", 0))
            .beyond(),
        dump("dump, od -c", new Dump("%07o", DumpSpellings::odCharacter, 16, 16, " ", "", "", 0))
            .beyond(),
        dump(
            "dump, sun.misc.HexDumpEncoder", new Dump("%04X: ", upper, 16, 1, "   ", "  ", "", 50)),
        dump("dump, commons-io", new Dump("%08X ", upper, 16, 1, " ", " ", "", 48)),
        dump("dump, Netty", new Dump("|%08x| ", lower, 16, 1, " ", " |", "|", 48)),
        dump("dump, Wireshark", new Dump("%04x   ", lower, 16, 1, " ", "  ", "", 48)),
        dump("dump, PowerShell Format-Hex", new Dump("%08X   ", upper, 16, 1, " ", "  ", "", 48)),
        dump("dump, tcpdump -X", new Dump("\t0x%04x:  ", lower, 16, 2, " ", "  ", "", 40)),
        dump("dump, Go hex.Dump", new Dump("%08x  ", lower, 16, 1, "  ", "  |", "|", 49)),
        dump("dump, openssl s_client", new Dump("%04x - ", lower, 16, 1, "-", "   ", "", 48)),
        dump("dump, gdb", new Dump("0x%x:\t", Escapes.format("0x%02x"), 8, 1, " ", "", "", 0))
            .beyond(),
        Spelling.of("dump, hexdump", DumpSpellings::words).beyond(),
        Spelling.of("dump, xxd, of more", v -> Dump.XXD.of("user=admin&token=", v, "&x=1\n")),
        Spelling.of("dump, hexdump -C, of more", v -> Dump.CANONICAL.of("Bearer ", v, "\r\n\r\n")),
        Spelling.of("dump, od -An -tx1, of more", v -> Dump.OD.of("export T='", v, "'\n")),
        Spelling.of(
            "dump, xxd, of Base64", v -> XXD.speller().apply(Base64Spellings.base64(v) + "\n")),
        Spelling.of(
            "dump, hexdump -C, of JSON",
            v -> Dump.CANONICAL.of("{\"k\":\"", JsonSpellings.JACKSON.speller().apply(v), "\"}")),
        Spelling.of("dump, xxd, in JSON", v -> XXD.speller().apply(v).replace("\n", "\\n"))
            .where(v -> v.matches("[ -~&&[^\"\\\\]]+")));
  }

  private static Spelling dump(String name, Dump dump) {
    return Spelling.of(name, dump::of);
  }

  /** Nothing but what {@code od -c} has: three places, letters for a few. */
  private static String odCharacter(int octet) {
    String text =
        switch (octet) {
          case '\n' -> "\\n";
          case '\t' -> "\\t";
          case '\r' -> "\\r";
          case 0 -> "\\0";
          default ->
              octet < 0x20 || octet >= 0x7f ? String.format("%03o", octet) : "" + (char) octet;
        };
    return String.format("%4s", text);
  }

  /** Words of 16 bits with the second byte first, as is the default. */
  private static String words(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 2) {
      if (i % 16 == 0) {
        text.append(frame(String.format(i == 0 ? "%07x" : "\n%07x", i)));
      }
      int second = i + 1 < bytes.length ? bytes[i + 1] : 0;
      text.append(String.format(" %02x%02x", second, bytes[i]));
    }
    return text + frame(String.format("\n%07x", bytes.length));
  }

  /**
   * The layout of a dump.
   *
   * @param offset format of what begins a line
   * @param group how many bytes stand together
   * @param middle what separates the halves of a line
   * @param open what comes between the bytes and their characters; none if empty
   * @param width of the bytes' column
   */
  private record Dump(
      String offset,
      IntFunction<String> cell,
      int line,
      int group,
      String middle,
      String open,
      String close,
      int width) {

    static final Dump XXD = new Dump("%08x: ", Escapes.format("%02x"), 16, 2, " ", "  ", "", 40);
    static final Dump CANONICAL =
        new Dump("%08x  ", Escapes.format("%02x"), 16, 1, "  ", "  |", "|", 49);
    static final Dump OD = new Dump(" ", Escapes.format("%02x"), 16, 1, " ", "", "", 0);

    String of(String value) {
      return of("", value, "");
    }

    String of(String before, String value, String after) {
      byte[] bytes = (before + value + after).getBytes(UTF_8);
      int first = before.getBytes(UTF_8).length;
      int last = first + value.getBytes(UTF_8).length;
      StringBuilder text = new StringBuilder();
      for (int from = 0; from < bytes.length; from += line) {
        int to = Math.min(bytes.length, from + line);
        text.append(frame((from == 0 ? "" : "\n") + String.format(Locale.ROOT, offset, from)));
        int column = 0;
        for (int i = from; i < to; i++) {
          String separator = i > from && (i - from) % group == 0 ? " " : "";
          separator = group == 1 && i - from == line / 2 ? middle : separator;
          String cell = this.cell.apply(bytes[i] & 0xff);
          boolean inside = i >= first && i < last;
          text.append(inside && i > first ? separator : frame(separator));
          text.append(inside ? cell : frame(cell));
          column += separator.length() + cell.length();
        }
        if (!open.isEmpty()) {
          text.append(frame(" ".repeat(Math.max(0, width - 1 - column)) + open));
          for (int i = from; i < to; i++) {
            boolean shown = bytes[i] >= 0x20 && bytes[i] < 0x7f;
            String character = shown ? String.valueOf((char) bytes[i]) : ".";
            text.append(shown && i >= first && i < last ? character : frame(character));
          }
          text.append(frame(close));
        }
      }
      return text.toString();
    }
  }
}

package dev.hush.provider.dotenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hush.InvalidSecretException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What python-dotenv 1.2.4, which Modal uses, makes of a file, row by row. Where it skips a line,
 * we refuse it.
 */
// Unmarked: javac 17 does not see that the environment may answer null (JDK-8225377).
@NullUnmarked
class DotenvGrammarTest {

  private static final Map<String, String> PROCESS_ENVIRONMENT =
      Map.of("HOST", "db.example", "EMPTY", "", "A", "of the process");

  private static final String PEM =
      "-----BEGIN PRIVATE KEY-----\nMIIEvQ+/bC1=\n\nQ==\n-----END PRIVATE KEY-----\n";

  private final Path folder;

  DotenvGrammarTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve(".env"), content);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void reads(String what, String content, Map<String, String> values) throws IOException {
    Map<String, @Nullable String> read = DotenvFile.read(write(content), PROCESS_ENVIRONMENT::get);

    assertThat(new ArrayList<>(read.entrySet())).isEqualTo(new ArrayList<>(values.entrySet()));
  }

  static Stream<Arguments> reads() {
    return Stream.of(
        row("nothing", ""),
        row("blank lines and comments", "\n  \t\n# My settings\n  # A=1\n#\n"),
        row(
            "two entries",
            "# My settings\nUSER=user\nPASSWORD=abc123\n",
            "USER",
            "user",
            "PASSWORD",
            "abc123"),
        row("last line without an end", "A=1\nB=2", "A", "1", "B", "2"),
        row("CRLF", "A=1\r\nB=2\r\n", "A", "1", "B", "2"),
        row("CR", "A=1\rB=2\r", "A", "1", "B", "2"),
        row("byte order mark", "\ufeffA=1", "A", "1"),
        row("a second mark is a character", "\ufeff\ufeffA=1", "\ufeffA", "1"),

        // Keys
        row("export", "export A=1\n  export\tB = 2", "A", "1", "B", "2"),
        row("a key named export", "export=1\nexporter=2", "export", "1", "exporter", "2"),
        row("export of a comment", "export # A=1"),
        row("bare key", "KEY", "KEY", null),
        row("bare key with a comment", "KEY # c\nK2#c", "KEY", null, "K2", null),
        row("bare exported key", "export Z", "Z", null),
        row("blanks around =", " X = 1", "X", "1"),
        row("leading blanks", "\t  A=1", "A", "1"),
        row("point and hyphen", "a-b.c=1", "a-b.c", "1"),
        row("non-ASCII key", "cl\u00e9=1\n\ud83d\ude00=2", "cl\u00e9", "1", "\ud83d\ude00", "2"),
        row("quoted key", "'a b'=1", "a b", "1"),
        row("a variable is no key", "${X}=1", "${X}", "1"),
        row("of two the last counts, at the first place", "D=1\nE=2\nD=3", "D", "3", "E", "2"),

        // Unquoted
        row("empty", "KEY=\nK2= \nK3", "KEY", "", "K2", "", "K3", null),
        row("trimmed", "K= spaced  ", "K", "spaced"),
        row("comment", "E=un quoted # comment", "E", "un quoted"),
        row("comment after a tab", "A=x\t#c", "A", "x"),
        row("# within", "F=a#b", "F", "a#b"),
        row("# at once", "T=#c", "T", "#c"),
        row("# after a blank", "S= # c", "S", ""),
        row("= within", "R==x\nA=b=c==", "R", "=x", "A", "b=c=="),
        row("backslashes", "U=\\n\nP=C:\\dir\\", "U", "\\n", "P", "C:\\dir\\"),
        row("quotes within", "A=it's\nB=5\" pipe", "A", "it's", "B", "5\" pipe"),
        row("backticks", "A=`x y`", "A", "`x y`"),
        row("JSON", "J={\"a\": [1, \"b\"]}", "J", "{\"a\": [1, \"b\"]}"),
        row("URL", "U=postgres://u:p%40w@h/db?a=1&b=2#f", "U", "postgres://u:p%40w@h/db?a=1&b=2#f"),
        row("no-break space at the end", "A=1\u00a0", "A", "1"),

        // Double quotes
        row("quoted", "A=\"x y\"", "A", "x y"),
        row("blanks stay", "A=\"  x  \"  ", "A", "  x  "),
        row("comment after quotes", "A=\"x\" # c\nB=\"y\"#c", "A", "x", "B", "y"),
        row("# and = within", "A=\"a #b =c\"", "A", "a #b =c"),
        row(
            "escapes",
            "A=\"\\\\ \\' \\\" \\a\\b\\f\\n\\r\\t\\v\"",
            "A",
            "\\ ' \" \u0007\b\f\n\r\t\u000b"),
        row("unknown escapes", "A=\"\\q \\$ \\0 \\\n\"", "A", "\\q \\$ \\0 \\\n"),
        row("escaped quote, then blanks", "A=\"a\\\"b\"  \t", "A", "a\"b"),
        row("escaped backslash at the end", "A=\"C:\\\\\"\nB=\"x\"", "A", "C:\\", "B", "x"),
        row("PEM", "A=\"" + PEM + "\"\nB=1", "A", PEM, "B", "1"),
        row("JSON of several lines", "J=\"{\n  \\\"a\\\": 1\n}\"", "J", "{\n  \"a\": 1\n}"),
        row("CRLF within", "A=\"1\r\n2\"\r\nB=3", "A", "1\n2", "B", "3"),
        row("CR within", "A='1\r2\r\r\n3'\rB=3", "A", "1\n2\n\n3", "B", "3"),
        row("CR after a backslash", "A=\"1\\\r\n2\\r\"", "A", "1\\\n2\r"),
        row("single quotes within", "A=\"it's\"", "A", "it's"),
        row("empty quotes", "A=\"\"\nB=''", "A", "", "B", ""),

        // Single quotes
        row("single quoted", "A='x y'", "A", "x y"),
        row("only quote and backslash are escaped", "A='\\' \\\\ \\n \\\"'", "A", "' \\ \\n \\\""),
        row("single quoted lines", "A='1\n2'\nB=3", "A", "1\n2", "B", "3"),
        row("JSON in single quotes", "J='{\"a\": \"b #c\"}'", "J", "{\"a\": \"b #c\"}"),

        // Interpolation
        row("earlier value", "X=1\nI=${X}-${NOPE:-def}-${NOPE}", "X", "1", "I", "1-def-"),
        row("in single quotes", "A=1\nC='sq $x ${A} \\' end'", "A", "1", "C", "sq $x 1 ' end"),
        row(
            "in double quotes",
            "A=1\nD=\"dq \\n line ${A} \\\"q\\\"\"",
            "A",
            "1",
            "D",
            "dq \n line 1 \"q\""),
        row("the process", "A2=${HOST}", "A2", "db.example"),
        row(
            "the file before the process",
            "B=${A}\nA=1\nC=${A}",
            "B",
            "of the process",
            "A",
            "1",
            "C",
            "1"),
        row("set to nothing is set", "B=${EMPTY:-d}\nC=\nD=${C:-d}", "B", "", "C", "", "D", ""),
        row("a bare key hides the process", "HOST\nB=${HOST:-d}", "HOST", null, "B", ""),
        row("itself, before", "A=${A}!", "A", "of the process!"),
        row("later values are not known", "B=${Z}\nZ=1", "B", "", "Z", "1"),
        row("once, not again", "A=$\nB=${A}{HOST}", "A", "$", "B", "${HOST}"),
        row("default with a colon", "B=${N:-http://h:1}", "B", "http://h:1"),
        row("$NAME stays", "M=$A", "M", "$A"),
        row("unclosed stays", "Q=x${Q", "Q", "x${Q"),
        row("no operator but :-", "Q=${N:?e}${N:d}", "Q", "${N:?e}${N:d}"),
        row("hyphen without colon is part of the name", "Q=${HOST-d}", "Q", ""),
        row(
            "$ and \\ in a value that is put in",
            "A='$1\\\\0'\nB=${A}",
            "A",
            "$1\\0",
            "B",
            "$1\\0"),

        // What the way through dotenv-java must not change
        row("its escapes", "A=.0022\n.0022=%22", "A", ".0022", ".0022", "%22"),
        row(
            "its own defects",
            "A=//// no comment\nB='\"'\nC=\"'\"",
            "A",
            "//// no comment",
            "B",
            "\"",
            "C",
            "'"));
  }

  private static Arguments row(String what, String content, @Nullable String... keysAndValues) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return arguments(what, content, values);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refuses(String content, int line, String problem) throws IOException {
    Path file = write("\n# t0p\r\n" + content);

    assertThatThrownBy(() -> DotenvFile.read(file, PROCESS_ENVIRONMENT::get))
        .isInstanceOf(InvalidSecretException.class)
        .hasNoCause()
        .hasMessageStartingWith(file + ", line " + line + ": " + problem)
        .hasMessageNotContaining("t0p")
        .hasMessageNotContaining("\n");
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        arguments("=t0p", 3, "there is no key"),
        arguments("  = t0p", 3, "there is no key"),
        arguments("export =t0p", 3, "there is no key"),
        arguments("export ", 3, "there is no key"),
        arguments("''=t0p", 3, "there is no key"),
        arguments("'t0p=1\nB=2", 3, "the quote that opens here is never closed"),
        arguments("A t0p=3", 3, "the key is not followed by ="),
        arguments("t0p: yaml", 3, "the key is not followed by ="),
        arguments("export A B=t0p", 3, "the key is not followed by ="),
        arguments(
            "A=\"t0p\" t0p",
            3,
            "there is text after the quote that closes the value opened in line 3"),
        arguments("A='t0p't0p", 3, "there is text after the quote"),
        arguments(
            "A=\"t0p\nB=\"t0p\"\nC=1",
            4,
            "there is text after the quote that closes the value opened in line 3"),
        arguments("OK=1\nA=\"t0p\nB=t0p\nC=t0p\n", 4, "the quote that opens here is never closed"),
        arguments("OK=1\rA='t0p", 4, "the quote that opens here is never closed"),
        arguments("A=\"t0p\\", 3, "the quote that opens here is never closed"),
        arguments("A='C:\\t0p\\'", 3, "the quote that opens here is never closed"),
        // The quotes around it were forgotten.
        arguments("A=" + PEM.replace("Q==", "t0p"), 7, "the key is not followed by ="),
        arguments("A={\n  \"t0p\": 1\n}", 4, "the key is not followed by ="));
  }

  @Test
  void tellsTheLineOfEachEntryAndShowsNothingOfIt() throws IOException {
    Path file = write("\n# c\r\nA=1\rB=\"\n\n\"\n\nt0p\nC=t0p");

    List<DotenvFile.Entry> entries = DotenvFile.entries(file, PROCESS_ENVIRONMENT::get);

    assertThat(entries).extracting(DotenvFile.Entry::line).containsExactly(3, 4, 8, 9);
    assertThat(entries.toString()).doesNotContain("t0p");
  }
}

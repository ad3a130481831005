package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that tools put in the place of {@code System.out} and {@code System.err}. */
class ReplacedOutputIT {

  private static final String VALUE = "Xk9-qWz7vbn";

  /** Prints a line for each check that fails. */
  private static final String CHECKS =
      """
      import dev.hush.annotations.*;
      import java.io.*;
      import java.util.*;
      public class Checks {
        static final PrintStream FIRST = System.out;
        static String value;
        @Function(secrets = @SecretRef("dotenv:values.env")) static String value() { return System.getenv("KEY"); }
        static void check(String what, Object expected, Object found) {
          if (!expected.equals(found)) FIRST.println(what + ": " + found + " and not " + expected);
        }
        public static void main(String[] arguments) throws Exception {
          value = value();
          plain(); ownClass(); overloads(); nested(); threads(); socket(); again(); encoded();
          System.setOut(FIRST);
          check("first", true, System.out == FIRST);
          System.out.println("done " + value);
        }
        static void plain() throws Exception {
          ByteArrayOutputStream memory = new ByteArrayOutputStream();
          PrintStream stream = new PrintStream(memory, true);
          System.setOut(stream);
          check("identity", true, System.out == stream);
          System.out.print("begins like the value: X");
          check("read at once", "begins like the value: X", memory.toString());
          memory.reset();
          System.out.print(value.substring(0, 5)); System.out.print(value.substring(5)); System.out.println(" pieces");
          check("pieces", "*** pieces" + System.lineSeparator(), memory.toString());
          memory.reset();
          for (byte letter : value.getBytes()) System.out.write(letter);
          System.out.write("|".getBytes()); stream.printf("%s|", value).append(value).append('|');
          for (char letter : value.toCharArray()) stream.print(letter);
          check("all ways", "***|***|***|***", memory.toString());
          memory.reset();
          System.out.print("X");
          // Its size tells without reading it, which would let it go at once.
          for (int i = 0; i < 500 && memory.size() == 0; i++) { Thread.sleep(20); }
          check("let go", 1, memory.size());
        }
        static class Tee extends PrintStream {
          final PrintStream other;
          Tee(OutputStream out, PrintStream other) { super(out, true); this.other = other; }
          @Override public synchronized void write(byte[] bytes, int offset, int length) { super.write(bytes, offset, length); other.write(bytes, offset, length); }
          @Override public synchronized void write(int value) { super.write(value); other.write(value); }
        }
        static void ownClass() {
          ByteArrayOutputStream own = new ByteArrayOutputStream(), other = new ByteArrayOutputStream();
          Tee tee = new Tee(own, new PrintStream(other));
          System.setErr(tee);
          System.err.println("line " + value); System.err.print(value.substring(0, 3)); System.err.print(value.substring(3) + "\\n"); System.err.println(12);
          check("own", "line ***\\n***\\n12\\n", own.toString());
          check("other", "line ***\\n***\\n12\\n", other.toString());
          check("cast", true, ((Tee) System.err).other == tee.other);
          new Exception(value).printStackTrace();
          check("trace", true, own.toString().contains("java.lang.Exception: ***"));
        }
        static class Kept extends PrintStream {
          final List<Object> kept = new ArrayList<>();
          Kept() { super(OutputStream.nullOutputStream()); }
          @Override public void print(String text) { kept.add("print " + text); }
          @Override public void println(String text) { kept.add("line " + text); }
          @Override public void println(int number) { kept.add(number); }
          @Override public void println(long number) { kept.add(number); }
          @Override public void println(double number) { kept.add(number); }
          @Override public void println(char[] letters) { kept.add(letters); }
          @Override public void println(Object object) { kept.add(object); }
          @Override public PrintStream printf(String format, Object... values) { kept.add(format + values[0]); return this; }
          @Override public PrintStream append(CharSequence text, int start, int end) { kept.add(text.subSequence(start, end)); return this; }
        }
        static void overloads() {
          Kept kept = new Kept();
          System.setOut(kept);
          char[] letters = {'a'};
          for (Object object : List.of(1, 2L, 0.5, letters, Map.of())) {
            if (object instanceof Integer i) System.out.println(i.intValue());
            else if (object instanceof Long l) System.out.println(l.longValue());
            else if (object instanceof Double d) System.out.println(d.doubleValue());
            else if (object instanceof char[] c) System.out.println(c);
            else System.out.println(object);
          }
          check("overloads", List.of(1, 2L, 0.5, letters, Map.of()), kept.kept);
          kept.kept.clear();
          System.out.println((Object) value); System.out.println(value.toCharArray()); System.out.printf("%s", value);
          System.out.printf("%s", "plain;"); System.out.append("-" + value, 1, 1 + value.length());
          System.out.print("Xk"); System.out.println("9-qWz7vbn;");
          check("masked", "[line ***, line ***, print ***, %splain;, print ***, line ***;]", kept.kept.toString());
          try { System.out.printf("%d", "no number"); } catch (IllegalFormatException wrong) { check("wrong format", true, true); }
          System.out.println((String) null);
          check("null", "line null", kept.kept.get(kept.kept.size() - 1));
        }
        static void nested() {
          ByteArrayOutputStream inner = new ByteArrayOutputStream(), outer = new ByteArrayOutputStream();
          System.setOut(new PrintStream(inner, true));
          System.setOut(new Tee(outer, System.out));
          System.out.println("nested " + value);
          check("inner", "nested ***\\n", inner.toString());
          check("outer", "nested ***\\n", outer.toString());
        }
        static void threads() throws Exception {
          ByteArrayOutputStream memory = new ByteArrayOutputStream();
          System.setOut(new Tee(memory, new PrintStream(OutputStream.nullOutputStream())));
          Thread[] threads = new Thread[4];
          for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> { for (int k = 0; k < 5_000; k++) { System.out.print("Xk9"); System.out.println("-qW " + value); if (k % 1_000 == 0) System.out.print("X"); } });
            threads[i].start();
          }
          for (Thread thread : threads) thread.join();
          check("threads", 20_000, memory.toString().split("\\n").length);
          check("threads masked", false, memory.toString().contains(value));
        }
        static void socket() throws Exception {
          try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
              java.net.Socket client = new java.net.Socket(server.getInetAddress(), server.getLocalPort());
              java.net.Socket accepted = server.accept()) {
            System.setOut(new PrintStream(client.getOutputStream(), true));
            System.out.println("socket " + value);
            client.close();
            check("socket", "socket ***\\n", new String(accepted.getInputStream().readAllBytes()));
          }
        }
        /** Whoever has kept it goes on. */
        static void again() {
          ByteArrayOutputStream memory = new ByteArrayOutputStream();
          PrintStream kept = new PrintStream(memory, true);
          System.setOut(kept);
          System.setOut(FIRST);
          kept.println(value);
          check("kept", "***\\n", memory.toString());
          System.setOut(null);
          System.setOut(FIRST);
          PrintStream unrelated = new PrintStream(memory, true);
          memory.reset();
          unrelated.print(value);
          check("a stream of the application's own", value, memory.toString());
        }
        static void encoded() throws Exception {
          ByteArrayOutputStream memory = new ByteArrayOutputStream();
          System.setOut(new PrintStream(memory, true, "UTF-16BE"));
          System.out.print(value + "!");
          check("UTF-16", "***!", memory.toString("UTF-16BE"));
        }
      }
      """;

  @TempDir Path folder;

  private Program program() {
    return new Program(folder).source(CHECKS).file("values.env", "KEY=" + VALUE);
  }

  @Test
  void isMaskedAndStaysWhatItIs() {
    Program.Outcome outcome = program().run("Checks");

    assertThat(outcome.everything()).isEqualTo("done ***\n");
    assertThat(outcome.exitCode()).isZero();
  }

  /** The words of the checks that no value is in hold without the agent too. */
  @Test
  void checksWouldFailWithoutTheAgent() {
    Program program = program().withoutAgent().variable("KEY", VALUE);

    List<String> failed = program.run("Checks").out().lines().toList();

    assertThat(failed)
        .anyMatch(line -> line.startsWith("pieces: "))
        .noneMatch(line -> line.startsWith("identity: "))
        .noneMatch(line -> line.startsWith("overloads: "))
        .noneMatch(line -> line.startsWith("let go: "));
  }

  @Test
  void outputThatIsRawIsRawWherever() {
    Program.Outcome outcome = program().agentArgument("output=raw").run("Checks");

    assertThat(outcome.out())
        .contains("pieces: " + VALUE + " pieces")
        .endsWith("done " + VALUE + "\n");
    assertThat(outcome.out()).doesNotContain("own: ");
  }
}

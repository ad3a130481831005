package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the last step of the build changes how soon the agent starts, and nothing else. */
class QuickStartIT {

  private static final String KINDS =
      """
      import java.util.*;
      import java.util.function.*;

      public class Kinds {
        private int base = 40;
        record Point(int x, long y, double d, float f, boolean b, char c, byte t, short s, String n, int[] a) {}
        record None() {}
        static void records() {
          int[] array = {1};
          Point point = new Point(1, 1L << 40, 0.5, Float.NaN, true, 'x', (byte) 3, (short) 4, null, array);
          print(point.hashCode() - java.util.Objects.hashCode(array));
          print(point.equals(new Point(1, 1L << 40, 0.5, Float.NaN, true, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(2, 1L << 40, 0.5, Float.NaN, true, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(1, 1L << 41, 0.5, Float.NaN, true, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(1, 1L << 40, -0.0, Float.NaN, true, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(1, 1L << 40, 0.5, 0, true, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(1, 1L << 40, 0.5, Float.NaN, false, 'x', (byte) 3, (short) 4, null, array)));
          print(point.equals(new Point(1, 1L << 40, 0.5, Float.NaN, true, 'x', (byte) 3, (short) 4, "n", array)));
          print(new Point(0, 0, 0.0, 0, true, 'x', (byte) 3, (short) 4, "n", array)
              .equals(new Point(0, 0, -0.0, 0, true, 'x', (byte) 3, (short) 4, "n", array)));
          print(point.equals("another")); print(point.equals(null));
          print(new None().equals(new None())); print(new None().hashCode()); print(new None());
        }
        private static long widened(long value) { return value + 1; }
        private static double real(double value) { return value / 2; }
        private String own(Object text) { return "own " + text; }
        static void print(Object text) { System.out.println(text); }
        interface Greeting { String to(String name); default Greeting twice() { return n -> to(to(n)); } }
        private interface Hidden { private String secret() { return "hidden"; }
          default Supplier<String> supplier() { return this::secret; } }
        class Inner { private final int value = base + 2; IntSupplier get() { return () -> value + base; } }
        enum Colour { RED { @Override Supplier<String> name2() { return () -> "red" + ordinal(); } };
          abstract Supplier<String> name2(); }

        void all() throws Exception {
          int number = 7; long large = 1L << 40; double fraction = 0.5; char letter = 'x'; boolean yes = true;
          float small = 1.5f; byte tiny = 3; short little = 4;
          Runnable nothing = () -> print("nothing captured"); nothing.run();
          Runnable runnable = () -> print(number + " " + large + fraction + letter + yes + small + tiny + little + base);
          runnable.run();
          Supplier<Runnable> nested = () -> () -> print("nested " + number); nested.get().run();
          Function<Object, String> bound = this::own; print(bound.apply(1));
          Function<String, Integer> length = String::length; print(length.apply("four"));
          Supplier<List<String>> list = ArrayList::new; print(list.get());
          Function<Integer, List<String>> sized = ArrayList::new; print(sized.apply(3));
          IntFunction<int[]> array = int[]::new; print(array.apply(2).length);
          LongUnaryOperator exact = Kinds::widened; print(exact.applyAsLong(large));
          IntToLongFunction widening = Kinds::widened; print(widening.applyAsLong(number));
          ToLongFunction<Integer> unboxed = Kinds::widened; print(unboxed.applyAsLong(number));
          ToDoubleFunction<Float> unboxedReal = Kinds::real; print(unboxedReal.applyAsDouble(small));
          IntToDoubleFunction real = Kinds::real; print(real.applyAsDouble(number));
          LongToDoubleFunction longReal = Kinds::real; print(longReal.applyAsDouble(large));
          Function<Long, Long> boxed = Kinds::widened; print(boxed.apply(large));
          IntFunction<Object> boxing = Integer::valueOf; print(boxing.apply(number));
          Supplier<Object> boxedResult = "abc"::length; print(boxedResult.get());
          ToIntFunction<Character> character = c -> c; print(character.applyAsInt(letter));
          Consumer<StringBuilder> dropped = StringBuilder::reverse; dropped.accept(new StringBuilder("drop"));
          Consumer<String> droppedLong = text -> Kinds.widened(text.length()); droppedLong.accept("x");
          ObjLongConsumer<String> two = (text, value) -> print(text + value); two.accept("wide ", large);
          Comparator<String> comparator = Comparator.comparing(String::length, Integer::compare);
          print(comparator.thenComparing(Comparator.naturalOrder()).compare("a", "bb"));
          Greeting greeting = name -> "hello " + name; print(greeting.twice().to("you"));
          print(new Hidden() {}.supplier().get());
          print(new Inner().get().getAsInt());
          print(Colour.RED.name2().get());
          Predicate<String> not = Predicate.not(String::isEmpty); print(not.test(""));
          Supplier<Supplier<String>> outer = () -> { class Local { String s() { return "local " + number; } } return new Local()::s; };
          print(outer.get().get());
          Runnable marked = (Runnable & java.io.Serializable) () -> print("serializable"); marked.run();
          print(marked instanceof java.io.Serializable);
          Function<String, String> generic = identity(); print(generic.apply("generic"));
          Supplier<Runnable> same = () -> Kinds::nothing; print(same.get() == same.get());
          try { ((Function) length).apply(5); } catch (ClassCastException expected) { print("cast"); }
          Callback<RuntimeException> thrower = () -> { throw new IllegalStateException("thrown"); };
          try { thrower.call(); } catch (IllegalStateException expected) { print(expected.getMessage()); }
          print(Arrays.stream(new int[] {3, 1, 2}).boxed().sorted(Comparator.reverseOrder()).map(String::valueOf).toList());
        }
        static void nothing() {}
        interface Callback<E extends Exception> { void call() throws E; }
        static <T> Function<T, T> identity() { return value -> value; }
        public static void main(String[] arguments) throws Exception { new Kinds().all(); records(); }
      }
      """;

  @TempDir Path folder;

  /** The agent would do one thing, and whoever reads or scans the jar see another. */
  @Test
  void theClassesInOnePieceAreThoseOfTheJar() throws IOException {
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      JarEntry entry = jar.getJarEntry("dev/hush/agent/start.classes");
      assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
      ByteBuffer piece = ByteBuffer.wrap(jar.getInputStream(entry).readAllBytes());
      Map<Integer, ByteBuffer> inPiece = new LinkedHashMap<>();
      for (int i = 0; i < piece.getInt(0); i++) {
        int row = 4 + 12 * i;
        inPiece.put(piece.getInt(row), piece.slice(piece.getInt(row + 4), piece.getInt(row + 8)));
      }
      assertThat(inPiece.keySet()).containsExactlyElementsOf(new TreeSet<>(inPiece.keySet()));
      int found = 0;
      for (JarEntry type : jar.stream().filter(one -> one.getName().endsWith(".class")).toList()) {
        String name = type.getName().replace(".class", "").replace('/', '.');
        ByteBuffer same = inPiece.get(name.hashCode());
        if (same != null) {
          assertThat(same).isEqualTo(ByteBuffer.wrap(jar.getInputStream(type).readAllBytes()));
          found++;
        }
      }
      // What is defined in the JVM's own loader has other names there, and no place in the jar.
      for (String name : List.of("Bridge", "Bridged", "HiddenFrame", "SetOnce")) {
        assertThat(inPiece).containsKey(("dev.hush.agent." + name).hashCode());
        found++;
      }
      assertThat(found).isEqualTo(inPiece.size()).isGreaterThan(300);
    }
  }

  @Test
  void lambdasOfAllKindsDoTheSame() throws Exception {
    Program program = new Program(folder).source(KINDS).withoutAgent();
    String asCompiled = program.run("Kinds").out();
    Path jar = folder.resolve("kinds.jar");
    pack(jar);

    assertThat(quickStart(jar)).isZero();
    Program.Outcome outcome =
        program.onlyClassPath(jar.toString()).jvm("-Xlog:class+load:file=loaded").run("Kinds");

    assertThat(asCompiled).contains("thrown", "[3, 2, 1]");
    assertThat(outcome).isEqualTo(new Program.Outcome(0, asCompiled, ""));
    assertThat(Files.readString(folder.resolve("loaded")))
        .contains("Kinds$Lambda$1 ")
        // The one that can be serialized.
        .containsOnlyOnce("Kinds$$Lambda");
  }

  @Test
  void noLambdaOfTheAgentIsMadeAtStart() throws IOException {
    try (JarFile jar = new JarFile(Program.agentJar().toFile())) {
      List<String> withLambdas =
          jar.stream()
              .filter(entry -> entry.getName().matches("dev/hush/(?!agent/shaded/).*\\.class"))
              .filter(entry -> content(jar, entry).contains("java/lang/invoke/LambdaMetafactory"))
              .map(JarEntry::getName)
              .toList();

      assertThat(withLambdas).isEmpty();
    }
  }

  private static String content(JarFile jar, JarEntry entry) {
    try {
      return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private void pack(Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.list(folder)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write("Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
        zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
        zip.write(Files.readAllBytes(file));
      }
    }
  }

  /** As the build does it. */
  private int quickStart(Path jar) throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Program.jars("byte-buddy-\\d.*").get(0),
            Path.of("src", "build", "QuickStart.java").toString(),
            jar.toString())
        .inheritIO()
        .start()
        .waitFor();
  }
}

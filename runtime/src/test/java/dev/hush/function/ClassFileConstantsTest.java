package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with another reading of the same constants, by the JDK's streams. */
class ClassFileConstantsTest {

  private static final Pattern ASCII = Pattern.compile("[ -~]+");
  private static final byte[] ABSENT =
      "no class of any library says this".getBytes(StandardCharsets.US_ASCII);

  /** The texts among a class file's constants, and those that are literals. */
  private record Constants(Set<String> texts, Set<String> literals) {
    static Constants of(byte[] classFile) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
      in.skipNBytes(8);
      int count = in.readUnsignedShort();
      Map<Integer, String> texts = new HashMap<>();
      List<Integer> literals = new ArrayList<>();
      for (int index = 1; index < count; index++) {
        switch (in.readUnsignedByte()) {
          case 1 -> texts.put(index, in.readUTF());
          case 3, 4 -> in.readInt();
          case 5, 6 -> {
            in.readLong();
            index++;
          }
          case 8 -> literals.add(in.readUnsignedShort());
          case 7, 16, 19, 20 -> in.readUnsignedShort();
          case 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
          case 15 -> in.skipNBytes(3);
          default -> throw new IOException("no constant");
        }
      }
      Set<String> literalTexts = new HashSet<>();
      literals.forEach(index -> literalTexts.add(texts.get(index)));
      return new Constants(new HashSet<>(texts.values()), literalTexts);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ByteBuddy.class,
        JavaClass.class,
        Assertions.class,
        io.github.classgraph.ClassGraph.class
      })
  void tellsOfEveryClassWhatAnotherReadingTells(Class<?> ofLibrary)
      throws IOException, URISyntaxException {
    int classes = 0;
    Path path = Path.of(ofLibrary.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile jar = new JarFile(path.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().endsWith(".class")) {
          try (InputStream in = jar.getInputStream(entry)) {
            compare(in.readAllBytes(), entry.getName());
          }
          classes++;
        }
      }
    }
    assertThat(classes).isGreaterThan(100);
  }

  private static void compare(byte[] classFile, String name) throws IOException {
    Constants constants = Constants.of(classFile);
    boolean same = !ClassFileConstants.mention(classFile, ABSENT);
    for (String text : constants.texts()) {
      if (ASCII.matcher(text).matches()) {
        same &= ClassFileConstants.mention(classFile, text.getBytes(StandardCharsets.US_ASCII));
        same &=
            ClassFileConstants.haveLiteral(classFile, text) == constants.literals().contains(text);
        String longer = text + "x";
        same &=
            ClassFileConstants.mention(classFile, longer.getBytes(StandardCharsets.US_ASCII))
                == constants.texts().contains(longer);
      }
    }
    assertThat(same).as(name).isTrue();
  }

  private static final class Sample {
    static final long WIDE = 1L << 40;
    static final double WIDE_TOO = 1.5e300;

    static String literal() {
      return "literal of the sample" + WIDE + WIDE_TOO;
    }
  }

  @Test
  void nameIsNoLiteral() throws IOException {
    byte[] classFile = sample();

    assertThat(Sample.literal()).isNotEmpty();
    assertThat(ClassFileConstants.mention(classFile, "literal".getBytes(StandardCharsets.US_ASCII)))
        .isTrue();
    assertThat(ClassFileConstants.haveLiteral(classFile, "literal")).isFalse();
    assertThat(ClassFileConstants.haveLiteral(classFile, "none")).isFalse();
  }

  static Stream<byte[]> noClassFiles() throws IOException {
    byte[] sample = sample();
    byte[] unknown = sample.clone();
    unknown[10] = 99;
    byte[] negative = sample.clone();
    negative[10] = (byte) 0x90;
    byte[] laterThanTheJvm = unknown.clone();
    laterThanTheJvm[6] = 0x7f;
    return Stream.of(
        new byte[0],
        new byte[] {1, 2, 3},
        new byte[64],
        unknown,
        negative,
        laterThanTheJvm,
        Arrays.copyOf(sample, 11),
        Arrays.copyOf(sample, 100));
  }

  /** The JVM is given them all the same, before it says that they are none. */
  @ParameterizedTest
  @MethodSource("noClassFiles")
  void whatIsNoClassFileMentionsNothing(byte[] bytes) {
    assertThat(ClassFileConstants.mention(bytes, ABSENT)).isFalse();
    assertThat(ClassFileConstants.haveLiteral(bytes, "none")).isFalse();
  }

  private static byte[] sample() throws IOException {
    try (InputStream in =
        ClassFileConstantsTest.class.getResourceAsStream("ClassFileConstantsTest$Sample.class")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}

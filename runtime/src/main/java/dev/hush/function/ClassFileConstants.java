package dev.hush.function;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a class file's constants hold, by walking over them (JVMS 4.4): one look at a few
 * hundred bytes for each class that the JVM loads, instead of parsing it. The sizes are in a table
 * because most of a program's classes are loaded before this is compiled, and a switch takes the
 * interpreter twice as long.
 *
 * <p>Not every array that an application gives to a class loader is a class file. One that is cut
 * off, or has a constant of no kind, mentions nothing: the JVM refuses it, and says so to whoever
 * gave it.
 */
public final class ClassFileConstants {

  /** Java SE 25; a later Java may have kinds of constants that the table does not know. */
  private static final int LAST_KNOWN_VERSION = 69;

  private static final int MAJOR_VERSION = 6;
  private static final int COUNT = 8;
  private static final int FIRST = 10;
  private static final int UTF8 = 1;
  private static final int STRING = 8;

  /** Of a long and a double, which take two indexes. */
  private static final int WIDE = 9;

  private static final byte[] SIZES = sizes();

  private static final int ABSENT = 0;
  private static final int UNKNOWN = -1;

  private ClassFileConstants() {}

  /**
   * Whether the class mentions the text: as a name, a descriptor, or a literal. A class of a Java
   * later than this code, of which that cannot be told, does.
   *
   * @param text ASCII
   */
  public static boolean mention(byte[] classFile, byte[] text) {
    return indexOf(classFile, text) != ABSENT;
  }

  /** The first text among the constants that ends so and has more before it; null: none does. */
  static @Nullable String endingWith(byte[] classFile, byte[] end) {
    try {
      int count = unsignedShort(classFile, COUNT);
      int position = FIRST;
      for (int index = 1; index < count; index++) {
        int tag = classFile[position] & 0xff;
        int size = SIZES[tag];
        if (tag == UTF8) {
          int start = position + size;
          int length = unsignedShort(classFile, position + 1);
          if (length > end.length && isText(classFile, start + length - end.length, end)) {
            return new String(classFile, start, length, StandardCharsets.UTF_8);
          }
          size += length;
        } else if (size == WIDE) {
          index++;
        } else if (size == 0) {
          return null;
        }
        position += size;
      }
      return null;
    } catch (ArrayIndexOutOfBoundsException noClassFile) {
      return null;
    }
  }

  /** Whether the class has the text as a literal, such as the argument of a call. */
  static boolean haveLiteral(byte[] classFile, String text) {
    int index = indexOf(classFile, text.getBytes(StandardCharsets.US_ASCII));
    if (index == ABSENT || index == UNKNOWN) {
      return false;
    }
    int count = unsignedShort(classFile, COUNT);
    int position = FIRST;
    for (int i = 1; i < count; i++) {
      int tag = classFile[position] & 0xff;
      if (tag == STRING && unsignedShort(classFile, position + 1) == index) {
        return true;
      }
      int size = SIZES[tag];
      i += size == WIDE ? 1 : 0;
      position += tag == UTF8 ? size + unsignedShort(classFile, position + 1) : size;
    }
    return false;
  }

  /** The index of the constant that is this text. */
  private static int indexOf(byte[] classFile, byte[] text) {
    try {
      int count = unsignedShort(classFile, COUNT);
      int position = FIRST;
      for (int index = 1; index < count; index++) {
        int tag = classFile[position] & 0xff;
        int size = SIZES[tag];
        if (tag == UTF8) {
          int length = unsignedShort(classFile, position + 1);
          if (length == text.length && isText(classFile, position + size, text)) {
            return index;
          }
          size += length;
        } else if (size == WIDE) {
          index++;
        } else if (size == 0) {
          return mayBeKnownToTheJvm(classFile) ? UNKNOWN : ABSENT;
        }
        position += size;
      }
      return ABSENT;
    } catch (ArrayIndexOutOfBoundsException noClassFile) {
      return ABSENT;
    }
  }

  private static boolean isText(byte[] classFile, int position, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (classFile[position + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean mayBeKnownToTheJvm(byte[] classFile) {
    int version = unsignedShort(classFile, MAJOR_VERSION);
    return version > LAST_KNOWN_VERSION && version - 44 <= Runtime.version().feature();
  }

  /** By a constant's tag (JVMS table 4.4-A): its bytes; of a text, those before its letters. */
  private static byte[] sizes() {
    byte[] sizes = new byte[256];
    sizes[UTF8] = 3;
    sizes[3] = 5; // Integer
    sizes[4] = 5; // Float
    sizes[5] = WIDE; // Long
    sizes[6] = WIDE; // Double
    sizes[7] = 3; // Class
    sizes[STRING] = 3;
    sizes[9] = 5; // Fieldref
    sizes[10] = 5; // Methodref
    sizes[11] = 5; // InterfaceMethodref
    sizes[12] = 5; // NameAndType
    sizes[15] = 4; // MethodHandle
    sizes[16] = 3; // MethodType
    sizes[17] = 5; // Dynamic
    sizes[18] = 5; // InvokeDynamic
    sizes[19] = 3; // Module
    sizes[20] = 3; // Package
    return sizes;
  }

  private static int unsignedShort(byte[] bytes, int position) {
    return (bytes[position] & 0xff) << 8 | bytes[position + 1] & 0xff;
  }
}

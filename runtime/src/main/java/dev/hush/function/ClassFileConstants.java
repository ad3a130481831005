package dev.hush.function;

import java.nio.charset.StandardCharsets;

/**
 * Tells what a class file's constants hold, by walking over them (JVMS 4.4): one look at a few
 * hundred bytes for each class that the JVM loads, instead of parsing it.
 */
public final class ClassFileConstants {

  private static final int COUNT = 8;
  private static final int FIRST = 10;
  private static final int UTF8 = 1;
  private static final int STRING = 8;

  private ClassFileConstants() {}

  /**
   * Whether the class mentions the text: as a name, a descriptor, or a literal.
   *
   * @param text ASCII
   */
  public static boolean mention(byte[] classFile, byte[] text) {
    return indexOf(classFile, text) != 0;
  }

  /** Whether the class has the text as a literal, such as the argument of a call. */
  static boolean haveLiteral(byte[] classFile, String text) {
    int index = indexOf(classFile, text.getBytes(StandardCharsets.US_ASCII));
    if (index == 0) {
      return false;
    }
    int count = unsignedShort(classFile, COUNT);
    int position = FIRST;
    for (int i = 1; i < count; i++) {
      if (classFile[position] == STRING && unsignedShort(classFile, position + 1) == index) {
        return true;
      }
      i += isWide(classFile, position) ? 1 : 0;
      position += size(classFile, position);
    }
    return false;
  }

  /** The index of the constant that is this text; 0, which no constant has: there is none. */
  private static int indexOf(byte[] classFile, byte[] text) {
    int count = unsignedShort(classFile, COUNT);
    int position = FIRST;
    for (int index = 1; index < count; index++) {
      if (classFile[position] == UTF8 && isText(classFile, position, text)) {
        return index;
      }
      index += isWide(classFile, position) ? 1 : 0;
      position += size(classFile, position);
    }
    return 0;
  }

  private static boolean isText(byte[] classFile, int position, byte[] text) {
    if (unsignedShort(classFile, position + 1) != text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (classFile[position + 3 + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** A long and a double take two indexes. */
  private static boolean isWide(byte[] classFile, int position) {
    return classFile[position] == 5 || classFile[position] == 6;
  }

  private static int size(byte[] classFile, int position) {
    switch (classFile[position]) {
      case UTF8:
        return 3 + unsignedShort(classFile, position + 1);
      case 5: // Long
      case 6: // Double
        return 9;
      case 7: // Class
      case STRING:
      case 16: // MethodType
      case 19: // Module
      case 20: // Package
        return 3;
      case 15: // MethodHandle
        return 4;
      default: // two indexes, or four bytes of a number
        return 5;
    }
  }

  private static int unsignedShort(byte[] classFile, int position) {
    return (classFile[position] & 0xff) << 8 | classFile[position + 1] & 0xff;
  }
}

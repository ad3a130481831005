package dev.hush.agent;

/**
 * Tells by its constants whether a class may take work that others hand over, run it, or look for
 * it in a queue: a few microseconds for each class that is loaded, so that few are read whole.
 */
final class WorkConstants {

  static final int COUNT = 8;
  static final int FIRST = 10;
  static final int UTF8 = 1;
  static final int LONG = 5;
  static final int DOUBLE = 6;
  static final int METHOD = 10;
  static final int INTERFACE_METHOD = 11;
  private static final int LONGEST_NAME = 12;

  /** By a constant's tag (JVMS table 4.4-A): its bytes; of a text, those before its letters. */
  static final byte[] SIZES = {0, 3, 0, 5, 5, 9, 9, 3, 3, 5, 5, 5, 5, 0, 0, 4, 3, 5, 5, 3, 3};

  private static final byte[] RUNNABLE_PARAMETER = bytes("Ljava/lang/Runnable;");
  private static final byte[] CONCURRENT = bytes("java/util/concurrent/");
  private static final byte[] RUNNABLE = bytes("java/lang/Runnable");
  private static final byte[] RUN = bytes("run");

  /** By a letter: how far it stands from the end of that parameter. */
  private static final byte[] STEPS = steps();

  private WorkConstants() {}

  private static byte[] steps() {
    byte[] steps = new byte[128];
    int length = RUNNABLE_PARAMETER.length;
    for (int letter = 0; letter < steps.length; letter++) {
      steps[letter] = (byte) length;
    }
    for (int i = 0; i < length - 1; i++) {
      steps[RUNNABLE_PARAMETER[i]] = (byte) (length - 1 - i);
    }
    return steps;
  }

  /** Whether the class is worth a closer look. */
  static boolean mayHandOver(byte[] classFile) {
    try {
      return mayBe(classFile) && references(classFile);
    } catch (ArrayIndexOutOfBoundsException noClassFile) {
      return false; // The JVM refuses it.
    }
  }

  /** Whether any text is the name or the descriptor of what is looked for. */
  private static boolean mayBe(byte[] file) {
    int count = unsignedShort(file, COUNT);
    int position = FIRST;
    for (int i = 1; i < count; i++) {
      int tag = file[position];
      if (tag == UTF8) {
        int length = unsignedShort(file, position + 1);
        if (length >= 3 && isOfInterest(file, position + 3, length)) {
          return true;
        }
        position += 3 + length;
      } else {
        position += SIZES[tag];
        i += tag == LONG || tag == DOUBLE ? 1 : 0;
      }
    }
    return false;
  }

  private static boolean isOfInterest(byte[] file, int start, int length) {
    if (file[start] == '(') {
      return takesRunnable(file, start, length);
    }
    if (length == RUNNABLE.length) {
      return is(file, start, RUNNABLE);
    }
    if (length > CONCURRENT.length && is(file, start, CONCURRENT)) {
      String type = text(file, start, length);
      return Work.isTask(type) || type.endsWith("/AtomicReference") || type.endsWith("Array");
    }
    return length <= LONGEST_NAME && isTake(file, start, length);
  }

  private static boolean references(byte[] file) {
    int count = unsignedShort(file, COUNT);
    int[] places = new int[count];
    int position = FIRST;
    boolean takesRunnable = false;
    for (int i = 1; i < count; i++) {
      places[i] = position;
      int tag = file[position];
      if (tag == UTF8) {
        int length = unsignedShort(file, position + 1);
        takesRunnable = takesRunnable || takesRunnable(file, position + 3, length);
        position += 3 + length;
      } else {
        position += SIZES[tag];
        i += tag == LONG || tag == DOUBLE ? 1 : 0;
      }
    }
    for (int i = 1; i < count; i++) {
      int place = places[i];
      int tag = place == 0 ? 0 : file[place];
      if (tag == METHOD || tag == INTERFACE_METHOD) {
        int owner = places[unsignedShort(file, places[unsignedShort(file, place + 1)] + 1)];
        int nameAndType = places[unsignedShort(file, place + 3)];
        int name = places[unsignedShort(file, nameAndType + 1)];
        if (isWork(file, owner, name) || isTakeFromQueue(file, owner, name)) {
          return true;
        }
      } else if (tag == UTF8 && takesRunnable && isDoor(file, place)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWork(byte[] file, int owner, int name) {
    return unsignedShort(file, name + 1) == RUN.length
        && is(file, name + 3, RUN)
        && Work.isTask(text(file, owner));
  }

  private static boolean isTakeFromQueue(byte[] file, int owner, int name) {
    int length = unsignedShort(file, name + 1);
    if (length > LONGEST_NAME) {
      return false;
    }
    return isTake(file, name + 3, length)
        ? Work.isQueue(text(file, owner)) || Work.isList(text(file, owner))
        : file[name + 3] == 'g' && Work.isAtomicTake(text(file, owner), text(file, name));
  }

  /**
   * Whether a text is the descriptor of a method with such a parameter. Looked for by its last
   * letter, from which most others say how far it is to the next that can be (Horspool): most of
   * the letters are passed before the JVM has compiled anything.
   */
  private static boolean takesRunnable(byte[] file, int start, int length) {
    if (length <= RUNNABLE_PARAMETER.length || file[start] != '(') {
      return false;
    }
    int before = RUNNABLE_PARAMETER.length;
    int end = start + length - 1; // There is no parameter in the last place.
    int at = start + before;
    while (at < end) {
      int letter = file[at];
      if (letter == ';'
          && file[at - before] != '['
          && is(file, at - before + 1, RUNNABLE_PARAMETER)) {
        return true;
      }
      at += letter < 0 ? before : STEPS[letter];
    }
    return false;
  }

  private static boolean isDoor(byte[] file, int name) {
    int length = unsignedShort(file, name + 1);
    if (length > LONGEST_NAME) {
      return false;
    }
    String method = text(file, name);
    return Work.isDoor(method) || Work.isRegistration(method);
  }

  private static boolean isTake(byte[] file, int start, int length) {
    switch (file[start]) {
      case 'p', 't', 'r', 'd':
        return Work.isTake(text(file, start, length));
      default:
        return false;
    }
  }

  private static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  private static String text(byte[] file, int constant) {
    return text(file, constant + 3, unsignedShort(file, constant + 1));
  }

  @SuppressWarnings("deprecation") // names are ASCII here, and no decoder is loaded for them
  private static String text(byte[] file, int start, int length) {
    return new String(file, 0, start, length);
  }

  private static boolean is(byte[] file, int start, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (file[start + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static int unsignedShort(byte[] bytes, int position) {
    return (bytes[position] & 0xff) << 8 | bytes[position + 1] & 0xff;
  }
}

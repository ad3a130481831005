package dev.hush.agent;

/**
 * Tells which methods of a class may take work, run it, or look for it in a queue, by the bytes of
 * their code: reading all instructions of all methods made the JVM compile the library that does
 * so, which cost a start more than everything else here.
 *
 * <p>Invariant: a method that is not told has no instruction that {@link HandOverWeaving} looks for
 * by itself. A byte is taken for an instruction wherever it stands, so that a method may be told
 * for nothing, but none is missed.
 */
final class WorkMethods {

  private static final int DYNAMIC = 18;

  // Instructions (JVMS 6.5).
  private static final int AALOAD = 0x32;
  private static final int IREM = 0x70;
  private static final int LREM = 0x71;
  private static final int IAND = 0x7e;
  private static final int LAND = 0x7f;
  private static final int FIRST_INVOKE = 0xb6;
  private static final int LAST_INVOKE = 0xba;

  private static final String GIVEN_LAST = "Ljava/lang/Runnable;)V";

  private final byte[] file;
  private final int[] places;
  private final boolean[] calls;
  private int position;

  private WorkMethods(byte[] file) {
    this.file = file;
    int count = unsignedShort(WorkConstants.COUNT);
    places = new int[count];
    calls = new boolean[count];
    position = WorkConstants.FIRST;
    for (int i = 1; i < count; i++) {
      places[i] = position;
      int tag = file[position];
      position +=
          WorkConstants.SIZES[tag] + (tag == WorkConstants.UTF8 ? unsignedShort(position + 1) : 0);
      i += tag == WorkConstants.LONG || tag == WorkConstants.DOUBLE ? 1 : 0;
    }
    for (int i = 1; i < count; i++) {
      int tag = places[i] == 0 ? 0 : file[places[i]];
      calls[i] =
          tag == DYNAMIC
              || ((tag == WorkConstants.METHOD || tag == WorkConstants.INTERFACE_METHOD)
                  && isOfInterest(places[i]));
    }
  }

  /** Which of its methods are to be read, in the order of the class file. */
  static boolean[] of(byte[] classFile) {
    return new WorkMethods(classFile).methods();
  }

  private boolean isOfInterest(int reference) {
    String owner = text(places[unsignedShort(places[unsignedShort(reference + 1)] + 1)]);
    int nameAndType = places[unsignedShort(reference + 3)];
    String name = text(places[unsignedShort(nameAndType + 1)]);
    String descriptor = text(places[unsignedShort(nameAndType + 3)]);
    return name.equals("run")
        || name.equals("execute")
        || owner.equals(BridgeDefinition.NAME)
        || Work.isAtomicTake(owner, name)
        || Work.isTake(owner, name, descriptor);
  }

  private boolean[] methods() {
    position += 6;
    position += 2 + 2 * unsignedShort(position);
    int fields = unsignedShort(position);
    position += 2;
    for (int i = 0; i < fields; i++) {
      position += 6;
      skipAttributes();
    }
    boolean[] methods = new boolean[unsignedShort(position)];
    position += 2;
    for (int i = 0; i < methods.length; i++) {
      String name = text(places[unsignedShort(position + 2)]);
      String descriptor = text(places[unsignedShort(position + 4)]);
      position += 6;
      // The last may be the body of a lambda that is an executor.
      methods[i] =
          Work.isDoor(name) || Work.isRegistration(name) || descriptor.endsWith(GIVEN_LAST);
      int attributes = unsignedShort(position);
      position += 2;
      for (int j = 0; j < attributes; j++) {
        methods[i] |= isCode() && mayWork(position + 14, integer(position + 10));
        position += 6 + integer(position + 2);
      }
    }
    return methods;
  }

  private void skipAttributes() {
    int attributes = unsignedShort(position);
    position += 2;
    for (int i = 0; i < attributes; i++) {
      position += 6 + integer(position + 2);
    }
  }

  private boolean isCode() {
    int name = places[unsignedShort(position)];
    return unsignedShort(name + 1) == 4
        && file[name + 3] == 'C'
        && file[name + 4] == 'o'
        && file[name + 5] == 'd'
        && file[name + 6] == 'e';
  }

  private boolean mayWork(int start, int length) {
    boolean readsArray = false;
    boolean cuts = false;
    for (int i = start; i < start + length; i++) {
      int instruction = file[i] & 0xff;
      if (instruction >= FIRST_INVOKE && instruction <= LAST_INVOKE) {
        int constant = i + 2 < start + length ? unsignedShort(i + 1) : 0;
        if (constant < calls.length && calls[constant]) {
          return true;
        }
      }
      readsArray |= instruction == AALOAD;
      cuts |=
          instruction == IREM || instruction == LREM || instruction == IAND || instruction == LAND;
    }
    return readsArray && cuts;
  }

  private int unsignedShort(int at) {
    return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
  }

  private int integer(int at) {
    return unsignedShort(at) << 16 | unsignedShort(at + 2);
  }

  @SuppressWarnings("deprecation") // names are ASCII here, and no decoder is loaded for them
  private String text(int constant) {
    return new String(file, 0, constant + 3, unsignedShort(constant + 1));
  }
}

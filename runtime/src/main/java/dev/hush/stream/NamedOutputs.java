package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the descriptors of files that the program has opened by a name and that are standard output
 * or error all the same: {@code /dev/stdout}, {@code /proc/self/fd/1}, a link to one of them, the
 * name of the terminal or of the file that the output goes to.
 *
 * <p>Each is masked for itself, above the descriptor that the program has opened: in a file it has
 * a place of its own. It is not kept open for that: a stream that nobody closes is closed by the
 * JDK when it is garbage, as without this.
 */
final class NamedOutputs {

  private static final String NOWHERE = "/dev/null";

  /** One that is open. */
  private record Opened(FileDescriptor standard, List<MaskingOutputStream> masks) {}

  private final BiFunction<OutputStream, FileDescriptor, List<MaskingOutputStream>> masks;
  private final Map<FileDescriptor, Opened> opened =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Whether one of the two is redirected to a file that keeps what is written to it. */
  private volatile @Nullable Boolean keepsOutput;

  private @Nullable Supplier<Function<FileDescriptor, @Nullable Object>> identities;
  private @Nullable Function<FileDescriptor, @Nullable Object> identity;

  /**
   * @param masks makes the masks above a stream that are those of a standard descriptor
   */
  NamedOutputs(BiFunction<OutputStream, FileDescriptor, List<MaskingOutputStream>> masks) {
    this.masks = masks;
  }

  /**
   * How files are told from one another; not known before the program is woven.
   *
   * @param identities makes, when one is needed, what knows the file of a descriptor by something
   *     with {@code equals}; null: it is closed
   */
  synchronized void identify(Supplier<Function<FileDescriptor, @Nullable Object>> identities) {
    this.identities = identities;
  }

  private synchronized Function<FileDescriptor, @Nullable Object> identity() {
    Function<FileDescriptor, @Nullable Object> known = identity;
    if (known == null) {
      known = identities == null ? descriptor -> null : identities.get();
      identity = known;
    }
    return known;
  }

  /**
   * When the program has opened a file for writing.
   *
   * @return whether it is to be masked
   */
  boolean open(FileDescriptor descriptor, String name) {
    // What goes there nobody sees, and a child that has it is to have it when the JVM has ended.
    if (name.equals(NOWHERE) || isOrdinary(name)) {
      return false;
    }
    FileDescriptor standard = standard(descriptor);
    if (standard == null) {
      return false;
    }
    Raw raw = new Raw(descriptor);
    opened.put(
        descriptor, new Opened(standard, masks.apply(new WeakOutput(raw, descriptor), standard)));
    return true;
  }

  /**
   * Whether it is a file that keeps what is written to it, which neither of the two can be: most
   * are, and asking for the file behind each descriptor takes longer.
   */
  private boolean isOrdinary(String name) {
    return !keepsOutput() && keeps(name);
  }

  private boolean keepsOutput() {
    Boolean known = keepsOutput;
    if (known == null) {
      known = keeps("/dev/fd/1") || keeps("/dev/fd/2");
      keepsOutput = known;
    }
    return known;
  }

  private static boolean keeps(String name) {
    try {
      return new File(name).isFile();
    } catch (SecurityException forbidden) {
      return false;
    }
  }

  /** That of the two whose file it is; null: none. */
  @Nullable FileDescriptor standard(FileDescriptor descriptor) {
    Function<FileDescriptor, @Nullable Object> identity = identity();
    Object file = identity.apply(descriptor);
    if (file == null) {
      return null;
    }
    if (file.equals(identity.apply(FileDescriptor.out))) {
      return FileDescriptor.out;
    }
    return file.equals(identity.apply(FileDescriptor.err)) ? FileDescriptor.err : null;
  }

  boolean isEmpty() {
    return opened.isEmpty();
  }

  /** Where to write instead; null: as it is. */
  @Nullable OutputStream masked(@Nullable Object writer, FileDescriptor descriptor) {
    Opened known = writer instanceof Raw ? null : opened.get(descriptor);
    return known == null ? null : known.masks.get(0);
  }

  /** Before the descriptor is closed. */
  void close(FileDescriptor descriptor) {
    Opened known = opened.remove(descriptor);
    if (known != null) {
      release(known);
    }
  }

  /** Writes what is held as a possible beginning of a value. */
  void release() {
    List<Opened> all;
    synchronized (opened) {
      all = new ArrayList<>(opened.values());
    }
    all.forEach(NamedOutputs::release);
  }

  private static void release(Opened opened) {
    for (MaskingOutputStream mask : opened.masks) {
      try {
        mask.release();
      } catch (IOException e) {
        // Nobody reads any more, and nobody is left to be told.
      }
    }
  }

  /** The one stream that writes to the descriptor as it is. The descriptor keeps it. */
  private static final class Raw extends FileOutputStream {
    Raw(FileDescriptor descriptor) {
      super(descriptor);
    }
  }

  /** Writes to the descriptor while the program still has it. */
  private static final class WeakOutput extends OutputStream {

    private final WeakReference<Raw> raw;
    private final WeakReference<FileDescriptor> descriptor;

    WeakOutput(Raw raw, FileDescriptor descriptor) {
      this.raw = new WeakReference<>(raw);
      this.descriptor = new WeakReference<>(descriptor);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      FileDescriptor kept = descriptor.get();
      Raw stream = raw.get();
      if (kept == null || stream == null || !kept.valid()) {
        throw new IOException("Stream Closed");
      }
      stream.write(bytes, offset, length);
    }
  }
}

package dev.hush.function;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A jar, or a jar stored within a jar, whose list of contents is read and nothing else (APPNOTE
 * 4.3.12). The JDK's {@code ZipFile} makes a table of all names first; for a class path of 250 jars
 * it takes four to ten times as long, all of it added to the start, and it opens no nested jar.
 *
 * <p>The list lies at the end: before it is the content, behind it the record that says how long it
 * is. Offsets are counted from where the first entry begins, which is not where the file begins if
 * a launch script was put before it.
 */
final class Archive implements Closeable {

  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_SIZE = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_SIZE = 56;

  /** What an archive of more than 65,535 entries has in front of its end. */
  private static final int BEFORE_END = LOCATOR_64_SIZE + END_64_SIZE;

  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_SIZE = 46;
  private static final int CONTENT = 0x04034b50;
  private static final int CONTENT_SIZE = 30;

  /** The three bits that capital letters of ASCII begin with. */
  private static final int CAPITALS = 0x40;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private static final byte[] NO_SPACE = {};

  /** What an archive may hold that is worth reading: a class file or a manifest, not a film. */
  private static final int LARGEST = 1 << 26;

  private final RandomAccessFile file;
  private final boolean isNested;
  private final byte[] list;
  private final int listLength;
  private final long begin;

  private Archive(RandomAccessFile file, boolean isNested, long start, long length, byte[] space)
      throws IOException {
    this.file = file;
    this.isNested = isNested;
    // Few archives have a comment: to read 64 KB of each makes so much garbage that it is
    // collected while the application starts.
    int size = (int) Math.min(length, BEFORE_END + END_SIZE);
    byte[] tail = bytes(file, start + length - size, size);
    int end = end(tail);
    if (end < BEFORE_END) {
      size = (int) Math.min(length, BEFORE_END + END_SIZE + LONGEST_COMMENT);
      tail = bytes(file, start + length - size, size);
      end = end(tail);
    }
    if (end < 0) {
      throw new ZipException("no archive");
    }
    long listSize = unsigned(tail, end + 12);
    long offset = unsigned(tail, end + 16);
    int at = end - BEFORE_END;
    if (at >= 0
        && number(tail, end - LOCATOR_64_SIZE) == LOCATOR_64
        && number(tail, at) == END_64) {
      listSize = unsigned(tail, at + 40) | unsigned(tail, at + 44) << 32;
      offset = unsigned(tail, at + 48) | unsigned(tail, at + 52) << 32;
    } else {
      at = end;
    }
    if (listSize < 0 || listSize > Math.min(length, Integer.MAX_VALUE)) {
      throw new ZipException("no list of contents");
    }
    long listStart = start + length - size + at - listSize;
    begin = listStart - offset;
    listLength = (int) listSize;
    list = listLength <= space.length ? space : new byte[listLength];
    read(file, listStart, list, listLength);
  }

  /**
   * @param space for its list of contents, until it is closed, if that fits in
   * @throws IOException if it is none, or cannot be read
   */
  static Archive open(File file, byte[] space) throws IOException {
    RandomAccessFile opened = new RandomAccessFile(file, "r");
    try {
      return new Archive(opened, false, 0, opened.length(), space);
    } catch (IOException | RuntimeException none) {
      opened.close();
      throw none;
    }
  }

  /** The first entry; null: it is empty. */
  @Nullable Entry first() throws IOException {
    return entry(0);
  }

  /** The entry behind this one; null: it was the last. */
  @Nullable Entry next(Entry entry) throws IOException {
    return entry(entry.end);
  }

  /**
   * The first entry whose name begins with a capital letter, as those of META-INF, BOOT-INF and
   * WEB-INF do and those of packages do not; null: there is none.
   */
  @Nullable Entry firstCapital() throws IOException {
    return capital(0);
  }

  /** The entry behind this one whose name begins with a capital letter; null: it was the last. */
  @Nullable Entry nextCapital(Entry entry) throws IOException {
    return capital(entry.end);
  }

  /**
   * The class path of an application has some ten thousand names, which are passed before the JVM
   * has compiled anything: what this loop does not do saves more than what it does well.
   */
  private @Nullable Entry capital(int position) throws IOException {
    byte[] list = this.list;
    int at = position;
    while (at + ENTRY_SIZE < listLength && (list[at + ENTRY_SIZE] & 0xe0) != CAPITALS) {
      at +=
          ENTRY_SIZE + number16(list, at + 28) + number16(list, at + 30) + number16(list, at + 32);
    }
    if (at > listLength) {
      throw new ZipException("no list of contents");
    }
    return entry(at);
  }

  private @Nullable Entry entry(int position) throws IOException {
    if (position + ENTRY_SIZE > listLength) {
      return null;
    }
    if (number(list, position) != ENTRY) {
      throw new ZipException("no list of contents");
    }
    return new Entry(position);
  }

  /** One thing in the archive. */
  final class Entry {
    private final int position;
    private final int nameLength;
    private final int end;

    private Entry(int position) throws IOException {
      this.position = position;
      nameLength = number16(list, position + 28);
      end =
          position
              + ENTRY_SIZE
              + nameLength
              + number16(list, position + 30)
              + number16(list, position + 32);
      if (end > listLength) {
        throw new ZipException("no list of contents");
      }
    }

    /** Whether the name begins with this ASCII text. */
    boolean isIn(String folder) {
      if (folder.length() > nameLength) {
        return false;
      }
      for (int i = 0; i < folder.length(); i++) {
        if (list[position + ENTRY_SIZE + i] != folder.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    String name() {
      return new String(list, position + ENTRY_SIZE, nameLength, StandardCharsets.UTF_8);
    }

    byte[] content() throws IOException {
      long length = unsigned(list, position + 24);
      if (length > LARGEST) {
        throw new ZipException("too large");
      }
      int method = number16(list, position + 10);
      if (method == STORED) {
        return bytes(file, start(), (int) length);
      }
      long compressedLength = unsigned(list, position + 20);
      if (method != DEFLATED || compressedLength > LARGEST) {
        throw new ZipException("compressed in another way");
      }
      byte[] compressed = bytes(file, start(), (int) compressedLength);
      byte[] content = new byte[(int) length];
      Inflater inflater = new Inflater(true);
      try {
        inflater.setInput(compressed);
        int done = 0;
        while (done < content.length) {
          int more = inflater.inflate(content, done, content.length - done);
          if (more == 0) {
            throw new ZipException("cut off");
          }
          done += more;
        }
        return content;
      } catch (DataFormatException broken) {
        throw new ZipException("damaged");
      } finally {
        inflater.end();
      }
    }

    /** It, as an archive; closing that leaves this one open. */
    Archive archive() throws IOException {
      if (number16(list, position + 10) != STORED) {
        throw new ZipException("a nested archive that is compressed");
      }
      return new Archive(file, true, start(), unsigned(list, position + 24), NO_SPACE);
    }

    private long start() throws IOException {
      long header = begin + unsigned(list, position + 42);
      byte[] local = bytes(file, header, CONTENT_SIZE);
      if (number(local, 0) != CONTENT) {
        throw new ZipException("no content");
      }
      return header + CONTENT_SIZE + number16(local, 26) + number16(local, 28);
    }
  }

  @Override
  public void close() throws IOException {
    if (!isNested) {
      file.close();
    }
  }

  private static byte[] bytes(RandomAccessFile file, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    read(file, position, bytes, length);
    return bytes;
  }

  private static void read(RandomAccessFile file, long position, byte[] bytes, int length)
      throws IOException {
    if (position < 0 || position + length > file.length()) {
      throw new ZipException("cut off");
    }
    file.seek(position);
    file.readFully(bytes, 0, length);
  }

  /** Where the record at the end begins; negative: not in these bytes. */
  private static int end(byte[] tail) {
    int end = tail.length - END_SIZE;
    while (end >= 0 && !(number(tail, end) == END && fits(tail, end))) {
      end--;
    }
    return end;
  }

  /** Whether the comment reaches to the end: the signature may stand in a comment too. */
  private static boolean fits(byte[] tail, int end) {
    return end + END_SIZE + number16(tail, end + 20) == tail.length;
  }

  private static int number16(byte[] bytes, int position) {
    return bytes[position] & 0xff | (bytes[position + 1] & 0xff) << 8;
  }

  private static int number(byte[] bytes, int position) {
    return number16(bytes, position) | number16(bytes, position + 2) << 16;
  }

  private static long unsigned(byte[] bytes, int position) {
    return number(bytes, position) & 0xffffffffL;
  }
}

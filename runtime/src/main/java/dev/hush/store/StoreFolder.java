package dev.hush.store;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store: who may reach them, how one is replaced, and who may write.
 *
 * <p>Replacing a file: its new content goes into a temporary file beside it, which is synchronised
 * and then renamed, whereupon the folder is synchronised. A reader opens the file as it was before
 * or as it is after; so does the next process if this one, or the machine, stops at any moment. As
 * there is one writer at a time, there is one temporary file, which the next one overwrites.
 *
 * <p>One writer at a time: a lock of the operating system on the file {@code lock}, which is gone
 * when its process is. Closing any channel of a file may give up all locks that the process has on
 * it, as {@link FileLock} says, so within a process only one thread may open it: they take turns by
 * a monitor that all class loaders share, an interned text.
 */
final class StoreFolder {

  static final String AGE = ".age";
  private static final String TEMPORARY = "writing.tmp";
  private static final String LOCK = "lock";
  private static final String USED = ".used";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final int LARGEST_FILE = 32 << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.copyOf(PosixFilePermissions.fromString("rwx------"));

  private final Path home;

  /**
   * @param home the folder of the store, absolute; need not exist
   */
  StoreFolder(Path home) {
    this.home = home;
  }

  Path home() {
    return home;
  }

  Path file(String name) {
    return home.resolve(name);
  }

  static String shown(Path path) {
    return SafeText.printable(path.toString());
  }

  /** Whether somebody began to make a store here. */
  boolean exists() {
    return Files.exists(home, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Refuses a folder that others can enter: what is in it would be theirs to read or replace.
   *
   * @throws SecretUnavailableException with the command that changes it
   */
  void requirePrivate() {
    if (!Files.isDirectory(home)) {
      throw new SecretUnavailableException(
          shown(home) + " is no folder", "move it away, or set HUSH_HOME to a folder");
    }
    requirePrivate(home, "700");
  }

  /** As {@link #requirePrivate()}, for a file. */
  void requirePrivate(Path file, String mode) {
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException notPosix) {
      return;
    } catch (IOException unreadable) {
      throw failure("read", file, unreadable);
    }
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new SecretUnavailableException(
          shown(file) + " is open to other users of this machine",
          "chmod " + mode + " " + quoted(file));
    }
  }

  private static String quoted(Path path) {
    String text = shown(path);
    return text.matches("[A-Za-z0-9_./~+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * The content of a file.
   *
   * @return null if there is no such file
   * @throws SecretUnavailableException if it cannot be read, or is a link, a folder or a pipe
   */
  byte @Nullable [] read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SecretUnavailableException(
          shown(file) + (Files.isSymbolicLink(file) ? " is a symbolic link" : " is no file"),
          "put the file itself in its place, from a backup");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      if (size > LARGEST_FILE) {
        throw new SecretUnavailableException(
            shown(file) + " is larger than any file of a store", "restore it from a backup");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A file is never changed, only replaced: it has this size until it is closed.
      }
      byte[] content = new byte[bytes.position()];
      bytes.flip().get(content);
      return content;
    } catch (NoSuchFileException deletedMeanwhile) {
      return null;
    } catch (IOException unreadable) {
      throw failure("read", file, unreadable);
    }
  }

  /** The files of secrets in a folder whose names begin so, in no order. */
  List<Path> files(Path folder, String prefix) {
    return entries(folder, prefix + "*" + AGE);
  }

  /** What is in the home and has a name that begins so. */
  List<Path> folders(String prefix) {
    return entries(home, prefix + "*");
  }

  private static List<Path> entries(Path folder, String pattern) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
      stream.forEach(entries::add);
      return entries;
    } catch (NoSuchFileException absent) {
      return entries;
    } catch (DirectoryIteratorException interrupted) {
      throw failure("read", folder, new IOException("its list broke off"));
    } catch (IOException unreadable) {
      throw failure("read", folder, unreadable);
    }
  }

  // Writing: only within exclusively.

  /** Gives a file this content, whether it is there or not; when this returns, for good. */
  void replace(Path file, byte[] content) {
    Path temporary = file.resolveSibling(TEMPORARY);
    try {
      Files.deleteIfExists(temporary);
      try {
        write(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException failed) {
        Files.deleteIfExists(temporary);
        throw failed;
      }
      synchronise(parent(file));
    } catch (IOException failed) {
      throw failure("write", file, failed);
    }
  }

  /** Makes a file in a folder that nobody knows yet. */
  void make(Path file, byte[] content) {
    try {
      write(file, content);
    } catch (IOException failed) {
      throw failure("write", file, failed);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly(file, "rw-------"))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Makes a folder, and those above it. */
  void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
      synchronise(parent(folder));
    } catch (IOException failed) {
      throw failure("make", folder, failed);
    }
  }

  /** Deletes what a writer that was stopped has begun in a folder. */
  void deleteUnfinished(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(TEMPORARY));
    } catch (IOException failed) {
      throw failure("delete", folder.resolve(TEMPORARY), failed);
    }
  }

  /** Gives a folder its name, once all files in it are there for good. */
  void rename(Path from, Path to) {
    try {
      synchronise(from);
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      synchronise(parent(to));
    } catch (IOException failed) {
      throw failure("rename", from, failed);
    }
  }

  /** Deletes a file, for good when this returns. */
  void delete(Path file) {
    try {
      Files.deleteIfExists(used(file));
      Files.deleteIfExists(file);
      synchronise(parent(file));
    } catch (IOException failed) {
      throw failure("delete", file, failed);
    }
  }

  /** Deletes a folder and the files in it; what cannot be deleted now is left for another time. */
  void deleteFolder(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException | DirectoryIteratorException later) {
      // Nobody looks into it.
    }
  }

  /** Makes what was renamed or deleted in a folder last, where the system can. */
  void synchronise(Path folder) throws IOException {
    if (!isPosix(folder)) {
      return; // Windows opens no folder, and writes its entries through.
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file, String permissions) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  // When a secret was last used: the time of an empty file beside it, written without the lock.

  /** Notes that a file was used; that it cannot be noted is no reason not to use it. */
  void markUsed(Path file, Instant time) {
    Path mark = used(file);
    try {
      if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
        FileChannel.open(
                mark,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                ownerOnly(mark, "rw-------"))
            .close();
      }
      Files.setLastModifiedTime(mark, FileTime.from(time));
    } catch (IOException | SecurityException readOnly) {
      // As on a read-only volume.
    }
  }

  Optional<Instant> lastUsed(Path file) {
    try {
      return Optional.of(
          Files.getLastModifiedTime(used(file), LinkOption.NOFOLLOW_LINKS).toInstant());
    } catch (IOException never) {
      return Optional.empty();
    }
  }

  private static Path used(Path file) {
    return file.resolveSibling(file.getFileName() + USED);
  }

  // The lock.

  /**
   * Does work while no other thread and no other process does any in this folder, which exists.
   *
   * @throws SecretUnavailableException if that cannot be within a minute
   */
  <T extends @Nullable Object> T exclusively(Supplier<T> work) {
    return exclusively(LONGEST_WAIT, work);
  }

  /** The same for whoever does not wait a minute. */
  <T extends @Nullable Object> T exclusively(Duration longestWait, Supplier<T> work) {
    Path file = home.resolve(LOCK);
    synchronized (monitor()) {
      try (FileChannel channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              ownerOnly(file, "rw-------"))) {
        try (FileLock lock = lock(channel, file, longestWait)) {
          return work.get();
        }
      } catch (IOException failed) {
        throw failure("lock", file, failed);
      }
    }
  }

  private Object monitor() {
    try {
      return ("dev.hush.store " + home.toRealPath()).intern();
    } catch (IOException failed) {
      throw failure("read", home, failed);
    }
  }

  private static FileLock lock(FileChannel channel, Path file, Duration longestWait)
      throws IOException {
    long end = System.nanoTime() + longestWait.toNanos();
    while (System.nanoTime() < end) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      try {
        Thread.sleep(ThreadLocalRandom.current().nextInt(1, 10));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SecretUnavailableException("interrupted while waiting for the store", "");
      }
    }
    throw new SecretUnavailableException(
        "another process has been writing to the store for " + longestWait.toSeconds() + " s",
        "see which one: fuser " + quoted(file));
  }

  /** What happened to a file, in words that hold nothing of its content. */
  static SecretUnavailableException failure(String what, Path file, IOException cause) {
    String reason = cause.getMessage();
    String remedy = "";
    if (cause instanceof AccessDeniedException) {
      reason = "permission denied";
      remedy = "permit it to the user that runs this process";
    } else if (cause instanceof FileSystemException failure) {
      reason =
          failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
    return new SecretUnavailableException(
        "cannot "
            + what
            + " "
            + shown(file)
            + (reason == null ? "" : " (" + SafeText.printable(reason) + ")"),
        remedy);
  }
}

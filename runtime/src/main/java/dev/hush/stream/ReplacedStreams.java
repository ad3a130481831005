package dev.hush.stream;

import dev.hush.masking.SecretMasker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Masks what is printed to a stream that a tool has put in the place of {@code System.out} or
 * {@code System.err}: runners of tests, shells and development environments do so, and their
 * streams end in a socket, a file or memory instead of a descriptor.
 *
 * <p>The stream stays what and where it is. Whoever sees its methods called asks here, at their
 * beginning, and goes on if this has not printed something else instead. A stream is masked from
 * when it is put there, for good, since others may keep it. What one thread prints is looked at by
 * itself, because such a stream may well keep the lines of each thread apart; a value of which two
 * threads print a part each is not found here. A possible beginning of a value is held as in any
 * masked stream: until the thread's next call, but not longer than 100 ms.
 */
// All about streams: they are told apart by identity, and are not ours to close.
@SuppressWarnings({"ReferenceEquality", "resource"})
public final class ReplacedStreams {

  /** Returned where something else was printed instead. */
  private static final Object DONE = Boolean.TRUE;

  /** Returned where the thread was in no other stream. */
  private static final Object NONE = Boolean.FALSE;

  /** What is known of streams that are made elsewhere. */
  public interface Knowledge {

    /** What a stream of the JDK's writes to. */
    @Nullable OutputStream below(OutputStream stream);

    /** In which charset a stream writes. */
    Charset charset(PrintStream stream);

    /** Sees to it that the methods of a class ask here. */
    void hook(Class<?> type);
  }

  private final SecretMasker masker;
  private final OutputRule output;
  private final Knowledge knowledge;
  private final HeldText held = new HeldText(this::printHeld);

  /** The stream in whose method the thread is; what that calls of its own is not looked at. */
  private final ThreadLocal<@Nullable Object> inside = new ThreadLocal<>();

  private volatile ReplacedStream[] streams = {};

  /**
   * @param output the rule for {@code System.out}; {@code System.err} is masked in any case
   */
  public ReplacedStreams(SecretMasker masker, OutputRule output, Knowledge knowledge) {
    this.masker = masker;
    this.output = output;
    this.knowledge = knowledge;
  }

  /**
   * When a stream is about to become {@code System.out} or {@code System.err}.
   *
   * @param isOut which of the two
   * @return whether there is any stream by now whose methods must ask
   */
  public synchronized boolean replaced(@Nullable PrintStream stream, boolean isOut) {
    if (stream != null && !(isOut && output == OutputRule.RAW) && find(stream) == null) {
      OutputStream end = end(stream);
      // What ends at a descriptor is masked there; a class of its own may do more with the text.
      if (stream.getClass() != PrintStream.class || !isStandard(end)) {
        add(stream, end, isOut && output == OutputRule.SAME_LENGTH);
      }
    }
    return streams.length > 0;
  }

  private void add(PrintStream stream, OutputStream end, boolean keepsLength) {
    for (Class<?> type = stream.getClass();
        type != PrintStream.class;
        type = Objects.requireNonNull(type.getSuperclass())) {
      knowledge.hook(type);
    }
    List<ReplacedStream> known = new ArrayList<>();
    known.add(new ReplacedStream(stream, end, masker, knowledge.charset(stream), keepsLength));
    for (ReplacedStream earlier : streams) {
      if (!earlier.refersTo(null)) {
        known.add(earlier);
      }
    }
    streams = known.toArray(ReplacedStream[]::new);
  }

  /** The last of the streams below, as far as those in between are the JDK's. */
  private OutputStream end(PrintStream stream) {
    OutputStream end = stream;
    do {
      OutputStream next = knowledge.below(end);
      if (next == null) {
        return end;
      }
      end = next;
    } while (end.getClass().getName().startsWith("java.io."));
    return end;
  }

  private static boolean isStandard(OutputStream end) {
    try {
      if (end.getClass() == FileOutputStream.class) {
        FileDescriptor descriptor = ((FileOutputStream) end).getFD();
        return descriptor == FileDescriptor.out || descriptor == FileDescriptor.err;
      }
    } catch (IOException closed) {
      // Not standard output, then.
    }
    return false;
  }

  private @Nullable ReplacedStream find(PrintStream stream) {
    for (ReplacedStream replaced : streams) {
      if (replaced.refersTo(stream)) {
        return replaced;
      }
    }
    return null;
  }

  /**
   * At the beginning of a method that prints.
   *
   * @param value as the method has it
   * @param line whether the method ends the line
   * @return null if the method is to go on, and {@link #isDone} if it is to return; anything else
   *     if it is to go on and to {@linkplain #leave give this back} on every way out
   */
  public @Nullable Object print(PrintStream stream, @Nullable Object value, boolean line) {
    ReplacedStream replaced = entered(stream);
    if (replaced == null) {
      return null;
    }
    String text = value instanceof char[] letters ? new String(letters) : String.valueOf(value);
    byte[] bytes = (line ? text + '\n' : text).getBytes(StandardCharsets.UTF_8);
    return print(stream, replaced, replaced.texts(), bytes, 0, bytes.length, line);
  }

  /** The same of a method that writes bytes. */
  public @Nullable Object print(PrintStream stream, byte[] bytes, int offset, int length) {
    ReplacedStream replaced = entered(stream);
    return replaced == null
        ? null
        : print(stream, replaced, replaced.bytes(), bytes, offset, length, false);
  }

  /** The stream, unless the thread is in one of its methods already. */
  private @Nullable ReplacedStream entered(PrintStream stream) {
    ReplacedStream replaced = find(stream);
    return replaced == null || inside.get() == stream ? null : replaced;
  }

  private Object print(
      PrintStream stream,
      ReplacedStream replaced,
      PrintedText printed,
      byte[] bytes,
      int offset,
      int length,
      boolean line) {
    Object outer = inside.get();
    boolean goesOn = false;
    inside.set(stream);
    try {
      PrintedText beside = replaced.heldBeside(printed);
      if (beside != null) {
        print(stream, beside, beside.release(), false);
      }
      byte[] masked = printed.accept(bytes, offset, length);
      if (printed.isHolding()) {
        held.add(replaced, printed);
      }
      if (masked == null) {
        goesOn = true;
        return outer == null ? NONE : outer;
      }
      print(stream, printed, masked, line);
      return DONE;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      if (!goesOn) {
        leave(outer == null ? NONE : outer);
      }
    }
  }

  private static void print(PrintStream stream, PrintedText printed, byte[] bytes, boolean line) {
    if (bytes.length == 0) {
      return;
    }
    if (!printed.isOfCharacters()) {
      stream.write(bytes, 0, bytes.length);
    } else if (line && bytes[bytes.length - 1] == '\n') {
      stream.println(new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8));
    } else {
      stream.print(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** Whether what was asked is printed already. */
  public static boolean isDone(@Nullable Object answer) {
    return answer == DONE;
  }

  /** On every way out of a method that went on with this. */
  public void leave(Object answer) {
    if (answer == NONE) {
      inside.remove();
    } else {
      inside.set(answer);
    }
  }

  /** Prints what is held of the thread's own text: something comes that is to stand behind it. */
  public void release() {
    Thread thread = Thread.currentThread();
    held.release(piece -> piece.text().isOf(thread));
  }

  /** Prints what is held of what ends there: somebody is about to read it. */
  public void release(OutputStream read) {
    held.release(piece -> piece.stream().endsIn(read));
  }

  /** Prints all that is held, before the process ends. */
  public void releaseAll() {
    held.release(piece -> true);
  }

  private void printHeld(HeldText.Held piece) {
    PrintStream stream = piece.stream().get();
    if (stream == null) {
      return;
    }
    Object outer = inside.get();
    inside.set(stream);
    try {
      if (stream.getClass() == PrintStream.class) {
        // Not through the stream, whose lock may be held by the thread that waits for this.
        OutputStream below = knowledge.below(stream);
        if (below != null) {
          printHeld(piece, below);
        }
      } else {
        synchronized (stream) { // as whoever prints has it, before
          printHeld(piece, stream);
        }
      }
    } catch (IOException | RuntimeException closed) {
      // Nobody is left to be told.
    } finally {
      leave(outer == null ? NONE : outer);
    }
  }

  private static void printHeld(HeldText.Held piece, OutputStream target) throws IOException {
    byte[] bytes = piece.text().release(piece.turn());
    if (bytes == null) {
      return;
    }
    try {
      if (target instanceof PrintStream stream) {
        print(stream, piece.text(), bytes, false);
      } else {
        target.write(bytes, 0, bytes.length);
      }
      if (bytes.length > 0) {
        target.flush();
      }
    } finally {
      piece.text().hasLeft();
    }
  }
}

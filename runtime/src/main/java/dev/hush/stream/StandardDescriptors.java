package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import dev.hush.masking.SecretMasker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Masks what is written to the descriptors of standard output and standard error, by whatever
 * stream: the JVM's own, whoever took it and when; the console; one that the program opens itself,
 * also by a name such as {@code /dev/stdout}.
 *
 * <p>Whoever sees the writing of every {@link FileOutputStream} asks {@link #masked} where the
 * bytes are to go instead. {@code System.out} and {@code System.err} stay what they are. A mask
 * goes over all that one descriptor gets, so that a value is found even if two streams write a part
 * of it each.
 */
public final class StandardDescriptors {

  /** A little longer than a mask holds anything. */
  private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private final SecretMasker masker;
  private final Descriptor out;
  private final Descriptor err;
  private final NamedOutputs named = new NamedOutputs(this::masks);

  /** Written by any thread, and read by one that has written it itself. */
  private boolean asked;

  /**
   * @param masker of all values, those registered later included
   * @param output the rule for standard output; standard error is masked in any case
   */
  public StandardDescriptors(SecretMasker masker, OutputRule output) {
    this.masker = masker;
    out = new Descriptor(masker, FileDescriptor.out, System.out, "sun.stdout.encoding", output);
    err =
        new Descriptor(
            masker, FileDescriptor.err, System.err, "sun.stderr.encoding", OutputRule.MASKED);
  }

  /**
   * Where to write instead.
   *
   * @param writer writes to the descriptor; null for what is not a stream
   * @return null if the writer may write as it is
   */
  public @Nullable OutputStream masked(@Nullable Object writer, FileDescriptor descriptor) {
    asked = true;
    Descriptor standard = standard(descriptor);
    if (standard == null) {
      return named.masked(writer, descriptor);
    }
    return writer == standard.raw ? null : standard.target();
  }

  /**
   * How a file is known that is opened by a name, and may be the one of standard output or error.
   *
   * @param identities makes, when it is needed, what finds something with {@code equals} that
   *     stands for the file of a descriptor; null, if it is closed
   */
  public void identify(Supplier<Function<FileDescriptor, @Nullable Object>> identities) {
    named.identify(identities);
  }

  /**
   * When a file was opened for writing.
   *
   * @return whether it is standard output or error: then {@link #masked} is to be asked
   */
  public boolean opened(FileDescriptor descriptor, String name) {
    return named.open(descriptor, name);
  }

  /**
   * Whether the descriptor was opened by a name and is standard output or error all the same.
   *
   * @param writer as for {@link #masked}
   */
  public boolean isNamed(@Nullable Object writer, FileDescriptor descriptor) {
    return named.masked(writer, descriptor) != null;
  }

  /** Writes what is held as a possible beginning of a value, before the descriptor is closed. */
  public void release(FileDescriptor descriptor) {
    Descriptor standard = standard(descriptor);
    if (standard != null) {
      standard.release();
    } else {
      named.close(descriptor);
    }
  }

  /** Writes what is held, before the process ends. */
  public void release() {
    out.release();
    err.release();
    named.release();
  }

  /** Whether a stream that is opened now is asked for: tried with no bytes. */
  // Closing it would close standard output.
  @SuppressWarnings({"resource", "StreamResourceLeak"})
  public boolean areInForce() throws IOException {
    FileOutputStream stream = new FileOutputStream(FileDescriptor.out);
    asked = false;
    stream.write(new byte[0], 0, 0);
    return asked;
  }

  /**
   * Waits until what is held as a possible beginning of a value has left: a moment, and only if
   * something is held. To release it at once would show a part of a value that another thread is
   * just writing.
   */
  void settle() {
    long end = System.nanoTime() + LONGEST_HOLD_NANOS;
    try {
      while ((out.masking.isHolding() || err.masking.isHolding()) && System.nanoTime() - end < 0) {
        Thread.sleep(1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there is any value to mask by now. */
  boolean maskSomething() {
    return masker.generation() > 0;
  }

  /**
   * The standard descriptor that a child inherits; null: none.
   *
   * @param own the one that it would be
   * @param number of the descriptor that it is to have
   * @param descriptors makes the descriptor of a number
   */
  @Nullable FileDescriptor inherited(
      FileDescriptor own, int ownNumber, int number, IntFunction<FileDescriptor> descriptors) {
    if (number == ownNumber) {
      return own;
    }
    // A file for the child is opened by the JDK as any other, and not closed yet.
    return number < 0 || named.isEmpty() ? null : named.standard(descriptors.apply(number));
  }

  /**
   * Masks that what another process writes to the descriptor passes through, in this order: some of
   * its own, for a value may be cut into two writes of the process between which the JVM prints
   * something. They end at the descriptor itself and are released, never closed.
   */
  List<MaskingOutputStream> masksOfAChild(FileDescriptor descriptor) {
    return masks(raw(descriptor), descriptor);
  }

  /** Masks, in the order in which they are passed, above a stream. */
  private List<MaskingOutputStream> masks(OutputStream raw, FileDescriptor descriptor) {
    Descriptor standard = Objects.requireNonNull(standard(descriptor));
    MaskingOutputStream last = standard.mask(raw);
    // Whoever writes may copy files as they are, whatever the locale says.
    return standard.charset.equals(StandardCharsets.UTF_8)
        ? List.of(last)
        : List.of(standard.mask(last, StandardCharsets.UTF_8), last);
  }

  /** Through which the masked bytes go, and no others. */
  public FileOutputStream raw(FileDescriptor descriptor) {
    return Objects.requireNonNull(standard(descriptor)).raw;
  }

  private @Nullable Descriptor standard(FileDescriptor descriptor) {
    if (descriptor == FileDescriptor.out) {
      return out;
    }
    return descriptor == FileDescriptor.err ? err : null;
  }

  private static final class Descriptor {

    private final FileOutputStream raw;
    private final Charset charset;
    private final SecretMasker masker;
    private final OutputRule rule;
    private final MaskingOutputStream masking;
    private final FrameHeader header;

    Descriptor(
        SecretMasker masker,
        FileDescriptor descriptor,
        PrintStream stream,
        String property,
        OutputRule rule) {
      this.masker = masker;
      this.rule = rule;
      raw = new FileOutputStream(descriptor);
      charset = StandardStreams.charset(stream, property);
      masking = mask(raw);
      header = new FrameHeader(masking);
    }

    OutputStream target() {
      if (rule == OutputRule.RAW) {
        return raw;
      }
      return header.isDecided() ? masking : header;
    }

    MaskingOutputStream mask(OutputStream out) {
      return mask(out, charset);
    }

    MaskingOutputStream mask(OutputStream out, Charset charset) {
      MaskingOutputStream mask = masker.mask(out, charset);
      if (rule == OutputRule.SAME_LENGTH) {
        mask.keepLength();
      }
      return mask;
    }

    void release() {
      try {
        masking.release();
      } catch (IOException e) {
        // Nobody reads any more, and nobody is left to be told.
      }
    }
  }
}

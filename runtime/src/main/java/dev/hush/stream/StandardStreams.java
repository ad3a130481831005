package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import dev.hush.masking.SecretMasker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Masks {@code System.out} and {@code System.err} without the agent.
 *
 * <p>Whoever took one of the two before {@link #install} goes on writing to the raw stream; so does
 * whoever opens {@code FileDescriptor.out}, a console, or a child process of his own. The agent
 * masks below them: {@link StandardDescriptors}.
 */
public final class StandardStreams {

  private StandardStreams() {}

  /**
   * Puts a masking stream before each of the two that is not masked yet: all of {@code masker}'s
   * values, those registered later included. What is held at the end of the process as a possible
   * beginning of a value is written by a shutdown hook of the stream, also if the program has
   * replaced the stream since: others may hold it.
   */
  public static synchronized void install(SecretMasker masker) {
    install(masker, System.out, "sun.stdout.encoding", System::setOut);
    install(masker, System.err, "sun.stderr.encoding", System::setErr);
  }

  private static void install(
      SecretMasker masker, PrintStream raw, String property, Consumer<PrintStream> replace) {
    if (raw instanceof MaskedPrintStream) {
      return;
    }
    Charset charset = charset(raw, property);
    MaskedPrintStream masked =
        new MaskedPrintStream(masker.mask(new Failing(raw), charset), charset);
    Runtime.getRuntime().addShutdownHook(new Thread(masked::release, "hush-streams"));
    replace.accept(masked);
  }

  /** The charset in which a stream writes. */
  static Charset charset(PrintStream stream, String property) {
    try {
      return (Charset) PrintStream.class.getMethod("charset").invoke(stream);
    } catch (ReflectiveOperationException e) {
      // Before JDK 18, where this property decides for the JVM's own streams (System.initPhase1).
      return charset(System.getProperty(property));
    }
  }

  private static Charset charset(@Nullable String name) {
    try {
      return name == null ? Charset.defaultCharset() : Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Charset.defaultCharset();
    }
  }

  /** Flushes of its own accord, as the JVM's streams do. */
  private static final class MaskedPrintStream extends PrintStream {

    private final MaskingOutputStream masking;

    MaskedPrintStream(MaskingOutputStream masking, Charset charset) {
      super(masking, true, charset);
      this.masking = masking;
    }

    void release() {
      flush();
      try {
        masking.release();
      } catch (IOException e) {
        setError();
      }
    }
  }

  /**
   * Makes a {@link PrintStream}, which swallows failures, throw them: a program that looks at
   * {@code System.out.checkError()} to see that nobody reads any more would not learn it otherwise.
   */
  private static final class Failing extends OutputStream {

    private final PrintStream out;

    Failing(PrintStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      check();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      check();
    }

    @Override
    public void flush() throws IOException {
      out.flush();
      check();
    }

    @Override
    public void close() {
      out.close();
    }

    private void check() throws IOException {
      if (out.checkError()) {
        throw new IOException("cannot be written to");
      }
    }
  }
}

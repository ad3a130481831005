package dev.hush.agent.ways;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** Standard output and error. */
public final class Streams {

  private static final PrintStream TAKEN = System.out;

  private Streams() {}

  public static void printed(String value) {
    String line = WayOut.line(value);
    System.out.println(line);
    System.err.println(line);
    line.chars().forEach(letter -> System.out.print((char) letter));
    System.out.println();
    System.out.printf(Locale.ROOT, "before %s after%n", value);
    System.out.writeBytes(line.getBytes(UTF_8));
  }

  public static void takenByTheFirstLine(String value) {
    TAKEN.println(WayOut.line(value));
  }

  public static void takenByAnAgentBefore(String value) {
    EarlierAgent.OUT.println(WayOut.line(value));
  }

  public static void openedByAnAgentBefore(String value) throws Exception {
    EarlierAgent.DESCRIPTOR.write(WayOut.line(value).getBytes(UTF_8));
    EarlierAgent.CHANNEL.write(ByteBuffer.wrap(WayOut.line(value).getBytes(UTF_8)));
  }

  public static void replacedAndRestored(String value) {
    PrintStream original = System.out;
    System.setOut(new PrintStream(new ByteArrayOutputStream()));
    System.setOut(original);
    System.out.println(WayOut.line(value));
  }

  public static void replacedByAnotherOnTheDescriptor(String value) {
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8));
    System.out.println(WayOut.line(value));
  }

  public static void replacedByAFile(String value) throws Exception {
    System.setOut(new PrintStream("replaced.log", UTF_8));
    System.out.println(WayOut.line(value));
  }

  public static void splitBetweenTwoStreams(String value) throws Exception {
    String line = "before " + value + " after\n";
    System.out.print(line.substring(0, 12));
    System.out.flush();
    new FileOutputStream(FileDescriptor.out).write(line.substring(12).getBytes(UTF_8));
  }

  public static void stackTraces(String value) {
    Exception exception =
        new IllegalStateException(WayOut.line(value), new Exception("cause " + value));
    exception.addSuppressed(new Exception("suppressed " + value));
    exception.printStackTrace();
    exception.printStackTrace(System.out);
    exception.printStackTrace(new PrintWriter(System.out, true));
  }

  public static void uncaughtInMain(String value) {
    throw new IllegalStateException(WayOut.line(value), new Exception("cause " + value));
  }

  public static void uncaughtInAThread(String value) throws Exception {
    Thread thread =
        new Thread(
            () -> {
              throw new IllegalStateException(WayOut.line(value));
            },
            "thread " + value);
    thread.start();
    thread.join();
  }

  public static void uncaughtExceptionHandler(String value) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, exception) -> System.err.println("handled " + exception));
    uncaughtInAThread(value);
  }

  public static void console(String value) {
    Console console = System.console();
    console.printf("%s%n", WayOut.line(value));
    console.writer().println(WayOut.line(value));
    console.flush();
  }

  public static void descriptorOfOutput(String value) throws Exception {
    byte[] bytes = WayOut.line(value).getBytes(UTF_8);
    OutputStream stream = new FileOutputStream(FileDescriptor.out);
    stream.write(bytes);
    stream.write(bytes, 0, bytes.length);
    for (byte single : bytes) {
      stream.write(single);
    }
    try (Writer writer = new FileWriter(FileDescriptor.out)) {
      writer.write(WayOut.line(value));
    }
  }

  public static void descriptorOfErrors(String value) {
    new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8)
        .println(WayOut.line(value));
  }

  public static void channel(String value) throws Exception {
    byte[] bytes = WayOut.line(value).getBytes(UTF_8);
    FileChannel channel = new FileOutputStream(FileDescriptor.out).getChannel();
    channel.write(ByteBuffer.wrap(bytes));
    channel.write(
        new ByteBuffer[] {
          ByteBuffer.wrap(bytes, 0, 12), ByteBuffer.wrap(bytes, 12, bytes.length - 12)
        });
    try (OutputStream stream = Channels.newOutputStream(channel)) {
      stream.write(bytes);
    }
  }

  public static void copiedByTheKernel(String value) throws Exception {
    Path file = Files.writeString(Path.of("copied.txt"), WayOut.line(value));
    try (FileChannel source = FileChannel.open(file)) {
      WritableByteChannel target = new FileOutputStream(FileDescriptor.out).getChannel();
      source.transferTo(0, source.size(), target);
    }
    Files.delete(file);
  }

  public static void filesThatAreStandardOutput(String value) throws Exception {
    Path link = Files.createSymbolicLink(Path.of("link"), Path.of("/dev/stdout"));
    for (String name :
        List.of(
            "/dev/stdout",
            "/dev/fd/1",
            "/proc/self/fd/1",
            "/proc/" + ProcessHandle.current().pid() + "/fd/1",
            "/dev/../dev/stdout",
            link.toString())) {
      writeTo(name, value);
    }
    Files.delete(link);
  }

  public static void filesThatAreStandardError(String value) throws Exception {
    writeTo("/dev/stderr", value);
    writeTo("/proc/self/fd/2", value);
  }

  /** By all ways on which the JDK opens a file. */
  private static void writeTo(String name, String value) throws Exception {
    byte[] bytes = (WayOut.line(value) + "\n").getBytes(UTF_8);
    try (OutputStream stream = new FileOutputStream(name, true)) {
      stream.write(bytes);
      for (byte single : bytes) {
        stream.write(single);
      }
    }
    try (Writer writer = new FileWriter(name, true)) {
      writer.write(WayOut.line(value) + "\n");
    }
    try (FileChannel channel =
        FileChannel.open(Path.of(name), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.write(
          new ByteBuffer[] {
            ByteBuffer.wrap(bytes, 0, 12), ByteBuffer.wrap(bytes, 12, bytes.length - 12)
          });
    }
    try (FileChannel channel = new FileOutputStream(name, true).getChannel()) {
      channel.write(ByteBuffer.wrap(bytes));
    }
    Files.write(Path.of(name), bytes, StandardOpenOption.APPEND);
    try (RandomAccessFile file = new RandomAccessFile(name, "rw")) {
      if (Files.isRegularFile(Path.of(name))) {
        file.seek(file.length());
      }
      file.write(bytes);
      file.write(bytes, 0, bytes.length);
      for (byte single : bytes) {
        file.write(single);
      }
      file.writeBytes(WayOut.line(value));
      file.getChannel().write(ByteBuffer.wrap(bytes));
    }
  }

  /** By a library of others, without which it takes a newer Java. */
  public static void writtenByNativeCode(String value) throws Exception {
    byte[] bytes = WayOut.line(value).getBytes(UTF_8);
    Class<?> library = Class.forName("com.sun.jna.NativeLibrary");
    Object libraryOfC = library.getMethod("getInstance", String.class).invoke(null, "c");
    Object write = library.getMethod("getFunction", String.class).invoke(libraryOfC, "write");
    write
        .getClass()
        .getMethod("invokeLong", Object[].class)
        .invoke(write, (Object) new Object[] {1, bytes, (long) bytes.length});
  }

  public static void threadDump(String value) throws Exception {
    Thread thread =
        new Thread(
            () -> {
              try {
                new ProcessBuilder("kill", "-3", "" + ProcessHandle.current().pid())
                    .start()
                    .waitFor();
                Thread.sleep(1_000);
              } catch (Exception failure) {
                throw new IllegalStateException(failure);
              }
            },
            "before " + value + " after");
    thread.start();
    thread.join();
  }
}

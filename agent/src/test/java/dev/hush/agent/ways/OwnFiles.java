package dev.hush.agent.ways;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Event;
import jdk.jfr.Recording;

/** What a program, or whoever runs it, has the JVM write by intent. */
public final class OwnFiles {

  private OwnFiles() {}

  public static void file(String value) throws Exception {
    Files.writeString(Path.of("own.txt"), WayOut.line(value));
  }

  public static void socket(String value) throws Exception {
    try (WayOut.Receiver receiver = new WayOut.Receiver()) {
      try (Socket socket = new Socket(receiver.host(), receiver.port());
          OutputStream stream = socket.getOutputStream()) {
        stream.write(WayOut.line(value).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  public static void heapDump(String value) throws Exception {
    String line = WayOut.line(value);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap("dump.hprof", true);
    System.out.println(line.length());
  }

  public static void flightRecorderEvent(String value) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(Told.class);
      recording.start();
      Told event = new Told();
      event.line = WayOut.line(value);
      event.commit();
      recording.stop();
      recording.dump(Path.of("recording.jfr"));
    }
  }

  public static void flightRecorderThreadName(String value) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ThreadStart");
      recording.start();
      Thread thread = new Thread(() -> {}, WayOut.line(value));
      thread.start();
      thread.join();
      recording.stop();
      recording.dump(Path.of("recording.jfr"));
    }
  }

  /** An event of the application. */
  public static final class Told extends Event {
    String line;
  }
}

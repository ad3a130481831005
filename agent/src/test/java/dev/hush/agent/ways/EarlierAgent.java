package dev.hush.agent.ways;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.util.logging.Logger;
import org.apache.logging.log4j.LogManager;
import org.slf4j.LoggerFactory;

/** Another agent, started before Hush, which takes what it can get. */
public final class EarlierAgent {

  /** What it has taken, for the program. */
  public static final PrintStream OUT = System.out;

  /** Of its own making. */
  public static final FileOutputStream DESCRIPTOR = new FileOutputStream(FileDescriptor.out);

  /** Of its own making. */
  public static final FileChannel CHANNEL = DESCRIPTOR.getChannel();

  /** The root logger, whose handlers are there from now on. */
  public static final Logger ROOT = Logger.getLogger("");

  private EarlierAgent() {}

  /** Called by the JVM. */
  public static void premain(String argument) {
    ROOT.getHandlers();
    if (argument.equals("Logback")) {
      LoggerFactory.getLogger("app").isInfoEnabled();
    }
    if (argument.equals("Log4j")) {
      LogManager.getLogger("app").isInfoEnabled();
    }
  }
}

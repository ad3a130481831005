package dev.hush.agent;

import java.io.FileDescriptor;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Bridge} passes the calls of woven code on to. Defined beside it, as a class that the
 * agent's {@link BridgeConnection} extends: one class for all calls, of which the JVM knows no
 * other, so that it compiles each as a call of the agent's own method.
 */
public abstract class Bridged {

  /** For {@link BridgeConnection}, which is in another package when the two meet. */
  protected Bridged() {}

  // Functions.

  public abstract @Nullable Object enter(int number);

  public abstract void exit(@Nullable Object previous);

  public abstract @Nullable String variable(@Nullable String name);

  public abstract @Nullable String processVariable(String name, String value);

  public abstract Map<String, String> environment(Map<String, String> process);

  // Children.

  public abstract Map<String, String> newChildEnvironment(Map<String, String> process);

  public abstract @Nullable Map<String, String> childEnvironment(
      @Nullable Map<String, String> environment);

  public abstract void childStarting(int[] descriptors, boolean errorsToOutput);

  public abstract void childStarted(int[] descriptors);

  public abstract CompletableFuture<?> childExiting(CompletableFuture<?> exit);

  // Masking.

  public abstract Object event(Object logger, Object logged);

  public abstract void loggerContext(Object context);

  public abstract byte[] encoded(byte[] bytes);

  public abstract void written(StringBuilder text);

  public abstract StackTraceElement[] callers(StackTraceElement[] frames);

  public abstract @Nullable OutputStream masked(@Nullable Object stream, FileDescriptor descriptor);

  public abstract boolean opened(FileDescriptor descriptor, String name);

  public abstract boolean isNamed(@Nullable Object stream, FileDescriptor descriptor);

  public abstract void closing(FileDescriptor descriptor);

  public abstract void record(Object logger, Object logged);

  public abstract void handled(Object logged);

  public abstract void jbossRecord(Object node, Object logged);

  public abstract String text(String formatted);

  public abstract @Nullable Object logged(Object value);

  public abstract String framed(String text);

  public abstract boolean replaced(@Nullable PrintStream stream, boolean isOut);

  public abstract @Nullable Object printing(
      PrintStream stream, @Nullable Object value, boolean line);

  public abstract @Nullable Object printing(
      PrintStream stream, byte[] bytes, int offset, int length);

  public abstract void leavePrinting(Object answer);

  public abstract void read(OutputStream memory);

  public abstract void told();

  public abstract Object log4jEvent(Object logger, Object logged);

  // Work that is handed over.

  /** What the run must leave, or nothing. */
  public abstract @Nullable Object enterTask(Object task, @Nullable Object executor);

  /** What must be left behind the executor's own method. */
  public abstract @Nullable Object give(Object task, Object door);

  public abstract void turnedAway(Object token);

  public abstract @Nullable Object register(Object task, Object future);

  public abstract @Nullable Object enterMade(Object made);

  public abstract void giveHidden(@Nullable Object executor, @Nullable Object task);

  public abstract @Nullable Object enterGiven(@Nullable Object task);

  public abstract @Nullable Object enterWrapped(@Nullable Object task);

  public abstract @Nullable Object suspendLoop(boolean runs);

  public abstract void handOver(Object task, @Nullable Object executor);

  public abstract void handOverKept(Object task, @Nullable Object action);

  public abstract @Nullable Object enterKept(Object stage);

  public abstract @Nullable Object suspend();

  public abstract void leave(@Nullable Object token);

  public abstract void forget(Object task);

  public abstract void takeBack(Object task, @Nullable Object executor);

  public abstract void removed(Object task, Object executor);

  public abstract void pool(Object made);

  public abstract void fetched(@Nullable Object task, Object pool);

  public abstract void fetchedFirst(Object worker, Object pool);

  public abstract @Nullable Object enterHiring(@Nullable Object first, Object pool);

  public abstract void hired(Object worker, @Nullable Object first);

  public abstract void leaveHiring(@Nullable Object token);

  public abstract void lend(Object subscription);

  public abstract void lendAt(Object callback, Object future);

  public abstract @Nullable Object enterCallback(Object callback, Object future);

  public abstract @Nullable Object enterLent(Object subscription);

  public abstract void started(Thread thread, @Nullable Object target);

  public abstract void ended(Thread thread);

  public abstract void contextRegistry(Object registry);

  public abstract Object coroutineContext(Object context, Class<?> library);

  public abstract Object lentContext(Object context, Class<?> library);
}

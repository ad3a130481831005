package dev.hush.agent;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls: the one class that every class loader sees, because it is defined, under
 * the name of {@link BridgeDefinition}, in {@code java.base} itself. It knows types of the JDK
 * only, does nothing, and passes each call on to what the agent has put here. Beside it there is
 * {@link Bridged}, which woven code does not know.
 *
 * <p>Its fields are set before any code is woven and never again; what is woven is loaded or
 * retransformed later, which makes them visible to whoever runs it.
 */
@SuppressWarnings("NullAway.Init")
public final class Bridge {

  /** For the library's copies of the interface: operation and argument to result. */
  @SetOnce public static BiFunction<String, Object, Object> runtime;

  /** For everything else. */
  @SetOnce public static Bridged to;

  @SetOnce public static Object rawOut;
  @SetOnce public static Object rawErr;

  /** Whether others have woven the agent's own classes, whose code may lead here again. */
  @SetOnce public static AtomicBoolean woven;

  /** Whether a file was opened by its name that is standard output or error. */
  private static final AtomicBoolean NAMED = new AtomicBoolean();

  private static final int READING = 1;
  private static final int WRITING = 2;

  /** Of that, what the thread is in just now; only in case that others have woven the agent. */
  private static final ThreadLocal<@Nullable Integer> INSIDE = new ThreadLocal<>();

  /** Whether anything at all writes frames whose texts are masked before. */
  private static volatile boolean frames;

  /** Whether any stream is masked that a tool has made. */
  private static volatile boolean isReplaced;

  /** Set while the thread writes such frames. */
  private static final ThreadLocal<@Nullable Object> FRAME = new ThreadLocal<>();

  private Bridge() {}

  /**
   * Whether the thread was not in this yet. If it was, the agent's own code, as others have woven
   * it, prints or reads what it would not of itself: to see to that would lead there again. So it
   * reads what is there without the agent, and what it prints, which may be anything, is withheld.
   */
  private static boolean begin(int what) {
    Integer inside = INSIDE.get();
    int before = inside == null ? 0 : inside;
    INSIDE.set(before | what);
    return (before & what) == 0;
  }

  private static void end(int what) {
    Integer inside = INSIDE.get();
    INSIDE.set(inside == null ? null : inside & ~what);
  }

  /** At the beginning of a function. */
  public static @Nullable Object enter(int number) {
    return to.enter(number);
  }

  /** On every way out of a function. */
  public static void exit(@Nullable Object previous) {
    to.exit(previous);
  }

  /** When {@code System.getenv} is asked for a variable: what to answer, or null. */
  public static @Nullable String variable(@Nullable String name) {
    if (!woven.get()) {
      return to.variable(name);
    }
    if (!begin(READING)) {
      return null;
    }
    try {
      return to.variable(name);
    } finally {
      end(READING);
    }
  }

  /** When the process was asked for it: what to answer. */
  public static @Nullable String processVariable(String name, @Nullable String value) {
    if (value == null || !woven.get()) {
      return value == null ? null : to.processVariable(name, value);
    }
    if (!begin(READING)) {
      return value;
    }
    try {
      return to.processVariable(name, value);
    } finally {
      end(READING);
    }
  }

  /** Before {@code System.getenv()} returns. */
  public static Map<String, String> environment(Map<String, String> process) {
    if (!woven.get()) {
      return to.environment(process);
    }
    if (!begin(READING)) {
      return process;
    }
    try {
      return to.environment(process);
    } finally {
      end(READING);
    }
  }

  /** When the JDK has made the map that a process builder is to have. */
  public static Map<String, String> newChildEnvironment(Map<String, String> process) {
    return to.newChildEnvironment(process);
  }

  /** At the beginning of {@code ProcessImpl.start}: with what environment. */
  public static @Nullable Map<String, String> childEnvironment(
      @Nullable Map<String, String> environment) {
    return to.childEnvironment(environment);
  }

  /** Before a process is made. */
  public static void childStarting(int[] descriptors, boolean errorsToOutput) {
    to.childStarting(descriptors, errorsToOutput);
  }

  /** When it is made, before its streams are. */
  public static void childStarted(int[] descriptors) {
    to.childStarted(descriptors);
  }

  /** When {@code ProcessImpl} has asked for the end of its process. */
  public static CompletableFuture<?> childExiting(CompletableFuture<?> exit) {
    return to.childExiting(exit);
  }

  /** At the beginning of Logback's {@code Logger.callAppenders}. */
  public static Object event(Object logger, Object logged) {
    return to.event(logger, logged);
  }

  /** When Logback's {@code LoggerContext} is made, and when it has lost its turbo filters. */
  public static void loggerContext(Object context) {
    to.loggerContext(context);
  }

  /** When an encoder has made bytes of an event, or of what comes before all of them. */
  public static byte @Nullable [] encoded(byte @Nullable [] bytes) {
    return bytes == null ? null : to.encoded(bytes);
  }

  /** Before a layout's text is made bytes. */
  public static void written(@Nullable StringBuilder text) {
    if (text != null) {
      to.written(text);
    }
  }

  /** When somebody has asked an event of Logback's who logged it. */
  public static StackTraceElement @Nullable [] callers(StackTraceElement @Nullable [] frames) {
    return frames == null ? null : to.callers(frames);
  }

  /** When somebody has asked one of Log4j's. */
  public static @Nullable StackTraceElement caller(@Nullable StackTraceElement frame) {
    return frame == null ? null : to.callers(new StackTraceElement[] {frame})[0];
  }

  /** At the beginning of what {@code FileOutputStream} writes: whether that has been done. */
  public static boolean write(Object stream, FileDescriptor descriptor, int value)
      throws IOException {
    return isMasked(stream, descriptor)
        && write(stream, descriptor, new byte[] {(byte) value}, 0, 1);
  }

  /** The same for several bytes. */
  public static boolean write(Object stream, FileDescriptor descriptor, byte[] bytes)
      throws IOException {
    return isMasked(stream, descriptor) && write(stream, descriptor, bytes, 0, bytes.length);
  }

  /** The same for some of them. */
  public static boolean write(
      Object stream, FileDescriptor descriptor, byte[] bytes, int offset, int length)
      throws IOException {
    return isMasked(stream, descriptor)
        && stream != rawOut
        && stream != rawErr
        && !(frames && FRAME.get() != null)
        && writeMasked(stream, descriptor, bytes, offset, length);
  }

  /** Whether it was written: not if the descriptor has been closed meanwhile. */
  private static boolean writeMasked(
      @Nullable Object stream, FileDescriptor descriptor, byte[] bytes, int offset, int length)
      throws IOException {
    if (!woven.get()) {
      OutputStream masked = to.masked(stream, descriptor);
      if (masked == null) {
        return false;
      }
      masked.write(bytes, offset, length);
    } else if (begin(WRITING)) {
      // What is printed meanwhile goes into the same buffer.
      byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
      try {
        OutputStream masked = to.masked(stream, descriptor);
        if (masked == null) {
          return false;
        }
        masked.write(copy, 0, length);
      } finally {
        end(WRITING);
      }
    }
    return true;
  }

  /** What {@code RandomAccessFile} writes of a text: the low byte of each character, or both. */
  public static boolean write(
      Object file, FileDescriptor descriptor, String text, boolean lowBytesOnly)
      throws IOException {
    if (!isMasked(file, descriptor)) {
      return false;
    }
    int size = lowBytesOnly ? 1 : 2;
    byte[] bytes = new byte[size * text.length()];
    for (int i = 0; i < text.length(); i++) {
      if (!lowBytesOnly) {
        bytes[size * i] = (byte) (text.charAt(i) >>> 8);
      }
      bytes[size * i + size - 1] = (byte) text.charAt(i);
    }
    return write(file, descriptor, bytes, 0, bytes.length);
  }

  /** When a file was opened by its name. */
  public static void opened(FileDescriptor descriptor, @Nullable String name, int isWritable) {
    if (isWritable != 0
        && name != null
        && descriptor != FileDescriptor.out
        && descriptor != FileDescriptor.err
        && to.opened(descriptor, name)) {
      NAMED.set(true);
    }
  }

  /** Before a file is closed. */
  public static void closing(FileDescriptor descriptor) {
    if (isMasked(null, descriptor)) {
      to.closing(descriptor);
    }
  }

  /** At the beginning of {@code FileChannel.write}: what was written instead, or -1. */
  public static int write(FileDescriptor descriptor, ByteBuffer source) throws IOException {
    if (!isMasked(null, descriptor)) {
      return -1;
    }
    int position = source.position();
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    if (!writeMasked(null, descriptor, bytes, 0, bytes.length)) {
      source.position(position);
      return -1;
    }
    return bytes.length;
  }

  /** The same for several buffers. */
  public static long write(FileDescriptor descriptor, ByteBuffer[] sources, int offset, int length)
      throws IOException {
    if (!isMasked(null, descriptor)) {
      return -1;
    }
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      int part = write(descriptor, sources[i]);
      if (part < 0) { // It was closed just now, which the JDK tells.
        return written == 0 ? -1 : written;
      }
      written += part;
    }
    return written;
  }

  // A file pays for two comparisons and a flag.
  private static boolean isMasked(@Nullable Object stream, FileDescriptor descriptor) {
    return descriptor == FileDescriptor.out
        || descriptor == FileDescriptor.err
        || (NAMED.get() && to.isNamed(stream, descriptor));
  }

  /** At the beginning of {@code Logger.log} of {@code java.util.logging}. */
  public static void record(Object logger, @Nullable Object logged) {
    if (logged != null) {
      to.record(logger, logged);
    }
  }

  /** When a handler of {@code java.util.logging} asks itself whether a record is for it. */
  public static void handled(@Nullable Object logged) {
    if (logged != null) {
      to.handled(logged);
    }
  }

  /** At the beginning of {@code LoggerNode.publish} of JBoss LogManager. */
  public static void jbossRecord(Object node, @Nullable Object logged) {
    if (logged != null) {
      to.jbossRecord(node, logged);
    }
  }

  /** When a handler of {@code java.util.logging} has made text of a record. */
  public static @Nullable String text(@Nullable String formatted) {
    return formatted == null ? null : to.text(formatted);
  }

  /** Before a text is measured and becomes part of a frame. */
  public static @Nullable String framed(@Nullable String text) {
    return text == null ? null : to.framed(text);
  }

  /** Before frames are written, whose texts are masked. */
  public static Object enterFrame() {
    frames = true;
    FRAME.set(FRAME);
    return FRAME;
  }

  /** Behind it. */
  public static void leaveFrame(Object token) {
    FRAME.remove();
  }

  /** Instead of {@code Throwable.printStackTrace}. */
  public static void printStackTrace(Throwable thrown, PrintWriter target) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    target.append(to.text(trace.toString()));
  }

  /** When a stream is about to become {@code System.out} or {@code System.err}. */
  public static void replaced(@Nullable PrintStream stream, boolean isOut) {
    if (to.replaced(stream, isOut)) {
      isReplaced = true;
    }
  }

  /** At the beginning of what {@code PrintStream} writes: whether that has been done. */
  public static boolean printed(PrintStream stream, byte[] bytes, int offset, int length) {
    if (!isReplaced) {
      return false;
    }
    Object answer = printing(stream, bytes, offset, length);
    leavePrinting(answer);
    return hasPrinted(answer);
  }

  /** The same for one byte. */
  public static boolean printed(PrintStream stream, int value) {
    return isReplaced && printed(stream, new byte[] {(byte) value}, 0, 1);
  }

  /** At the beginning of a method of a stream that a tool has made, before it prints. */
  public static @Nullable Object printing(
      PrintStream stream, @Nullable Object value, boolean line) {
    return isReplaced ? to.printing(stream, value, line) : null;
  }

  /** The same before it formats, and with what is wrong in the format left to it. */
  public static @Nullable Object printing(
      PrintStream stream, @Nullable String format, @Nullable Object @Nullable [] values) {
    return printing(stream, Locale.getDefault(Locale.Category.FORMAT), format, values);
  }

  /** The same in a language. */
  public static @Nullable Object printing(
      PrintStream stream,
      @Nullable Locale locale,
      @Nullable String format,
      @Nullable Object @Nullable [] values) {
    if (!isReplaced || format == null) {
      return null;
    }
    String text;
    try {
      text = String.format(locale, format, values);
    } catch (IllegalFormatException wrong) {
      return null;
    }
    return to.printing(stream, text, false);
  }

  /** The same before it writes. */
  public static @Nullable Object printing(
      PrintStream stream, byte @Nullable [] bytes, int offset, int length) {
    return !isReplaced || bytes == null || (offset | length | bytes.length - offset - length) < 0
        ? null
        : to.printing(stream, bytes, offset, length);
  }

  /** The same with all. */
  public static @Nullable Object printing(PrintStream stream, byte @Nullable [] bytes) {
    return bytes == null ? null : printing(stream, bytes, 0, bytes.length);
  }

  /** The same with one. */
  public static @Nullable Object printing(PrintStream stream, int value) {
    return isReplaced ? to.printing(stream, new byte[] {(byte) value}, 0, 1) : null;
  }

  /** What is to be printed of a text. */
  public static @Nullable Object part(@Nullable CharSequence text, int start, int end) {
    CharSequence whole = text == null ? "null" : text;
    return start < 0 || start > end || end > whole.length() ? "" : whole.subSequence(start, end);
  }

  /** Whether the method is to return. */
  public static boolean hasPrinted(@Nullable Object answer) {
    return answer == Boolean.TRUE;
  }

  /** On every way out of the method. */
  public static void leavePrinting(@Nullable Object answer) {
    if (answer != null && answer != Boolean.TRUE) {
      to.leavePrinting(answer);
    }
  }

  /** Before what is in memory is read. */
  public static void read(OutputStream memory) {
    if (isReplaced) {
      to.read(memory);
    }
  }

  /** Before a test runner tells something that comes behind what was printed. */
  public static void told() {
    if (isReplaced) {
      to.told();
    }
  }

  /** Before a test runner sends a part of an exception as an object. */
  public static @Nullable Object sent(@Nullable Object part) {
    return part instanceof String text ? to.text(text) : part;
  }

  /** Before it sends a text. */
  public static @Nullable CharSequence sent(@Nullable CharSequence text) {
    return text == null ? null : to.text(text.toString());
  }

  /** When Spring Boot's actuator has decided what to show of a property. */
  public static @Nullable Object shown(@Nullable Object value) {
    if (value instanceof CharSequence || value instanceof Number) {
      String written = value.toString();
      String masked = to.text(written);
      return masked.equals(written) ? value : masked;
    }
    return value;
  }

  /** What a logging library reads of an event of its own. */
  public static @Nullable Object logged(@Nullable Object value) {
    return value == null ? null : to.logged(value);
  }

  /** At the beginning of Log4j's {@code LoggerConfig.callAppenders}. */
  public static Object log4jEvent(Object logger, Object logged) {
    return to.log4jEvent(logger, logged);
  }

  /** At the beginning of an executor's {@code execute} that is not known exactly. */
  public static @Nullable Object give(@Nullable Object task, Object door) {
    return task == null ? to.suspend() : to.give(task, door);
  }

  /** At the beginning of a future's {@code addListener}. */
  public static @Nullable Object register(@Nullable Object task, Object future) {
    return task == null ? null : to.register(task, future);
  }

  /** At the beginning of the method of something that works for whoever made it. */
  public static @Nullable Object enterMade(Object made) {
    return to.enterMade(made);
  }

  /** When an executor's own method has thrown. */
  public static void turnedAway(@Nullable Object token) {
    if (token != null) {
      to.turnedAway(token);
    }
  }

  /** When a task is put into something from which it will be taken and run. */
  public static void given(@Nullable Object task, Object holder) {
    if (task != null) {
      leave(to.give(task, holder));
    }
  }

  /** Before a task is given to an executor that may be a lambda. */
  public static void giveHidden(@Nullable Object executor, @Nullable Object task) {
    to.giveHidden(executor, task);
  }

  /** Instead of giving one to such an executor. */
  @HiddenFrame
  public static void execute(Executor executor, Runnable task) {
    to.giveHidden(executor, task);
    executor.execute(task);
  }

  /** Instead of the {@code run} of what may have been given to an executor. */
  @HiddenFrame
  public static void run(Runnable task) {
    Object token = to.enterGiven(task);
    if (token == null) {
      task.run();
      return;
    }
    try {
      task.run();
    } finally {
      to.leave(token);
    }
  }

  /** The same in a wrapper of the JDK's. */
  @HiddenFrame
  public static void runWrapped(Runnable task) {
    Object token = to.enterWrapped(task);
    if (token == null) {
      task.run();
      return;
    }
    try {
      task.run();
    } finally {
      to.leave(token);
    }
  }

  /** The same by a thread: of one that is not virtual it was looked at when that was started. */
  @HiddenFrame
  public static void runTarget(Runnable task) {
    if (Thread.currentThread().getClass().getName().equals("java.lang.VirtualThread")) {
      run(task);
    } else {
      task.run();
    }
  }

  /** At the beginning of a method that takes work which several may have put there. */
  public static @Nullable Object suspendLoop(boolean runs) {
    return to.suspendLoop(runs);
  }

  /** A task is put where the executor, or whoever runs it, takes it from. */
  public static void handOver(Object task, @Nullable Object executor) {
    if (task != null) {
      to.handOver(task, executor);
    }
  }

  /** At the beginning of {@code ForkJoinTask.invokeAll}. */
  public static void handOverAll(@Nullable Object tasks) {
    if (tasks instanceof Object[] array) {
      for (Object task : array) {
        handOver(task, null);
      }
    } else if (tasks instanceof Iterable<?> several) {
      for (Object task : several) {
        handOver(task, null);
      }
    }
  }

  /** When a stage is made, with its action, or a timer takes a task. */
  public static void handOverKept(Object task, @Nullable Object action) {
    if (task != null) {
      to.handOverKept(task, action);
    }
  }

  /** Instead of an executor's {@code task.run()}. */
  @HiddenFrame
  public static void run(Runnable task, Object executor) {
    Object token = to.enterTask(task, executor);
    if (token == null) {
      task.run();
      return;
    }
    try {
      task.run();
    } finally {
      to.leave(token);
    }
  }

  /** Instead of a timer's {@code task.run()}. */
  @HiddenFrame
  public static void run(TimerTask task, long period) {
    Object token = to.enterKept(task);
    if (period == 0) {
      to.forget(task);
    }
    if (token == null) {
      task.run();
      return;
    }
    try {
      task.run();
    } finally {
      to.leave(token);
    }
  }

  /** At the beginning of a task's own method. */
  public static @Nullable Object enterTask(Object task, @Nullable Object executor) {
    return to.enterTask(task, executor);
  }

  /** At the beginning of a stage's own method. */
  public static @Nullable Object enterKept(Object stage) {
    return to.enterKept(stage);
  }

  /** On every way out of a stage's own method; without a dependent it will not be called again. */
  public static void leaveKept(@Nullable Object token, Object stage, @Nullable Object dependent) {
    if (token != null) {
      to.leave(token);
    }
    if (dependent == null) {
      to.forget(stage);
    }
  }

  /** Before something that is none of the current function's work. */
  public static @Nullable Object suspend() {
    return to.suspend();
  }

  /** On every way out of a task, and after what {@link #suspend} was for. */
  public static void leave(@Nullable Object token) {
    if (token != null) {
      to.leave(token);
    }
  }

  /** A task will not be run any more. */
  public static void forget(Object task) {
    to.forget(task);
  }

  /** A task that was just handed over is turned away. */
  public static void takeBack(Object task, @Nullable Object executor) {
    if (task != null) {
      to.takeBack(task, executor);
    }
  }

  /** A task was taken out of an executor's queue, or was not in it. */
  public static void removed(boolean removed, Object task, Object executor) {
    if (removed) {
      to.removed(task, executor);
    }
  }

  /** An executor's queue was emptied. */
  public static void drained(List<?> tasks, Object executor) {
    for (Object task : tasks) {
      to.removed(task, executor);
    }
  }

  /** A task was taken out of a worker's queue by the one who put it there, or was not. */
  public static void unforked(boolean unforked, Object task) {
    if (unforked) {
      to.forget(task);
    }
  }

  /** When a pool is made. */
  public static void pool(Object made) {
    to.pool(made);
  }

  /** When a pool's thread has taken a task out of the queue. */
  public static void fetched(@Nullable Object task, Object pool) {
    to.fetched(task, pool);
  }

  /** When a pool's thread begins to work, before the task that it was made for. */
  public static void fetchedFirst(Object worker, Object pool) {
    to.fetchedFirst(worker, pool);
  }

  /** Before a pool makes a thread, perhaps for a task. */
  public static @Nullable Object enterHiring(@Nullable Object first, Object pool) {
    return to.enterHiring(first, pool);
  }

  /** When it has made one for it. */
  public static void hired(Object worker, @Nullable Object first) {
    to.hired(worker, first);
  }

  /** On every way out of there. */
  public static void leaveHiring(@Nullable Object token) {
    if (token != null) {
      to.leaveHiring(token);
    }
  }

  /** When a subscription is made. */
  public static void lend(Object subscription) {
    to.lend(subscription);
  }

  /** When a callback is registered. */
  public static void lendAt(@Nullable Object callback, Object future) {
    if (callback != null) {
      to.lendAt(callback, future);
    }
  }

  /** Before it is called. */
  public static @Nullable Object enterCallback(Object callback, Object future) {
    return to.enterCallback(callback, future);
  }

  /** Before a subscriber is told. */
  public static @Nullable Object enterLent(Object subscription) {
    return to.enterLent(subscription);
  }

  /** Before a thread is started; with what it runs, if that is known. */
  public static void started(Thread thread, @Nullable Object target) {
    to.started(thread, target);
  }

  /** When a thread has ended. */
  public static void ended(Thread thread) {
    to.ended(thread);
  }

  /** When micrometer's {@code ContextRegistry} looks for what it is to carry. */
  public static void contextRegistry(Object registry) {
    to.contextRegistry(registry);
  }

  /** Before kotlinx.coroutines returns the context of a new coroutine; with a class of its. */
  public static Object coroutineContext(Object context, Class<?> library) {
    return to.coroutineContext(context, library);
  }

  /** Before kotlinx.coroutines adds a context to that of a coroutine which goes on in both. */
  public static Object lentContext(Object context, Class<?> library) {
    return to.lentContext(context, library);
  }
}

package dev.hush.agent;

import dev.hush.SecretRuntimeLink;
import dev.hush.environment.ChildEnvironments;
import dev.hush.environment.EnvironmentViews;
import dev.hush.environment.HandOver;
import dev.hush.function.Functions;
import dev.hush.logging.Frames;
import dev.hush.logging.LogRecordMasker;
import dev.hush.logging.LoggedValues;
import dev.hush.masking.SecretMasker;
import dev.hush.runtime.HushRuntime;
import dev.hush.stream.ChildOutput;
import dev.hush.stream.ReplacedStreams;
import dev.hush.stream.StandardDescriptors;
import java.io.FileDescriptor;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes the calls of woven code from the bridge to where they belong. */
final class BridgeConnection extends Bridged {

  private final Functions functions;
  private final EnvironmentViews views;
  private final SecretMasker masker;
  private final HandOver handOver;
  private final ChildEnvironments childEnvironments;
  private final ChildOutput childOutput;
  private final StandardDescriptors descriptors;
  private final ReplacedStreams replacedStreams;
  private final Consumer<String> refusal;
  private volatile @Nullable Libraries libraries;

  private BridgeConnection(
      HushRuntime runtime,
      HandOver handOver,
      ChildOutput childOutput,
      StandardDescriptors descriptors,
      ReplacedStreams replacedStreams,
      Consumer<String> refusal) {
    this.functions = runtime.functions();
    this.views = runtime.views();
    this.masker = runtime.masker();
    this.handOver = handOver;
    this.childEnvironments = new ChildEnvironments(views, HushRuntime::warn);
    this.childOutput = childOutput;
    this.descriptors = descriptors;
    this.replacedStreams = replacedStreams;
    this.refusal = refusal;
  }

  /**
   * Connects the bridge, which is defined by now. Not by reflection, for which the JDK makes method
   * handles: the build gives the bridge here the names that it was defined by.
   *
   * @param woven whether others have woven the agent's own classes
   * @param refusal takes what makes the protection incomplete; does not return
   */
  // Only javac of 25 sees, in the class file of what is exported, that it may take and give null.
  @SuppressWarnings("NullAway")
  static void connect(
      HushRuntime runtime,
      HandOver handOver,
      ChildOutput childOutput,
      StandardDescriptors descriptors,
      ReplacedStreams replacedStreams,
      AtomicBoolean woven,
      Consumer<String> refusal) {
    Bridge.woven = woven;
    Bridge.rawOut = descriptors.raw(FileDescriptor.out);
    Bridge.rawErr = descriptors.raw(FileDescriptor.err);
    Bridge.runtime = SecretRuntimeLink.export(runtime);
    Bridge.to =
        new BridgeConnection(runtime, handOver, childOutput, descriptors, replacedStreams, refusal);
  }

  /** What only a program needs that has one of these libraries. */
  private static final class Libraries {
    final LogbackHooks logback;
    final Log4jHooks log4j;
    final JbossHooks jboss;
    final LogRecordMasker records;
    final LoggedValues logged;
    final WrittenText written;
    final ContextHooks contexts;

    Libraries(SecretMasker masker, HandOver handOver, Consumer<String> refusal) {
      logback = new LogbackHooks(masker::mask, masker::generation, refusal);
      log4j = new Log4jHooks(masker::mask, masker::generation, refusal);
      jboss = new JbossHooks(masker::mask, refusal);
      records = new LogRecordMasker(masker::mask);
      logged = new LoggedValues(masker::mask);
      written = new WrittenText(masker::mask);
      contexts = new ContextHooks(handOver, HushRuntime::warn);
    }
  }

  private Libraries libraries() {
    Libraries known = libraries;
    return known == null ? madeLibraries() : known;
  }

  private synchronized Libraries madeLibraries() {
    Libraries known = libraries;
    if (known == null) {
      known = new Libraries(masker, handOver, refusal);
      libraries = known;
    }
    return known;
  }

  @Override
  public @Nullable Object enter(int number) {
    return functions.enter(number);
  }

  @Override
  public void exit(@Nullable Object previous) {
    functions.exit(previous);
  }

  @Override
  public @Nullable String variable(@Nullable String name) {
    return views.get(name);
  }

  @Override
  public @Nullable String processVariable(String name, String value) {
    return views.ofProcess(name, value);
  }

  @Override
  public Map<String, String> environment(Map<String, String> process) {
    return views.all(process);
  }

  @Override
  public Map<String, String> newChildEnvironment(Map<String, String> process) {
    return childEnvironments.of(process);
  }

  @Override
  public @Nullable Map<String, String> childEnvironment(@Nullable Map<String, String> environment) {
    return childEnvironments.atStart(environment);
  }

  @Override
  public void childStarting(int[] numbers, boolean errorsToOutput) {
    childOutput.starting(numbers, errorsToOutput);
  }

  @Override
  public void childStarted(int[] numbers) {
    childOutput.started(numbers);
  }

  @Override
  public CompletableFuture<?> childExiting(CompletableFuture<?> exit) {
    return childOutput.exiting(exit);
  }

  @Override
  public Object event(Object logger, Object logged) {
    return libraries().logback.mask(logger, logged);
  }

  @Override
  public void loggerContext(Object context) {
    libraries().logback.install(context);
  }

  @Override
  public byte[] encoded(byte[] bytes) {
    return libraries().written.mask(bytes);
  }

  @Override
  public void written(StringBuilder text) {
    libraries().written.mask(text);
  }

  @Override
  public StackTraceElement[] callers(StackTraceElement[] frames) {
    return Frames.mask(frames, masker::mask);
  }

  @Override
  public @Nullable OutputStream masked(@Nullable Object stream, FileDescriptor descriptor) {
    return descriptors.masked(stream, descriptor);
  }

  @Override
  public boolean opened(FileDescriptor descriptor, String name) {
    return descriptors.opened(descriptor, name);
  }

  @Override
  public boolean isNamed(@Nullable Object stream, FileDescriptor descriptor) {
    return descriptors.isNamed(stream, descriptor);
  }

  @Override
  public void closing(FileDescriptor descriptor) {
    descriptors.release(descriptor);
  }

  @Override
  public void record(Object logger, Object logged) {
    libraries().records.mask((Logger) logger, (LogRecord) logged);
  }

  @Override
  public void handled(Object logged) {
    libraries().records.mask((LogRecord) logged);
  }

  @Override
  public void jbossRecord(Object node, Object logged) {
    libraries().jboss.mask(node, logged);
  }

  @Override
  public String text(String formatted) {
    return masker.mask(formatted);
  }

  @Override
  public @Nullable Object logged(Object value) {
    return libraries().logged.mask(value);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same instance: nothing is masked
  public String framed(String text) {
    String masked = masker.mask(text);
    // A frame has three bytes for each letter that there was.
    return masked == text || masked.getBytes(StandardCharsets.UTF_8).length <= 3 * text.length()
        ? masked
        : SecretMasker.MASK;
  }

  @Override
  public boolean replaced(@Nullable PrintStream stream, boolean isOut) {
    return replacedStreams.replaced(stream, isOut);
  }

  @Override
  public @Nullable Object printing(PrintStream stream, @Nullable Object value, boolean line) {
    return replacedStreams.print(stream, value, line);
  }

  @Override
  public @Nullable Object printing(PrintStream stream, byte[] bytes, int offset, int length) {
    return replacedStreams.print(stream, bytes, offset, length);
  }

  @Override
  public void leavePrinting(Object answer) {
    replacedStreams.leave(answer);
  }

  @Override
  public void read(OutputStream memory) {
    replacedStreams.release(memory);
  }

  @Override
  public void told() {
    replacedStreams.release();
  }

  @Override
  public Object log4jEvent(Object logger, Object logged) {
    return libraries().log4j.mask(logger, logged);
  }

  @Override
  public @Nullable Object enterTask(Object task, @Nullable Object executor) {
    return handOver.enter(task, executor);
  }

  @Override
  public @Nullable Object give(Object task, Object door) {
    return handOver.give(task, door);
  }

  @Override
  public void turnedAway(Object token) {
    handOver.turnedAway(token);
  }

  @Override
  public @Nullable Object register(Object task, Object future) {
    return handOver.register(task, future);
  }

  @Override
  public @Nullable Object enterMade(Object made) {
    return handOver.enterMade(made);
  }

  @Override
  public void giveHidden(@Nullable Object executor, @Nullable Object task) {
    handOver.giveHidden(executor, task);
  }

  @Override
  public @Nullable Object enterGiven(@Nullable Object task) {
    return handOver.enterGiven(task);
  }

  @Override
  public @Nullable Object enterWrapped(@Nullable Object task) {
    return handOver.enterWrapped(task);
  }

  @Override
  public @Nullable Object suspendLoop(boolean runs) {
    return handOver.suspendLoop(runs);
  }

  @Override
  public void handOver(Object task, @Nullable Object executor) {
    handOver.bind(task, executor);
  }

  @Override
  public void handOverKept(Object task, @Nullable Object action) {
    handOver.bindKept(task, action);
  }

  @Override
  public @Nullable Object enterKept(Object stage) {
    return handOver.enterKept(stage);
  }

  @Override
  public @Nullable Object suspend() {
    return handOver.suspend();
  }

  @Override
  public void leave(@Nullable Object token) {
    handOver.leave(token);
  }

  @Override
  public void forget(Object task) {
    handOver.forget(task);
  }

  @Override
  public void takeBack(Object task, @Nullable Object executor) {
    handOver.takeBack(task, executor);
  }

  @Override
  public void removed(Object task, Object executor) {
    handOver.removed(task, executor);
  }

  @Override
  public void pool(Object made) {
    handOver.add(made);
  }

  @Override
  public void fetched(@Nullable Object task, Object pool) {
    handOver.fetch(task, pool);
  }

  @Override
  public void fetchedFirst(Object worker, Object pool) {
    handOver.fetchFirst(worker, pool);
  }

  @Override
  public @Nullable Object enterHiring(@Nullable Object first, Object pool) {
    return handOver.enterHiring(first, pool);
  }

  @Override
  public void hired(Object worker, @Nullable Object first) {
    handOver.hired(worker, first);
  }

  @Override
  public void leaveHiring(@Nullable Object token) {
    handOver.leaveHiring(token);
  }

  @Override
  public void lend(Object subscription) {
    handOver.lend(subscription);
  }

  @Override
  public void lendAt(Object callback, Object future) {
    handOver.lend(callback, future);
  }

  @Override
  public @Nullable Object enterCallback(Object callback, Object future) {
    return handOver.enterCallback(callback, future);
  }

  @Override
  public @Nullable Object enterLent(Object subscription) {
    return handOver.enterLent(subscription);
  }

  @Override
  public void started(Thread thread, @Nullable Object target) {
    handOver.start(thread, target);
  }

  @Override
  public void ended(Thread thread) {
    handOver.end(thread);
  }

  @Override
  public void contextRegistry(Object registry) {
    libraries().contexts.register(registry);
  }

  @Override
  public Object coroutineContext(Object context, Class<?> library) {
    return libraries().contexts.carrying(context, library);
  }

  @Override
  public Object lentContext(Object context, Class<?> library) {
    return libraries().contexts.lent(context, library);
  }
}

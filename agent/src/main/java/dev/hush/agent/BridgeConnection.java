package dev.hush.agent;

import dev.hush.SecretRuntimeLink;
import dev.hush.environment.ChildEnvironments;
import dev.hush.environment.HandOver;
import dev.hush.logging.LogRecordMasker;
import dev.hush.masking.SecretMasker;
import dev.hush.runtime.HushRuntime;
import dev.hush.stream.ChildOutput;
import dev.hush.stream.StandardDescriptors;
import java.io.FileDescriptor;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Puts into the bridge what it passes its calls on to. */
final class BridgeConnection {

  private final Class<?> bridge;

  BridgeConnection(Class<?> bridge) {
    this.bridge = bridge;
  }

  void connectFunctions(HushRuntime runtime) throws ReflectiveOperationException {
    set("runtime", SecretRuntimeLink.export(runtime));
    set("enter", (IntFunction<?>) runtime.functions()::enter);
    set("exit", (Consumer<?>) runtime.functions()::exit);
    set("variable", (Function<@Nullable String, @Nullable String>) runtime.views()::get);
    set("environment", (UnaryOperator<Map<String, String>>) runtime.views()::all);
  }

  void connectHandOver(HandOver handOver) throws ReflectiveOperationException {
    set("handOver", (BiConsumer<Object, Object>) handOver::bind);
    set("handOverKept", (BiConsumer<Object, Object>) handOver::bindKept);
    set("enterTask", (BiFunction<Object, Object, Object>) handOver::enter);
    set("enterKept", (Function<Object, @Nullable Object>) handOver::enterKept);
    set("suspend", (Supplier<?>) handOver::suspend);
    set("leave", (Consumer<Object>) handOver::leave);
    set("forget", (Consumer<Object>) handOver::forget);
    set("takeBack", (BiConsumer<Object, @Nullable Object>) handOver::takeBack);
    set("removed", (BiConsumer<Object, Object>) handOver::removed);
    set("give", (BiFunction<Object, Object, Object>) handOver::give);
    set("turnedAway", (Consumer<Object>) handOver::turnedAway);
    set("register", (BiFunction<Object, Object, Object>) handOver::register);
    set("enterMade", (Function<Object, @Nullable Object>) handOver::enterMade);
    set("giveHidden", (BiConsumer<@Nullable Object, @Nullable Object>) handOver::giveHidden);
    set("enterGiven", (Function<@Nullable Object, @Nullable Object>) handOver::enterGiven);
    set("enterWrapped", (Function<@Nullable Object, @Nullable Object>) handOver::enterWrapped);
    set("suspendLoop", (Function<Boolean, @Nullable Object>) handOver::suspendLoop);
    set("pool", (Consumer<Object>) handOver::add);
    set("fetched", (BiConsumer<@Nullable Object, Object>) handOver::fetch);
    set("fetchedFirst", (BiConsumer<Object, Object>) handOver::fetchFirst);
    set("enterHiring", (BiFunction<Object, Object, Object>) handOver::enterHiring);
    set("hired", (BiConsumer<Object, @Nullable Object>) handOver::hired);
    set("leaveHiring", (Consumer<@Nullable Object>) handOver::leaveHiring);
    set("lend", (Consumer<Object>) handOver::lend);
    set("lendAt", (BiConsumer<Object, Object>) handOver::lend);
    set("enterCallback", (BiFunction<Object, Object, Object>) handOver::enterCallback);
    set("enterLent", (Function<Object, @Nullable Object>) handOver::enterLent);
    set("started", (BiConsumer<Thread, Object>) handOver::start);
    set("ended", (Consumer<Thread>) handOver::end);
    ContextHooks contexts = new ContextHooks(handOver, HushRuntime::warn);
    set("contextRegistry", (Consumer<Object>) contexts::register);
    set("coroutineContext", (BiFunction<Object, Class<?>, Object>) contexts::carrying);
    set("lentContext", (BiFunction<Object, Class<?>, Object>) contexts::lent);
  }

  void connectChildren(ChildEnvironments environments, ChildOutput output)
      throws ReflectiveOperationException {
    set("newChildEnvironment", (UnaryOperator<Map<String, String>>) environments::of);
    set("childEnvironment", (UnaryOperator<@Nullable Map<String, String>>) environments::atStart);
    set("childStarting", (BiConsumer<int[], Boolean>) output::starting);
    set("childStarted", (Consumer<int[]>) output::started);
    set("childExiting", (UnaryOperator<CompletableFuture<?>>) output::exiting);
  }

  void connectStreams(StandardDescriptors descriptors) throws ReflectiveOperationException {
    set("masked", (BiFunction<Object, FileDescriptor, OutputStream>) descriptors::masked);
    set("closing", (Consumer<FileDescriptor>) descriptors::release);
  }

  /**
   * @param refusal takes what makes the protection incomplete; does not return
   */
  void connectLogging(SecretMasker masker, Consumer<String> refusal)
      throws ReflectiveOperationException {
    LogbackHooks logback = new LogbackHooks(masker::mask, masker::generation, refusal);
    set("event", (BiFunction<Object, Object, Object>) logback::mask);
    set("loggerContext", (Consumer<Object>) logback::install);
    set("encoded", (BiFunction<Object, byte[], byte[]>) logback::mask);
    set("text", (UnaryOperator<String>) masker::mask);
    LogRecordMasker records = new LogRecordMasker(masker::mask);
    // No method reference: it would need the two types now, and not every JVM has them.
    set(
        "record",
        (BiConsumer<Object, Object>)
            (logger, record) -> records.mask((Logger) logger, (LogRecord) record));
    Log4jHooks log4j = new Log4jHooks(masker::mask, masker::generation, refusal);
    set("log4jEvent", (BiFunction<Object, Object, Object>) log4j::mask);
  }

  private void set(String field, Object value) throws ReflectiveOperationException {
    bridge.getField(field).set(null, value);
  }
}

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
    set("takeBack", (BiConsumer<Object, Object>) handOver::takeBack);
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

package dev.hush.agent;

import dev.hush.stream.ReplacedStreams;
import java.io.FilterOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.charset.Charset;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the streams that a program puts in the place of {@code System.out}, and weaves their
 * classes when it does: few of all classes that print are ever put there.
 */
final class PrintStreams implements ReplacedStreams.Knowledge {

  private static final int TELLS_ITS_CHARSET = 18;

  private final Function<Class<?>, MethodHandles.Lookup> lookups;
  private final Instrumentation instrumentation;
  private final Consumer<String> warning;

  /** Not to keep the class loaders of applications. */
  private final Set<Class<?>> hooked =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private volatile @Nullable MethodHandle below;

  /**
   * @param lookups gives the rights of a class of {@code java.io}
   * @param warning takes what cannot be masked
   */
  PrintStreams(
      Function<Class<?>, MethodHandles.Lookup> lookups,
      Instrumentation instrumentation,
      Consumer<String> warning) {
    this.lookups = lookups;
    this.instrumentation = instrumentation;
    this.warning = warning;
  }

  @Override
  public @Nullable OutputStream below(OutputStream stream) {
    if (!(stream instanceof FilterOutputStream filter)) {
      return null;
    }
    try {
      MethodHandle getter = below;
      if (getter == null) {
        getter =
            lookups
                .apply(FilterOutputStream.class)
                .findGetter(FilterOutputStream.class, "out", OutputStream.class);
        below = getter;
      }
      return (OutputStream) getter.invokeExact(filter);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public Charset charset(PrintStream stream) {
    try {
      Object charset;
      if (Runtime.version().feature() >= TELLS_ITS_CHARSET) {
        charset = PrintStream.class.getMethod("charset").invoke(stream);
      } else {
        OutputStreamWriter writer =
            (OutputStreamWriter)
                lookups
                    .apply(PrintStream.class)
                    .findGetter(PrintStream.class, "charOut", OutputStreamWriter.class)
                    .invoke(stream);
        String name = writer == null ? null : writer.getEncoding();
        charset = name == null ? null : Charset.forName(name);
      }
      if (charset != null) {
        return (Charset) charset;
      }
    } catch (Throwable closedOrNoStream) {
      // As most are.
    }
    return Charset.defaultCharset();
  }

  @Override
  public void hook(Class<?> type) {
    if (!hooked.add(type)) {
      return;
    }
    try {
      instrumentation.retransformClasses(type);
    } catch (UnmodifiableClassException | LinkageError | RuntimeException refused) {
      warning.accept(
          "what is printed to "
              + type.getName()
              + " is not masked: the JVM does not let the agent change it");
    }
  }

  /** The hooks that a class is to have, or none. */
  List<Hook> hooks(Class<?> type) {
    return hooked.contains(type) ? PrintHooks.of(type.getName().replace('.', '/')) : List.of();
  }
}

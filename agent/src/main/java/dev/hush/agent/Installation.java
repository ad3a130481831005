package dev.hush.agent;

import dev.hush.SecretRuntimeLink;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.ConfigurationException;
import dev.hush.configuration.Setting;
import dev.hush.environment.EnvironmentView;
import dev.hush.function.ClassPathScan;
import dev.hush.function.ResolutionFailure;
import dev.hush.runtime.HushRuntime;
import dev.hush.stream.StandardStreams;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens between the JVM's start and the application's: configuration, masked standard
 * streams, the bridge, the hooks with their proof, and the secrets. Whatever fails here ends the
 * JVM with one report and the exit code for configuration; an application is never started half
 * protected.
 */
final class Installation {

  /** EX_CONFIG of sysexits.h. */
  private static final int REFUSED = 78;

  private static final String PROBE = "HUSH_PROBE";

  private final Instrumentation instrumentation;
  private final Configuration configuration;
  private final HushRuntime runtime;

  private Installation(
      Instrumentation instrumentation, Configuration configuration, HushRuntime runtime) {
    this.instrumentation = instrumentation;
    this.configuration = configuration;
    this.runtime = runtime;
  }

  static void install(@Nullable String argument, Instrumentation instrumentation) {
    try {
      if (BridgeDefinition.existing() != null) {
        HushRuntime.warn("the agent is given twice: the second one does nothing");
        return;
      }
      Configuration configuration =
          Configuration.read(
              argument, System.getProperties(), System.getenv(), Path.of("hush.properties"));
      // Before anything is woven, this is the environment of the process, now and for good.
      HushRuntime runtime = new HushRuntime(configuration, System.getenv());
      new Installation(instrumentation, configuration, runtime).install();
    } catch (ConfigurationException wrong) {
      refuse("hush: " + wrong.getMessage());
    } catch (Throwable failure) {
      // Of what was not foreseen only the kind is told: its text may hold anything.
      refuse(
          "hush: the agent could not be installed: "
              + failure.getClass().getName()
              + " at "
              + (failure.getStackTrace().length == 0 ? "?" : failure.getStackTrace()[0]));
    }
  }

  private static void refuse(String report) {
    System.err.println(report.stripTrailing());
    System.exit(REFUSED);
  }

  /**
   * Ends the JVM while a class is being loaded, when shutdown hooks may wait for locks that this
   * thread holds.
   */
  private static void halt(String reason) {
    System.err.println(
        "hush: " + reason + ", so that nothing could be masked there: use another version of it");
    System.err.flush();
    Runtime.getRuntime().halt(REFUSED);
  }

  private void install()
      throws IOException,
          ReflectiveOperationException,
          UnmodifiableClassException,
          URISyntaxException {
    StandardStreams.install(runtime.masker());
    connect(BridgeDefinition.define(instrumentation));
    Weaver weaver =
        new Weaver(
            new FunctionWeaving(runtime.functions()::number),
            HushRuntime::warn,
            Installation::halt);
    instrumentation.addTransformer(weaver, true);
    instrumentation.retransformClasses(Class.forName("java.lang.ProcessEnvironment"));
    prove();
    if (configuration.text(Setting.RESOLVE).equals("startup")) {
      resolve();
    }
  }

  private void connect(Class<?> bridge) throws ReflectiveOperationException {
    LogbackHooks logback = new LogbackHooks(runtime.masker()::mask, Installation::halt);
    set(bridge, "runtime", SecretRuntimeLink.export(runtime));
    set(bridge, "enter", (java.util.function.IntFunction<?>) runtime.functions()::enter);
    set(bridge, "exit", (java.util.function.Consumer<?>) runtime.functions()::exit);
    set(
        bridge,
        "variable",
        (java.util.function.BiFunction<String, String, String>) runtime.views()::get);
    set(
        bridge,
        "environment",
        (java.util.function.UnaryOperator<Map<String, String>>) runtime.views()::all);
    set(bridge, "event", (java.util.function.BiFunction<Object, Object, Object>) logback::mask);
    set(bridge, "loggerContext", (java.util.function.Consumer<Object>) logback::install);
  }

  private static void set(Class<?> bridge, String field, Object value)
      throws ReflectiveOperationException {
    bridge.getField(field).set(null, value);
  }

  /** Asks through the JDK's own methods, inside a view and outside, whether the hooks work. */
  private void prove() {
    Object previous = runtime.views().enter(new EnvironmentView(Map.of(PROBE, PROBE)));
    boolean inside;
    try {
      inside = PROBE.equals(System.getenv(PROBE)) && PROBE.equals(System.getenv().get(PROBE));
    } finally {
      runtime.views().exit(previous);
    }
    if (!inside || System.getenv(PROBE) != null || System.getenv().get(PROBE) != null) {
      throw new IllegalStateException("System.getenv is not hooked");
    }
  }

  private void resolve() throws IOException, URISyntaxException {
    String ownJar =
        Path.of(HushAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toRealPath()
            .toString();
    ClassPathScan scan =
        new ClassPathScan(configuration.list(Setting.SCAN), element -> !element.equals(ownJar));
    ClassPathScan.Result found = scan.functions();
    found.warnings().forEach(HushRuntime::warn);
    List<ResolutionFailure> failures =
        runtime.functions().resolve(found.functions(), scan::definedInCode);
    if (!failures.isEmpty()) {
      refuse(ResolutionFailure.report(failures));
    }
    List<String> unmasked = runtime.masker().unmasked();
    if (!unmasked.isEmpty()) {
      HushRuntime.warn(
          "not masked, because too short or too common: " + String.join(", ", unmasked));
    }
  }
}

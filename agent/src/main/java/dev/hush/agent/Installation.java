package dev.hush.agent;

import dev.hush.configuration.Configuration;
import dev.hush.configuration.ConfigurationException;
import dev.hush.configuration.Setting;
import dev.hush.environment.EnvironmentView;
import dev.hush.environment.HandOver;
import dev.hush.function.ClassPathScan;
import dev.hush.function.FunctionDeclaration;
import dev.hush.function.FunctionSearch;
import dev.hush.function.Functions;
import dev.hush.function.ResolutionFailure;
import dev.hush.masking.MaskingRemarks;
import dev.hush.runtime.HushRuntime;
import dev.hush.stream.ChildOutput;
import dev.hush.stream.OutputRule;
import dev.hush.stream.ReplacedStreams;
import dev.hush.stream.StandardDescriptors;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What happens between the JVM's start and the application's: configuration, masked standard
 * streams, the bridge, the hooks with their proof, and the secrets. Whatever fails here ends the
 * JVM with one report and the exit code for configuration; an application is never started half
 * protected.
 */
final class Installation {

  private static final int AT_A_TIME = 10;

  private static final String PROBE = "HUSH_PROBE";

  private final Instrumentation instrumentation;
  private final Configuration configuration;
  private final HushRuntime runtime;
  private final PreparedHooks preparation;
  private final FunctionSearch search;
  private final @Nullable SearchedFunctions found;
  private final StandardDescriptors descriptors;

  /** Whether others have woven the agent's own classes; until that is known, they have. */
  private final AtomicBoolean isWoven = new AtomicBoolean(true);

  private final Warnings warnings = new Warnings();

  /** Those that are loaded beside the application; null: it has not begun. */
  private volatile @Nullable HookedClasses others;

  private Installation(
      Instrumentation instrumentation,
      Configuration configuration,
      HushRuntime runtime,
      PreparedHooks preparation,
      FunctionSearch search,
      @Nullable SearchedFunctions found) {
    this.instrumentation = instrumentation;
    this.configuration = configuration;
    this.runtime = runtime;
    this.preparation = preparation;
    this.search = search;
    this.found = found;
    this.descriptors =
        new StandardDescriptors(
            runtime.masker(), OutputRule.of(configuration.text(Setting.OUTPUT)));
  }

  /** Before the application: whatever fails ends the JVM. */
  static void install(@Nullable String argument, Instrumentation instrumentation) {
    try {
      Installation installation = prepared(argument, instrumentation);
      if (installation != null) {
        installation.install();
      }
    } catch (Throwable failure) {
      refuse(report(failure), instrumentation);
    }
  }

  /**
   * Beside a running application: whatever fails is reported, and ends nothing but the attempt.
   *
   * @throws IllegalStateException if it failed
   */
  static void attach(@Nullable String argument, Instrumentation instrumentation) {
    try {
      Installation installation = prepared(argument, instrumentation);
      if (installation != null) {
        installation.attach();
      }
    } catch (Throwable failure) {
      System.err.println(report(failure).stripTrailing());
      throw new IllegalStateException("hush was not attached: standard error says why");
    }
  }

  private static @Nullable Installation prepared(
      @Nullable String argument, Instrumentation instrumentation)
      throws IOException, URISyntaxException {
    if (JdkTool.isRunning()) {
      return null;
    }
    if (BridgeDefinition.existing() != null) {
      HushRuntime.warn("the agent is given twice: the second one does nothing");
      return null;
    }
    PreparedHooks preparation = PreparedHooks.begin();
    Configuration configuration =
        Configuration.read(
            argument, System.getProperties(), System.getenv(), new File("hush.properties"));
    FunctionSearch search = search(configuration);
    SearchedFunctions found =
        configuration.text(Setting.RESOLVE).equals("startup")
            ? SearchedFunctions.begin(search)
            : null;
    // Before anything is woven, this is the environment of the process, now and for good.
    HushRuntime runtime = new HushRuntime(configuration, System.getenv());
    var unused = runtime.functions(); // What is wrong with the setting is told before all else.
    return new Installation(instrumentation, configuration, runtime, preparation, search, found);
  }

  private static String report(Throwable failure) {
    if (failure instanceof SecurityException) {
      return "hush: a security manager forbids what an agent must do: let its policy grant the agent's jar java.security.AllPermission";
    }
    if (failure instanceof RefusedException refused) {
      return refused.report();
    }
    if (failure instanceof ConfigurationException) {
      return "hush: " + failure.getMessage();
    }
    // Of what was not foreseen only the kind is told: its text may hold anything.
    return "hush: the agent could not be installed: "
        + failure.getClass().getName()
        + " at "
        + (failure.getStackTrace().length == 0 ? "?" : failure.getStackTrace()[0]);
  }

  private static void refuse(String report, Instrumentation instrumentation) {
    System.err.println(report.stripTrailing());
    SurefireFork.giveUp();
    Refusal.end(instrumentation);
  }

  /**
   * Ends the JVM from within the application, when shutdown hooks may wait for locks that this
   * thread holds.
   */
  private void halt(String reason) {
    try {
      EndOfJvm.run(() -> say(reason));
    } finally {
      Runtime.getRuntime().halt(Refusal.STATUS);
    }
  }

  /** The same where the JVM shows a class, and may wait for this thread; it is not loaded then. */
  private boolean haltWhileLoading(String reason) {
    try {
      warnings.await();
      // Whoever holds the lock of standard error may wait for the lock of whoever loads the class.
      EndOfJvm.run(() -> say(reason));
    } finally {
      Refusal.halt();
    }
    return false;
  }

  /** On standard error itself: a tool's own System.err may keep it until it is too late. */
  // Closing it would close standard error.
  @SuppressWarnings({"resource", "StreamResourceLeak"})
  private void say(String reason) {
    new PrintStream(new FileOutputStream(FileDescriptor.err), true).println("hush: " + reason);
    descriptors.release();
    SurefireFork.giveUp();
  }

  private void install()
      throws InterruptedException,
          IOException,
          ReflectiveOperationException,
          UnmodifiableClassException,
          URISyntaxException {
    Function<Class<?>, MethodHandles.Lookup> lookups = BridgeDefinition.lookups(instrumentation);
    MethodHandles.Lookup lookup = lookups.apply(Object.class);
    ChildOutput childOutput = childOutput(lookup);
    BridgeDefinition.define(lookup);
    PrintStreams printStreams = new PrintStreams(lookups, instrumentation, warnings);
    ReplacedStreams replacedStreams = replacedStreams(printStreams);
    connect(childOutput, replacedStreams, lookups);
    Map<String, List<Hook>> hooks = preparation.hooks();
    List<String> arguments = JvmArguments.of(lookups);
    if (CacheTraining.isRunning(arguments)) {
      hooks = CacheTraining.without(hooks);
      HushRuntime.warn(
          "the JVM makes an AOT cache of this run: in it, and not in those that use the cache, threads"
              + " that a function starts do not see its secrets, and a System.out that is replaced is"
              + " not masked");
    }
    Refusal.prepare();
    Refusals refusals = new Refusals(this::haltWhileLoading);
    Weaver weaver = weaver(hooks, printStreams, refusals);
    instrumentation.addTransformer(weaver, true);
    List<Class<?>> loaded = LoadedClasses.with(hooks, instrumentation, lookup, arguments);
    // Those that were loaded just now are woven.
    loaded.removeIf(type -> weaver.hasHooked(type.getName().replace('.', '/')));
    retransform(loaded);
    // What another thread was loading when this began was shown to nobody.
    List<Class<?>> since = LoadedClasses.with(hooks, instrumentation, lookup, arguments);
    since.removeIf(
        type -> loaded.contains(type) || weaver.hasHooked(type.getName().replace('.', '/')));
    retransform(since);
    refusals.end();
    prove();
    isWoven.set(weaver.othersWeaveTheAgent());
    maskEarlier();
    EndOfJvm.add(lookup, () -> end(childOutput, replacedStreams));
    List<ResolutionFailure> failures = resolve();
    if (failures.isEmpty()) {
      remark();
      runtime.functions().enterApplication();
      loadOthers(hooks, weaver, refusals);
    } else {
      refuse(ResolutionFailure.report(failures), instrumentation);
    }
  }

  /** When the class of a function is loaded, before any secret is fetched for its first call. */
  private int number(FunctionDeclaration function) {
    runtime.masker().remarks().addClassName(function.type());
    return runtime.functions().number(function);
  }

  private boolean isWovenLater(String type) {
    HookedClasses classes = others;
    return classes != null && classes.loads(type);
  }

  /** Streams that an agent before this one has put there. Most have not, and looking takes time. */
  private static void maskEarlier() {
    if (System.out.getClass() != PrintStream.class || System.err.getClass() != PrintStream.class) {
      Bridge.replaced(System.out, true);
      Bridge.replaced(System.err, false);
    }
  }

  /** Beside the application, from now on. */
  private void loadOthers(Map<String, List<Hook>> hooks, Weaver weaver, Refusals refusals) {
    HookedClasses classes =
        new HookedClasses(instrumentation, hooks.values(), weaver::hasHooked, refusals);
    others = classes;
    classes.start();
  }

  private Weaver weaver(
      Map<String, List<Hook>> hooks, PrintStreams printStreams, Refusals refusals) {
    return new Weaver(
        hooks,
        new FunctionWeaving(this::number, warnings),
        new LateFunctions(search, warnings),
        refusals,
        warnings,
        runtime.views()::processIsReplaced,
        () -> isWoven.set(true),
        printStreams::hooks,
        this::isWovenLater);
  }

  /**
   * The same beside a running application. Secrets come first, so that one that cannot be had
   * leaves everything as it was.
   */
  private void attach()
      throws InterruptedException,
          IOException,
          ReflectiveOperationException,
          UnmodifiableClassException,
          URISyntaxException {
    List<ResolutionFailure> failures = resolve();
    if (!failures.isEmpty()) {
      throw new RefusedException(ResolutionFailure.report(failures, "the agent was not attached"));
    }
    Function<Class<?>, MethodHandles.Lookup> lookups = BridgeDefinition.lookups(instrumentation);
    MethodHandles.Lookup lookup = lookups.apply(Object.class);
    ChildOutput childOutput = childOutput(lookup);
    BridgeDefinition.define(lookup);
    PrintStreams printStreams = new PrintStreams(lookups, instrumentation, warnings);
    ReplacedStreams replacedStreams = replacedStreams(printStreams);
    connect(childOutput, replacedStreams, lookups);
    // Before anything is woven: it fails if the JVM is about to end.
    EndOfJvm.add(lookup, () -> end(childOutput, replacedStreams));
    Map<String, List<Hook>> hooks = preparation.hooks();
    Refusal.prepare();
    Refusals refusals = new Refusals(this::haltWhileLoading);
    Weaver weaver = weaver(hooks, printStreams, refusals);
    instrumentation.addTransformer(weaver, true);
    Class<?>[] toWeave = LoadedClasses.toWeave(instrumentation, hooks.keySet());
    try {
      instrumentation.retransformClasses(toWeave);
      refusals.end();
      prove();
      isWoven.set(weaver.othersWeaveTheAgent());
      Bridge.replaced(System.out, true);
      Bridge.replaced(System.err, false);
    } catch (Throwable failure) {
      instrumentation.removeTransformer(weaver);
      instrumentation.retransformClasses(toWeave);
      throw failure;
    }
    remark();
    runtime.functions().enterApplication();
    loadOthers(hooks, weaver, refusals);
    HushRuntime.warn(
        "attached: a function sees its secrets when it is called next; what runs already, main"
            + " among it, does not"
            + (runtime.functions().areForTheApplication()
                ? "; what the setting 'application' names is seen from now on"
                : ""));
  }

  /** A few at a time: under {@code -Xcheck:jni} the JVM warns of more. */
  private void retransform(List<Class<?>> types) throws UnmodifiableClassException {
    for (int i = 0; i < types.size(); i += AT_A_TIME) {
      instrumentation.retransformClasses(
          types.subList(i, Math.min(types.size(), i + AT_A_TIME)).toArray(new Class<?>[0]));
    }
  }

  private ChildOutput childOutput(MethodHandles.Lookup lookup) {
    return new ChildOutput(
        descriptors,
        descriptorsByNumber(lookup),
        configuration.text(Setting.CHILD_OUTPUT).equals("masked"));
  }

  private void end(ChildOutput childOutput, ReplacedStreams replacedStreams) {
    try {
      replacedStreams.releaseAll();
      childOutput.end();
      warnings.await();
    } finally {
      descriptors.release();
    }
  }

  /** Makes descriptors of the numbers that the system knows them by, as the JDK does. */
  private static IntFunction<FileDescriptor> descriptorsByNumber(MethodHandles.Lookup lookup) {
    return number -> {
      try {
        return (FileDescriptor)
            lookup
                .findStatic(
                    Class.forName("java.lang.ProcessImpl", false, null),
                    "newFileDescriptor",
                    MethodType.methodType(FileDescriptor.class, int.class))
                .invokeExact(number);
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    };
  }

  private ReplacedStreams replacedStreams(PrintStreams printStreams) {
    return new ReplacedStreams(
        runtime.masker(), OutputRule.of(configuration.text(Setting.OUTPUT)), printStreams);
  }

  private void connect(
      ChildOutput childOutput,
      ReplacedStreams replacedStreams,
      Function<Class<?>, MethodHandles.Lookup> lookups)
      throws ReflectiveOperationException {
    WrappedWork wrapped = new WrappedWork(lookups);
    if (!KnownJdk.isRunning()) {
      wrapped.prove();
    }
    HandOver handOver =
        new HandOver(
            runtime.views(),
            configuration.list(Setting.NOT_FOLLOWED),
            wrapped,
            new PoolQueues(lookups));
    descriptors.identify(() -> FileIdentity.of(lookups));
    handOver.rehearse(WrappedWork.sample(Thread.currentThread()));
    BridgeConnection.connect(
        runtime, handOver, childOutput, descriptors, replacedStreams, isWoven, this::halt);
  }

  /** Asks through the JDK's own methods whether the hooks of what is loaded work. */
  private void prove() throws IOException {
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
    if (!descriptors.areInForce()) {
      throw new IllegalStateException("standard output is not hooked");
    }
  }

  /**
   * Fetches the secrets of all functions that are found, unless that is left to their calls; and of
   * the application in any case, whose first call is its start.
   */
  private List<ResolutionFailure> resolve() throws InterruptedException {
    Functions functions = runtime.functions();
    List<FunctionDeclaration> toResolve = List.of();
    if (found != null) {
      ClassPathScan.Result result = found.result();
      result.warnings().forEach(HushRuntime::warn);
      toResolve = result.functions();
      for (FunctionDeclaration function : toResolve) {
        runtime.masker().remarks().addClassName(function.type());
      }
    } else if (!functions.areForTheApplication()) {
      return List.of();
    }
    List<ResolutionFailure> failures = functions.resolve(toResolve, search::definedInCode);
    if (failures.isEmpty()
        && toResolve.isEmpty()
        && functions.areForAll()
        && !functions.areForTheApplication()) {
      HushRuntime.warn(
          "no function was found at the start, so nobody sees the secrets of the setting 'secrets': for"
              + " the whole application, name them in the setting 'application'");
    }
    return failures;
  }

  /** Says what people would not expect of masking: now, and of secrets that come later. */
  private void remark() {
    MaskingRemarks remarks = runtime.masker().remarks();
    remarks.take().forEach(HushRuntime::warn);
    NativeOutput.remarks(search).forEach(HushRuntime::warn);
    remarks.tell(warnings);
  }

  private static FunctionSearch search(Configuration configuration)
      throws IOException, URISyntaxException {
    String ownJar = BridgeDefinition.ownJar();
    return new FunctionSearch(
        configuration.list(Setting.SCAN),
        element -> !element.equals(ownJar),
        TypeDeclarationReader::read);
  }
}

package dev.hush.agent;

import dev.hush.function.ClassFileConstants;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.MethodTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sees every class that the JVM loads and changes two kinds: those that it knows by name, to put
 * hooks in, and those that mention {@code @Function}, whether a scan knew them or not. Every other
 * class costs a look-up of its name and a walk over its constants.
 */
final class Weaver implements ClassFileTransformer {

  private static final byte[] FUNCTION =
      TypeDeclarationReader.FUNCTION.getBytes(StandardCharsets.US_ASCII);

  private static final String PROCESS_ENVIRONMENT = "java/lang/ProcessEnvironment";

  private static final byte[] NO_CLASS = new byte[4];

  /** Of the agent's classes, none of which is a function. */
  private final ClassLoader own = Weaver.class.getClassLoader();

  private final ClassLoader platform = ClassLoader.getPlatformClassLoader();

  private final Predicate<String> isWovenLater;
  private final Function<Class<?>, List<Hook>> printing;
  private final Map<String, List<Hook>> hooks;
  private final Set<String> hooked = ConcurrentHashMap.newKeySet();
  private final FunctionWeaving functions;
  private final BiConsumer<String, @Nullable ProtectionDomain> woven;
  private final Predicate<String> refusal;
  private final Consumer<String> warning;
  private final Runnable replacement;
  private final Runnable others;
  private volatile boolean hasSeenOwn;
  private volatile boolean isOwnChanged;

  /**
   * @param hooks by the internal name of the class that they are in
   * @param woven is told each class that has functions, and where it is from
   * @param refusal takes what makes the protection incomplete, and tells whether the class is to be
   *     loaded none the less, as it is; if not, the JVM is about to end
   * @param warning takes what makes less than all work
   * @param replacement is told when somebody puts another class in the place of the JDK's that
   *     reads the environment of the process
   * @param others is told when somebody weaves the agent's own classes
   * @param printing the hooks of a class whose streams have taken the place of {@code System.out};
   *     mostly none
   * @param isWovenLater tells whether a class with hooks, by its internal name, is looked at once
   *     more, so that it may be loaded as it is where a stack or the memory is at its end
   */
  Weaver(
      Map<String, List<Hook>> hooks,
      FunctionWeaving functions,
      BiConsumer<String, @Nullable ProtectionDomain> woven,
      Predicate<String> refusal,
      Consumer<String> warning,
      Runnable replacement,
      Runnable others,
      Function<Class<?>, List<Hook>> printing,
      Predicate<String> isWovenLater) {
    this.isWovenLater = isWovenLater;
    this.printing = printing;
    this.others = others;
    this.replacement = replacement;
    this.warning = warning;
    this.hooks = hooks;
    this.functions = functions;
    this.woven = woven;
    this.refusal = refusal;
  }

  /** Whether a class with hooks was seen, by its internal name: loaded since this is at work. */
  boolean hasHooked(String type) {
    return hooked.contains(type);
  }

  @Override
  public byte @Nullable [] transform(
      Module module,
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> loaded,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    byte[] woven = woven(loader, name, loaded, domain, classFile);
    List<Hook> prints = loaded == null ? List.of() : printing.apply(loaded);
    return prints.isEmpty() ? woven : printing(name, woven, classFile, prints);
  }

  private byte @Nullable [] printing(
      @Nullable String name, byte @Nullable [] woven, byte[] classFile, List<Hook> hooks) {
    try {
      return HookWeaving.weave(woven == null ? classFile : woven, hooks, hook -> {});
    } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
      warning.accept(
          String.valueOf(name).replace('/', '.')
              + " cannot be woven ("
              + failure.getClass().getSimpleName()
              + "): what is printed to it is not masked");
      return woven;
    }
  }

  private byte @Nullable [] woven(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> loaded,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    List<Hook> ofThisClass = name == null ? null : hooks.get(name);
    if (name != null && ofThisClass != null) {
      return hooked(loader, name, classFile, ofThisClass);
    }
    if (loader == own) {
      if (loaded != null || isOtherThanPacked(name, classFile)) {
        isOwnChanged = true;
        others.run();
      }
      return null;
    }
    if (loader == null || loader == platform) {
      if (loaded != null && PROCESS_ENVIRONMENT.equals(name)) {
        replacement.run();
      }
      return null;
    }
    byte[] withFunctions = null;
    try {
      withFunctions =
          ClassFileConstants.mention(classFile, FUNCTION)
                  || (name != null && functions.hasMoved(loader, name))
              ? withFunctions(loader, domain, classFile)
              : null;
    } catch (MethodTooLargeException failure) {
      return refused(
          failure.getClassName().replace('/', '.')
              + "#"
              + failure.getMethodName()
              + " is too large to be a function: split it");
    } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
      // The JVM would swallow it, and a function that is not woven sees the secrets of its caller.
      return refused(
          "the functions of "
              + name
              + " cannot be woven ("
              + failure.getClass().getSimpleName()
              + "): this class file may be of a Java newer than the agent knows");
    }
    return WorkConstants.mayHandOver(classFile)
        ? withHandOver(String.valueOf(name), withFunctions, classFile)
        : withFunctions;
  }

  /** Whether others weave the agent's classes, as far as is known: yes, if none was seen. */
  boolean othersWeaveTheAgent() {
    return isOwnChanged || !hasSeenOwn;
  }

  /** Whether somebody before this has woven it: one who weaves any of these weaves the first. */
  private boolean isOtherThanPacked(@Nullable String name, byte[] classFile) {
    if (hasSeenOwn || own == null) {
      return false;
    }
    hasSeenOwn = true;
    try (InputStream packed = own.getResourceAsStream(name + ".class")) {
      return packed != null && !Arrays.equals(packed.readAllBytes(), classFile);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private byte @Nullable [] withHandOver(
      String name, byte @Nullable [] withFunctions, byte[] classFile) {
    if (name.startsWith("dev/hush/")) {
      return withFunctions;
    }
    try {
      byte[] woven = HandOverWeaving.weave(withFunctions == null ? classFile : withFunctions);
      return woven == null ? withFunctions : woven;
    } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
      warning.accept(
          name.replace('/', '.')
              + " cannot be woven ("
              + failure.getClass().getSimpleName()
              + "): if it is an executor, its tasks may see what the one sees who starts it");
      return withFunctions;
    }
  }

  private byte @Nullable [] withFunctions(
      ClassLoader loader, @Nullable ProtectionDomain domain, byte[] classFile) {
    byte[] withFunctions = functions.weave(loader, classFile);
    if (withFunctions != null) {
      // The JVM need not have been told the name.
      woven.accept(new ClassReader(classFile).getClassName(), domain);
    }
    return withFunctions;
  }

  /** In place of a class that must not be loaded, or changed, what no JVM takes for one. */
  private byte @Nullable [] refused(String reason) {
    return refusal.test(reason) ? null : NO_CLASS;
  }

  private byte @Nullable [] hooked(
      @Nullable ClassLoader loader, String name, byte[] classFile, List<Hook> ofThisClass) {
    // By identity: comparing records takes the JDK 40 ms, the first time.
    Set<Hook> missing = Collections.newSetFromMap(new IdentityHashMap<>());
    missing.addAll(ofThisClass);
    byte[] woven = null;
    String failed = "";
    try {
      woven = HookWeaving.weave(classFile, ofThisClass, missing::remove);
    } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
      if (failure instanceof VirtualMachineError && isWovenLater.test(name)) {
        return null;
      }
      failed =
          name.replace('/', '.') + " cannot be woven (" + failure.getClass().getSimpleName() + ")";
    }
    for (Hook absent : missing) {
      String what = woven == null ? failed : "this version has no " + absent;
      if (absent.absence() == Hook.Absence.FINE) {
        continue;
      }
      if (absent.absence() == Hook.Absence.REFUSED) {
        return refused(
            what
                + ", without which "
                + (absent.isOfTheJdk()
                    ? "secrets do not stay where they belong"
                    : "nothing is masked"));
      }
      warning.accept(what + ": work that is handed to it does not see secrets");
      break;
    }
    if (woven == null) {
      return null;
    }
    hooked.add(name);
    return loader == null || loader == platform || Hook.areOfAnExecutor(ofThisClass)
        ? woven
        : withHandOver(name, woven, classFile);
  }
}

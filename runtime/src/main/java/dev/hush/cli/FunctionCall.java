package dev.hush.cli;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretRuntimeLink;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.ConfigurationException;
import dev.hush.function.ClassFile;
import dev.hush.function.FunctionDeclaration;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * The main class of the JVM in which {@code hush call} calls a function. The agent is in force
 * there, so that all that is printed is masked.
 */
public final class FunctionCall {

  /** What may stand before the function's name, or behind it if the function has no such. */
  static final List<String> OPTIONS = List.of("--json", "--stacktrace");

  private static final int CONFIGURATION = 78;

  private final Application application;
  private final PrintStream results;
  private boolean json;
  private boolean stackTrace;

  /**
   * @param results another stream than {@code System.out}, which a function may replace or close
   */
  private FunctionCall(Application application, PrintStream results) {
    this.application = application;
    this.results = results;
  }

  /**
   * Calls one function and ends the process.
   *
   * @param arguments options, the function's name, and what it is called with
   */
  public static void main(String[] arguments) {
    DescriptorOutput out = new DescriptorOutput(FileDescriptor.out);
    System.setOut(out.printStream(true));
    int code;
    try {
      Configuration configuration =
          Configuration.read(
              null, System.getProperties(), System.getenv(), new File("hush.properties"));
      code =
          new FunctionCall(new Application(ownClassPath(), configuration), out.printStream(true))
              .run(new ArrayList<>(List.of(arguments)));
    } catch (CallRefusedException refused) {
      System.err.println("hush: " + refused.getMessage());
      code = refused.code();
    } catch (SecretException failure) {
      code = told(failure);
    } catch (ConfigurationException wrong) {
      System.err.println("hush: " + wrong.getMessage());
      code = CONFIGURATION;
    } catch (RuntimeException unforeseen) {
      // Only its kind is told: its text may hold anything.
      System.err.println(
          "hush: failed with "
              + unforeseen.getClass().getName()
              + (unforeseen.getStackTrace().length == 0
                  ? ""
                  : " at " + unforeseen.getStackTrace()[0]));
      code = ExitCode.SOFTWARE;
    }
    System.out.flush();
    // Threads that the function has left do not hold up the command.
    System.exit(out.exitCode(code));
  }

  /** That of the application: the agent's jar stands at its end. */
  private static String ownClassPath() {
    List<String> elements =
        new ArrayList<>(
            List.of(System.getProperty("java.class.path", "").split(File.pathSeparator)));
    elements.removeIf(FunctionCall::isAgent);
    return String.join(File.pathSeparator, elements);
  }

  /** Not by its name, which a jar of the application may have too. */
  private static boolean isAgent(String element) {
    try {
      Path own =
          Path.of(FunctionCall.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return !element.isEmpty() && Files.isSameFile(own, Path.of(element));
    } catch (URISyntaxException | IOException | RuntimeException another) {
      return false;
    }
  }

  private static int told(SecretException failure) {
    System.err.println("hush: " + failure.reason());
    if (!failure.remedy().isEmpty()) {
      System.err.println("  " + failure.remedy());
    }
    return ExitCode.SOFTWARE;
  }

  private int run(List<String> words) {
    while (!words.isEmpty() && OPTIONS.contains(words.get(0))) {
      accept(words.remove(0));
    }
    if (words.isEmpty()) {
      throw new CallRefusedException("which function? " + known());
    }
    FunctionDeclaration function = function(words.remove(0));
    List<ClassFile.Parameter> parameters =
        Objects.requireNonNullElse(application.parameters(function), List.of());
    if (words.contains("--help") || words.contains("-h")) {
      System.out.println(FunctionText.usage(function, parameters));
      return ExitCode.OK;
    }
    Method method = method(function);
    CallArguments arguments = new CallArguments(method, parameters);
    for (String option : OPTIONS) {
      if (!arguments.has(option) && words.remove(option)) {
        accept(option);
      }
    }
    Object[] made = arguments.of(words);
    fetch(function);
    return call(method, made);
  }

  /**
   * Fetches the secrets of the function, as the agent does at start: its type's initialiser and
   * constructor run before it, and may show a value of the process's variables none the less.
   */
  private static void fetch(FunctionDeclaration function) {
    try {
      SecretRuntimeLink.fetch(function.type(), function.method(), function.descriptor());
    } catch (SecretNotFoundException unknown) {
      // A name that the initialiser may define; if not, the call says so.
    }
  }

  private void accept(String option) {
    json |= option.equals("--json");
    stackTrace |= option.equals("--stacktrace");
  }

  private FunctionDeclaration function(String name) {
    List<FunctionDeclaration> found =
        application.functions().stream().filter(function -> isCalled(function, name)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      List<String> near = NearNames.of(name, names());
      throw new CallRefusedException(
          "there is no function "
              + (name.matches("[\\w.#$-]{1,60}") && !near.isEmpty()
                  ? name
                  : SafeText.abbreviated(name))
              + (near.isEmpty()
                  ? "; " + known()
                  : " (did you mean " + String.join(" or ", near) + "?)"));
    }
    throw new CallRefusedException(
        name
            + " is the name of several functions: "
            + found.stream().map(FunctionDeclaration::toString).collect(Collectors.joining(", "))
            + (found.stream().map(FunctionDeclaration::toString).distinct().count() < found.size()
                ? "; give one of them another name: @Function(name = ...)"
                : ""));
  }

  private static boolean isCalled(FunctionDeclaration function, String name) {
    if (name.indexOf('#') < 0) {
      return Application.commandName(function.name()).equals(Application.commandName(name));
    }
    // A nested type is Outer$Inner to the JVM, and Outer.Inner in the source.
    return ("." + function).replace('$', '.').endsWith("." + name.replace('$', '.'));
  }

  private List<String> names() {
    return application.functions().stream()
        .map(function -> Application.commandName(function.name()))
        .distinct()
        .sorted()
        .toList();
  }

  private String known() {
    List<String> names = names();
    return names.isEmpty()
        ? "no function is on the class path "
            + SafeText.printable(ownClassPath())
            + "; -cp names the application"
        : "known are " + String.join(", ", names);
  }

  private static Method method(FunctionDeclaration function) {
    try {
      // That of the application, which is not the system's in an archive with its own launcher.
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> type = Class.forName(function.type(), false, loader);
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(function.method())
            && MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString()
                .equals(function.descriptor())) {
          method.setAccessible(true);
          return method;
        }
      }
      throw new ClassNotFoundException();
    } catch (ClassNotFoundException | NoClassDefFoundError missing) {
      throw notLoaded(
          function,
          missing instanceof NoClassDefFoundError
              ? ": " + missing.getMessage() + " is missing on the class path"
              : "",
          "-cp must name the application and all its libraries");
    } catch (UnsupportedClassVersionError newer) {
      throw notLoaded(
          function,
          ": it is compiled for a newer Java than " + System.getProperty("java.version"),
          "run this command with that one");
    } catch (LinkageError broken) {
      throw notLoaded(function, ": " + broken, "compile it again, together with its libraries");
    }
  }

  private static CallRefusedException notLoaded(
      FunctionDeclaration function, String why, String remedy) {
    return new CallRefusedException(
        ExitCode.SOFTWARE, function + " cannot be loaded" + why + "; " + remedy);
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private int call(Method method, Object[] arguments) {
    try {
      Object target = Modifier.isStatic(method.getModifiers()) ? null : target(method);
      show(settled(method.invoke(target, arguments)), method.getReturnType());
      return ExitCode.OK;
    } catch (CallRefusedException refused) {
      throw refused;
    } catch (InvocationTargetException thrown) {
      return told(Objects.requireNonNullElse(thrown.getCause(), thrown));
    } catch (Throwable failure) { // Errors too: of those that nobody catches the JVM shows all.
      return told(failure);
    }
  }

  private void show(@Nullable Object result, Class<?> declared) {
    Object content = result instanceof Optional<?> optional ? optional.orElse(null) : result;
    if (declared == void.class || content == null && !json) {
      return;
    }
    System.out.flush();
    if (content instanceof byte[] bytes && !json) {
      results.write(bytes, 0, bytes.length);
    } else {
      results.println(json ? ResultText.json(content) : ResultText.plain(content));
    }
  }

  private static Object target(Method method) throws ReflectiveOperationException {
    Class<?> type = method.getDeclaringClass();
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException | InstantiationException none) {
      throw new CallRefusedException(
          type.getName()
              + (Modifier.isAbstract(type.getModifiers())
                  ? " is abstract"
                  : " has no constructor without parameters")
              + ", so only its static functions can be called");
    }
  }

  /** What a future, or a future of a future, comes to. */
  private static @Nullable Object settled(@Nullable Object result)
      throws ExecutionException, InterruptedException {
    Object settled = result;
    while (settled instanceof Future<?> || settled instanceof CompletionStage<?>) {
      settled =
          settled instanceof Future<?> future
              ? future.get()
              : ((CompletionStage<?>) settled).toCompletableFuture().get();
    }
    return settled;
  }

  private int told(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || cause instanceof ExecutionException
            || cause instanceof ExceptionInInitializerError)) {
      cause = cause.getCause();
    }
    if (cause instanceof SecretException secret && !stackTrace) {
      return told(secret);
    }
    StringWriter text = new StringWriter();
    try {
      text.append("hush: the function failed: ");
      if (stackTrace) {
        cause.printStackTrace(new PrintWriter(text, true));
      } else {
        text.append(cause.toString()).append(System.lineSeparator());
      }
    } catch (Throwable ofItsOwn) { // An exception is the application's code too.
      text = new StringWriter();
      text.append("hush: the function failed: ")
          .append(cause.getClass().getName())
          .append(System.lineSeparator());
    }
    System.err.print(text);
    return ExitCode.SOFTWARE;
  }
}

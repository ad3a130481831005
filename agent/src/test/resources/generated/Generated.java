import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.File;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.MethodCall;
import net.bytebuddy.implementation.attribute.MethodAttributeAppender;
import net.bytebuddy.matcher.ElementMatchers;
import org.mockito.MockMakers;
import org.mockito.Mockito;

/** Who sees the secrets of a function when a library makes subclasses of its class. */
public class Generated {

  static String seen() {
    String value = System.getenv("TOKEN");
    return value == null ? "nothing" : String.valueOf(value.length());
  }

  static void print(String row, Object seen) {
    System.out.println(row + "=" + seen);
  }

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @interface Traced {}

  @Traced
  @Interceptor
  @Priority(1)
  public static class Tracing {
    @AroundInvoke
    Object around(InvocationContext call) throws Exception {
      print("weld: interceptor", seen());
      return call.proceed();
    }
  }

  @ApplicationScoped
  public static class Other {
    public Other() {
      print("weld: constructor of another bean", seen());
    }

    public void used() {}
  }

  @ApplicationScoped
  public static class Bean {
    @Inject Other other;

    public Bean() {
      print("weld: constructor", seen());
    }

    @PostConstruct
    void made() {
      other.used();
      print("weld: @PostConstruct", seen());
    }

    @Traced
    @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
    public String work() {
      return seen();
    }
  }

  public static class Service {
    @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
    public String work() {
      return seen();
    }

    @Function(secrets = @SecretRef("env:ABSENT"))
    public String absent() {
      return seen();
    }

    public String plain() {
      return seen();
    }
  }

  @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
  public static class Whole {
    public String work() {
      return seen();
    }
  }

  public interface Contract {
    @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
    default String given() {
      return seen();
    }
  }

  public abstract static class Middle extends Service implements Contract {}

  public static class Seeing {
    public static String now() {
      return seen();
    }
  }

  public static void main(String[] arguments) throws Exception {
    mocks(MockMakers.SUBCLASS);
    mocks(MockMakers.INLINE);
    copies();
    bare(new Bare(Path.of(arguments[0])).load(), "in memory");
    bare(Class.forName("bare.Sub"), "in a file");
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addBeanClasses(Bean.class, Other.class, Tracing.class)
            .initialize()) {
      print("weld: function", container.select(Bean.class).get().work());
    }
  }

  private static void mocks(String maker) {
    Service service = Mockito.mock(Service.class, Mockito.withSettings().mockMaker(maker));
    Mockito.when(service.work()).thenAnswer(call -> seen());
    Mockito.when(service.absent()).thenAnswer(call -> seen());
    print(maker + ": mocked", service.work());
    print(maker + ": mocked, of a secret that is absent", service.absent());
    Whole whole = Mockito.mock(Whole.class, Mockito.withSettings().mockMaker(maker));
    Mockito.when(whole.work()).thenAnswer(call -> seen());
    print(maker + ": mocked, of an annotated type", whole.work());
    Middle middle = Mockito.mock(Middle.class, Mockito.withSettings().mockMaker(maker));
    Mockito.when(middle.given()).thenAnswer(call -> seen());
    Mockito.when(middle.work()).thenAnswer(call -> seen());
    print(maker + ": mocked, of a default method", middle.given());
    print(maker + ": mocked, two types up", middle.work());
    Service spied =
        Mockito.mock(
            Service.class,
            Mockito.withSettings()
                .mockMaker(maker)
                .spiedInstance(new Service())
                .defaultAnswer(Mockito.CALLS_REAL_METHODS));
    print(maker + ": spied", spied.work());
    print(maker + ": spied, no function", spied.plain());
  }

  private static DynamicType.Unloaded<Service> copy(ByteBuddy generator) throws Exception {
    return generator
        .subclass(Service.class)
        .method(ElementMatchers.named("work"))
        .intercept(MethodCall.invoke(Seeing.class.getMethod("now")))
        .attribute(MethodAttributeAppender.ForInstrumentedMethod.INCLUDING_RECEIVER)
        .make();
  }

  private static void copies() throws Exception {
    ClassLoader loader = Generated.class.getClassLoader();
    print(
        "copy in a loader of its own",
        copy(new ByteBuddy())
            .load(loader, ClassLoadingStrategy.Default.WRAPPER)
            .getLoaded()
            .getConstructor()
            .newInstance()
            .work());
    print(
        "copy in the application's loader",
        copy(new ByteBuddy())
            .load(loader, ClassLoadingStrategy.UsingLookup.of(java.lang.invoke.MethodHandles.lookup()))
            .getLoaded()
            .getConstructor()
            .newInstance()
            .work());
    Path folder = Files.createDirectory(Path.of("built"));
    DynamicType.Unloaded<Service> built =
        copy(new ByteBuddy().with(new net.bytebuddy.NamingStrategy.SuffixingRandom("Built")));
    built.saveIn(folder.toFile());
    try (URLClassLoader builtBefore =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, loader)) {
      Service made =
          (Service)
              builtBefore
                  .loadClass(built.getTypeDescription().getName())
                  .getConstructor()
                  .newInstance();
      print("copy in a file", made.work());
    }
  }

  private static void bare(Class<?> type, String where) throws Exception {
    Object made = type.getConstructor().newInstance();
    for (String method : new String[] {"declared", "overridden", "repeated"}) {
      print("without lines, " + where + ": " + method, type.getMethod(method).invoke(made));
    }
  }

  /** Has classes that are in no file. */
  private static final class Bare extends ClassLoader {
    private final Path folder;

    Bare(Path folder) {
      super(Bare.class.getClassLoader());
      this.folder = folder;
    }

    Class<?> load() throws IOException {
      define("other.Base");
      return define("other.Sub");
    }

    private Class<?> define(String name) throws IOException {
      byte[] classFile =
          Files.readAllBytes(folder.resolve(name.replace('.', File.separatorChar) + ".class"));
      return defineClass(name, classFile, 0, classFile.length);
    }
  }
}

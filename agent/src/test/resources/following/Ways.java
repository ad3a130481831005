import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What the programs share: a function, what work sees, and how to hand it over. */
public class Ways {

  interface Way {
    /** Hands the work over; the future has what it returns. */
    Future<String> of(Callable<String> work) throws Exception;
  }

  static String seen() {
    String value = System.getenv("TOKEN");
    return value == null ? "nothing" : String.valueOf(value.length());
  }

  /** One object, whoever hands it over. */
  static final Callable<String> LOOK = Ways::seen;

  @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
  static <T> T inside(Callable<T> work) throws Exception {
    return work.call();
  }

  static void print(String name, Object value) {
    System.out.println(name + "=" + value);
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  static void row(String name, Way way) throws Exception {
    get(way.of(LOOK)); // Workers that others have made.
    String inside = inside(() -> get(way.of(LOOK)));
    print(name, "inside " + inside + ", afterwards " + seen() + ", others " + get(way.of(LOOK)));
  }

  static Runnable into(CompletableFuture<String> result, Callable<String> work) {
    return () -> {
      try {
        result.complete(work.call());
      } catch (Throwable failure) {
        result.completeExceptionally(failure);
      }
    };
  }

  interface Starter {
    void start(Runnable work) throws Exception;
  }

  /** A way that takes a Runnable. */
  static Way running(Starter starter) {
    return work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      starter.start(into(result, work));
      return result;
    };
  }

  static void edge(String name, Object actual, Object expected) {
    print("!" + name, actual.equals(expected) ? "as it should be" : actual + " for " + expected);
  }

  static Map<String, String> map() {
    return System.getenv();
  }
}

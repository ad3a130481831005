import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** The first task that a function hands over is handed over where the stack has hardly any room. */
public class Overflow {
  private static final ExecutorService POOL = Executors.newFixedThreadPool(1);
  private static final Callable<String> READS = new Reads();
  private static boolean handedOver;

  private static final class Reads implements Callable<String> {
    @Override
    public String call() {
      return System.getenv("TOKEN");
    }
  }

  public static void main(String[] arguments) throws Exception {
    // What the JDK needs for itself is there.
    System.out.println("outside " + POOL.submit(READS).get() + " " + later());
    Thread thread = new Thread(null, Overflow::overflow, "deep", 400_000);
    thread.start();
    thread.join();
    System.out.println("handed over " + handedOver);
    System.out.println("inside " + inside());
    POOL.shutdown();
  }

  private static String later() throws Exception {
    return CompletableFuture.supplyAsync(() -> System.getenv("TOKEN")).get();
  }

  @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
  private static void overflow() {
    recurse();
  }

  private static void recurse() {
    try {
      recurse();
    } catch (StackOverflowError end) {
      // On the way back there is a little more room in every frame.
    }
    if (!handedOver) {
      try {
        POOL.execute(new FutureTask<>(READS));
        handedOver = true;
      } catch (StackOverflowError | NoClassDefFoundError tooEarly) {
        // The next frame tries again.
      }
    }
  }

  @Function(secrets = @SecretRef(value = "env:TOKEN_7", as = "TOKEN"))
  private static String inside() throws Exception {
    return POOL.submit(READS).get() + " " + later();
  }
}

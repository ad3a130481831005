import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Calls functions, reads the environment, loads classes and hands work over. */
public class Stepped {
  private final String name;

  Stepped(String name) {
    this.name = name;
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static int first(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Other.length("x" + i);
    }
    return sum;
  }

  @Function(secrets = @SecretRef("dotenv:"))
  String instance(String prefix) {
    String token = System.getenv("TOKEN");
    String all = System.getenv().get("TOKEN");
    return prefix + name + Objects.equals(token, all);
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static long recursive(int n) {
    return n <= 1 ? 1 : n * recursive(n - 1);
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static void outer(Stepped stepped) {
    stepped.instance("inner");
    Other.length("y");
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static synchronized void empty() {}

  @Function(secrets = @SecretRef("dotenv:"))
  static int throwing(String text) {
    return Other.length(text);
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static void handsOver(Loop loop) throws Exception {
    loop.execute(() -> Other.length("task"));
    Thread thread = new Thread(Stepped::target, "thread");
    thread.start();
    thread.join();
  }

  static void target() {
    Other.length("thread");
    Other.length("end");
  }

  static void pool() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "pool"));
    pool.submit(Stepped::target).get();
    CompletableFuture<Void> stage = CompletableFuture.runAsync(Stepped::target, pool);
    stage.get();
    stage.thenRun(Stepped::target).get();
    pool.shutdown();
  }

  static void child() throws Exception {
    new ProcessBuilder("true").start().waitFor();
    System.out.println("printed");
  }

  public static void main(String[] arguments) throws Exception {
    int sum = first(2);
    first(1);
    Stepped stepped = new Stepped("name");
    stepped.instance("prefix");
    new Stepped("new")
        .instance(
            "split");
    recursive(3);
    outer(stepped);
    empty();
    Loop loop = new Loop();
    handsOver(loop);
    loop.drain();
    pool();
    child();
    try {
      throwing(null);
    } catch (NullPointerException expected) {
      sum++;
    }
    System.out.println(sum);
  }
}

class Other {
  static final Map<String, Integer> LENGTHS = new HashMap<>();

  static int length(String text) {
    int length = text.length();
    LENGTHS.put(text, length);
    return length;
  }
}

/** What a library has: an executor that runs its tasks elsewhere. */
class Loop implements Executor {
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    tasks.size();
  }

  void drain() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }
}

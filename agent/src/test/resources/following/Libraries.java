import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.*;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

public class Libraries extends Ways {

  @Configuration
  @EnableAsync
  static class Application {
    @Bean TaskExecutor taskExecutor() {
      ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
      executor.setCorePoolSize(1);
      return executor;
    }
    @Bean Service service() { return new Service(); }
  }

  static class Service {
    @Async public CompletableFuture<String> work(Callable<String> work) throws Exception {
      return CompletableFuture.completedFuture(work.call());
    }
  }

  static String unchecked(Callable<String> work) {
    try { return work.call(); } catch (Exception e) { throw new IllegalStateException(e); }
  }

  public static void main(String[] arguments) throws Exception {
    EventExecutor loop = new DefaultEventExecutorGroup(1).next();
    row("Netty, execute", running(loop::execute));
    row("Netty, submit", work -> loop.submit(work));
    row("Netty, schedule", work -> loop.schedule(work, 1, TimeUnit.MILLISECONDS));
    row("Netty, from the loop", work -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      loop.execute(() -> loop.schedule(into(result, work), 1, TimeUnit.MILLISECONDS));
      return result;
    });

    org.apache.tomcat.util.threads.ThreadPoolExecutor tomcat = new org.apache.tomcat.util.threads.ThreadPoolExecutor(
        1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), new org.apache.tomcat.util.threads.TaskThreadFactory("tomcat-", true, 5));
    row("Tomcat, execute", running(tomcat::execute));
    row("Tomcat, submit", tomcat::submit);

    QueuedThreadPool jetty = new QueuedThreadPool(8);
    jetty.start();
    row("Jetty, execute", running(jetty::execute));

    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Application.class);
    Service service = context.getBean(Service.class);
    ThreadPoolTaskExecutor spring = (ThreadPoolTaskExecutor) context.getBean(TaskExecutor.class);
    row("Spring, @Async", service::work);
    row("Spring, ThreadPoolTaskExecutor", spring::submit);
    row("Spring, SimpleAsyncTaskExecutor", new SimpleAsyncTaskExecutor()::submit);

    row("Reactor, subscribeOn", work -> Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic()).toFuture());
    row("Reactor, publishOn", work -> Flux.just(1).publishOn(Schedulers.parallel()).map(x -> unchecked(work)).next().toFuture());
    row("Reactor, delayed", work -> Mono.delay(Duration.ofMillis(2)).map(x -> unchecked(work)).toFuture());
    Hooks.enableAutomaticContextPropagation();
    ScheduledExecutorService strangers = Executors.newScheduledThreadPool(1);
    BlockingQueue<Sinks.One<String>> sinks = new LinkedBlockingQueue<>();
    strangers.scheduleWithFixedDelay(() -> {
      Sinks.One<String> sink = sinks.poll();
      if (sink != null) { sink.tryEmitValue(""); }
    }, 1, 1, TimeUnit.MILLISECONDS);
    row("Reactor, emitted elsewhere", work -> {
      Sinks.One<String> sink = Sinks.one();
      CompletableFuture<String> result = sink.asMono().map(x -> unchecked(work)).contextCapture().toFuture();
      Thread.sleep(5);
      sinks.add(sink);
      return result;
    });

    Coroutines.rows();

    pool("Hikari");
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

  /** Made by the first function that needs it, as a lazy bean is. */
  static void pool(String name) throws Exception {
    Object[] made = new Object[2];
    inside(() -> {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl("jdbc:h2:mem:test");
      config.setMaximumPoolSize(2);
      HikariDataSource source = new HikariDataSource(config);
      try (Connection one = source.getConnection(); Connection two = source.getConnection()) {
        made[1] = one.isValid(1) && two.isValid(1);
      }
      made[0] = map();
      return source;
    });
    String afterwards = "still there";
    for (int i = 0; i < 500 && afterwards.equals("still there"); i++) {
      if (i > 5) { System.gc(); }
      Thread.sleep(10);
      if (((java.util.Map<?, ?>) made[0]).get("TOKEN") == null) { afterwards = "nothing"; }
    }
    print("!" + name, made[1] + ", afterwards " + afterwards);
  }
}

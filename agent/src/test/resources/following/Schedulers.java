import com.github.benmanes.caffeine.cache.*;
import com.github.kagkarlsson.scheduler.task.helper.*;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.util.DaemonThreadFactory;
import com.netflix.hystrix.*;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.github.resilience4j.bulkhead.*;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.SemaphoreBasedRateLimiter;
import io.vavr.concurrent.Promise;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.InMemoryStorageProvider;
import org.jobrunr.utils.mapper.gson.GsonJsonMapper;
import org.quartz.*;
import org.quartz.impl.StdSchedulerFactory;
import org.springframework.context.annotation.*;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.*;

/** Schedulers and pools that a function makes, and others use. */
public class Schedulers extends Strangers {

  /** What the makers have opened. */
  static final Queue<AutoCloseable> OPEN = new ConcurrentLinkedQueue<>();

  static <T> T open(T made, AutoCloseable end) {
    OPEN.add(end);
    return made;
  }

  static void rows(String name, Maker maker) throws Exception {
    row(name + ", made by A", () -> a(maker::make));
    close();
    row(name + ", made by nobody", maker);
    close();
  }

  static void close() throws Exception {
    for (AutoCloseable end = OPEN.poll(); end != null; end = OPEN.poll()) { end.close(); }
  }

  /** What work of each saw that each waits for; several, if not always the same. */
  static void own(String name, Callable<String> work) throws Exception {
    Map<String, Set<String>> seen = new TreeMap<>();
    for (int i = 0; i < 3; i++) {
      for (String who : List.of("A", "nobody", "B")) { seen.computeIfAbsent(who, w -> new TreeSet<>()).add(as(who, work)); }
    }
    System.out.println(name + "=" + seen);
  }

  /** What work of A's saw, and whether a map that was kept lets go when A has ended. */
  static void leak(String name, Callable<String> use) {
    try {
      Object[] kept = new Object[2];
      a(() -> { kept[0] = System.getenv(); kept[1] = use.call(); return null; });
      String afterwards = "still there";
      for (int i = 0; i < 80 && afterwards.equals("still there"); i++) {
        if (i % 40 == 10) { System.gc(); }
        Thread.sleep(10);
        if (((Map<?, ?>) kept[0]).get("TOKEN") == null) { afterwards = "nothing"; }
      }
      System.out.println(name + " (leak)=" + kept[1] + ", afterwards " + afterwards);
      close();
    } catch (Throwable failure) {
      System.out.println(name + " (leak)=" + failure);
    }
  }

  /** What one task saw that a loop was given. */
  static String seenBy(Giver giver) throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    giver.give(() -> seen.complete(seen()));
    return seen.get(20, TimeUnit.SECONDS);
  }

  // The JDK.

  static void jdk() throws Exception {
    rows("Timer", () -> {
      Timer timer = new Timer(true);
      return open(task -> timer.schedule(new TimerTask() { @Override public void run() { task.run(); } }, 1), timer::cancel);
    });
    leak("Timer", () -> {
      Timer timer = open(new Timer(true), () -> {});
      OPEN.add(timer::cancel);
      return seenBy(task -> timer.schedule(new TimerTask() { @Override public void run() { task.run(); } }, 1));
    });
    Map<String, Callable<ExecutorService>> services = new LinkedHashMap<>();
    services.put("newSingleThreadExecutor", Executors::newSingleThreadExecutor);
    services.put("newFixedThreadPool", () -> Executors.newFixedThreadPool(1));
    services.put("newCachedThreadPool", Executors::newCachedThreadPool);
    services.put("newScheduledThreadPool", () -> Executors.newScheduledThreadPool(1));
    services.put("newSingleThreadScheduledExecutor", Executors::newSingleThreadScheduledExecutor);
    services.put("newWorkStealingPool", () -> Executors.newWorkStealingPool(1));
    services.put("unconfigurableExecutorService", () -> Executors.unconfigurableExecutorService(Executors.newFixedThreadPool(1)));
    services.put("priority pool", () -> new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new PriorityBlockingQueue<>()));
    if (Runtime.version().feature() >= 21) {
      services.put("newVirtualThreadPerTaskExecutor", () -> (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    }
    for (Map.Entry<String, Callable<ExecutorService>> each : services.entrySet()) {
      Callable<ExecutorService> maker = () -> { ExecutorService made = each.getValue().call(); return open(made, made::shutdownNow); };
      boolean ranked = each.getKey().startsWith("priority");
      rows(each.getKey(), () -> {
        ExecutorService service = maker.call();
        return task -> service.execute(ranked ? new Ranked(task) : task);
      });
      if (ranked) { continue; }
      rows(each.getKey() + ", submit", () -> maker.call()::submit);
      leak(each.getKey(), () -> { ExecutorService service = maker.call(); return seenBy(service::submit); });
    }
    rows("newScheduledThreadPool, schedule", () -> {
      ScheduledExecutorService service = Executors.newScheduledThreadPool(1);
      return open(task -> service.schedule(task, 1, TimeUnit.MILLISECONDS), service::shutdownNow);
    });
    rows("scheduler that polls a queue", () -> {
      ScheduledExecutorService service = Executors.newScheduledThreadPool(1);
      Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
      service.scheduleWithFixedDelay(() -> { for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); } }, 0, 1, TimeUnit.MILLISECONDS);
      return open(queue::add, service::shutdownNow);
    });
  }

  static class Ranked implements Runnable, Comparable<Ranked> {
    final Runnable task;
    Ranked(Runnable task) { this.task = task; }
    @Override public void run() { task.run(); }
    @Override public int compareTo(Ranked other) { return 0; }
  }

  // Schedulers that keep what is to be run in a store.

  static final Map<String, Runnable> TASKS = new ConcurrentHashMap<>();
  static final AtomicInteger NUMBERS = new AtomicInteger();

  static String kept(Runnable task) {
    String id = "task-" + NUMBERS.incrementAndGet();
    TASKS.put(id, task);
    return id;
  }

  /** For JobRunr, by name. */
  public static void perform(String id) { TASKS.remove(id).run(); }

  static JdbcDataSource database() throws Exception {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:db" + NUMBERS.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
    try (Connection connection = source.getConnection()) {
      connection.createStatement().execute("create table scheduled_tasks (task_name varchar(100), task_instance varchar(100), task_data blob,"
          + " execution_time timestamp with time zone, picked boolean, picked_by varchar(50), last_success timestamp with time zone,"
          + " last_failure timestamp with time zone, consecutive_failures int, last_heartbeat timestamp with time zone, version bigint,"
          + " priority int, primary key (task_name, task_instance))");
    }
    return source;
  }

  static Giver dbScheduler(OneTimeTask<String> task, int poll) throws Exception {
    com.github.kagkarlsson.scheduler.Scheduler made = com.github.kagkarlsson.scheduler.Scheduler.create(database(), task)
        .threads(1).pollingInterval(Duration.ofMillis(poll)).shutdownMaxWait(Duration.ofMillis(10)).enableImmediateExecution().build();
    made.start();
    return open(work -> { String id = kept(work); made.schedule(task.instance(id, id), Instant.now()); }, made::stop);
  }

  static void stores() throws Exception {
    OneTimeTask<String> task = Tasks.oneTime("perform", String.class).execute((instance, context) -> perform(instance.getData()));
    rows("db-scheduler", () -> dbScheduler(task, 20));
    rows("db-scheduler, only when told", () -> dbScheduler(task, 3_600_000));
    leak("db-scheduler", () -> seenBy(dbScheduler(task, 20)));

    rows("JobRunr", Schedulers::jobRunr);
    leak("JobRunr", () -> seenBy(jobRunr()));

    rows("Quartz", Schedulers::quartz);
    leak("Quartz", () -> seenBy(quartz()));
  }

  static Giver jobRunr() {
    GsonJsonMapper mapper = new GsonJsonMapper();
    InMemoryStorageProvider store = new InMemoryStorageProvider();
    store.setJobMapper(new JobMapper(mapper));
    BackgroundJobServer server = new BackgroundJobServer(store, mapper, null, BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
        .andPollInterval(Duration.ofMillis(200)).andWorkerCount(1).andInterruptJobsAwaitDurationOnStopBackgroundJobServer(Duration.ZERO));
    server.start();
    JobScheduler scheduler = new JobScheduler(store);
    return open(work -> { String id = kept(work); scheduler.enqueue(() -> perform(id)); }, server::stop);
  }

  public static class Perform implements Job {
    @Override public void execute(JobExecutionContext context) { ((Runnable) context.getMergedJobDataMap().get("task")).run(); }
  }

  static Giver quartz() throws Exception {
    Properties properties = new Properties();
    properties.putAll(Map.of("org.quartz.scheduler.instanceName", "q" + NUMBERS.incrementAndGet(), "org.quartz.threadPool.threadCount", "1",
        "org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool", "org.quartz.scheduler.skipUpdateCheck", "true"));
    org.quartz.Scheduler scheduler = new StdSchedulerFactory(properties).getScheduler();
    scheduler.start();
    return open(work -> {
      JobDataMap data = new JobDataMap();
      data.put("task", work);
      scheduler.scheduleJob(JobBuilder.newJob(Perform.class).usingJobData(data).build(), TriggerBuilder.newTrigger().startNow().build());
    }, scheduler::shutdown);
  }

  // The Disruptor.

  static class Event { Runnable task; }

  static void disruptor() throws Exception {
    rows("Disruptor", Schedulers::disruptorGiver);
    row("Disruptor, started by the first giver", () -> {
      Disruptor<Event> disruptor = new Disruptor<>(Event::new, 16, DaemonThreadFactory.INSTANCE);
      disruptor.handleEventsWith((event, sequence, last) -> event.task.run());
      return open(task -> {
        if (!disruptor.hasStarted()) { disruptor.start(); }
        disruptor.publishEvent((event, sequence) -> event.task = task);
      }, disruptor::shutdown);
    });
    leak("Disruptor", () -> seenBy(disruptorGiver()));
  }

  static Giver disruptorGiver() {
    Disruptor<Event> disruptor = new Disruptor<>(Event::new, 16, DaemonThreadFactory.INSTANCE);
    disruptor.handleEventsWith((event, sequence, last) -> event.task.run());
    disruptor.start();
    return open(task -> disruptor.publishEvent((event, sequence) -> event.task = task), disruptor::shutdown);
  }

  // Hystrix and Resilience4j.

  static class Command extends HystrixCommand<Void> {
    final Runnable task;
    Command(String pool, Runnable task) {
      super(Setter.withGroupKey(HystrixCommandGroupKey.Factory.asKey(pool)).andCommandKey(HystrixCommandKey.Factory.asKey(pool))
          .andThreadPoolPropertiesDefaults(HystrixThreadPoolProperties.Setter().withCoreSize(1).withMaxQueueSize(9).withQueueSizeRejectionThreshold(9))
          .andCommandPropertiesDefaults(HystrixCommandProperties.Setter().withExecutionTimeoutInMilliseconds(5000)));
      this.task = task;
    }
    @Override protected Void run() { task.run(); return null; }
  }

  static class Collapser extends HystrixCollapser<Void, Void, Runnable> {
    final String pool;
    final Runnable task;
    Collapser(String pool, Runnable task, int most) {
      super(Setter.withCollapserKey(HystrixCollapserKey.Factory.asKey(pool)).andScope(Scope.GLOBAL)
          .andCollapserPropertiesDefaults(HystrixCollapserProperties.Setter().withMaxRequestsInBatch(most).withTimerDelayInMilliseconds(20)));
      this.pool = pool;
      this.task = task;
    }
    @Override public Runnable getRequestArgument() { return task; }
    @Override protected HystrixCommand<Void> createCommand(Collection<CollapsedRequest<Void, Runnable>> requests) {
      return new Command(pool, () -> requests.forEach(request -> request.getArgument().run()));
    }
    @Override protected void mapResponseToRequests(Void response, Collection<CollapsedRequest<Void, Runnable>> requests) {
      requests.forEach(request -> request.setResponse(null));
    }
  }

  static void commands() throws Exception {
    leak("Hystrix", () -> seenBy(task -> new Command("leak", task).execute()));
    new Command("leak of no streams", () -> {}).execute();
    leak("Hystrix, its streams started by nobody", () -> seenBy(task -> new Command("leak of no streams", task).execute()));
    String[] pool = {"p"};
    rows("Hystrix", () -> { String own = "h" + NUMBERS.incrementAndGet(); return task -> new Command(own, task).queue(); });
    row("Hystrix, one pool", () -> task -> new Command(pool[0], task).queue());
    rows("Hystrix, collapsed", () -> { String own = "c" + NUMBERS.incrementAndGet(); return task -> new Collapser(own, task, 9).queue(); });
    rows("Hystrix, collapsed, full batches", () -> { String own = "f" + NUMBERS.incrementAndGet(); return task -> new Collapser(own, task, 1).queue(); });
    own("Hystrix, execute", () -> seenBy(task -> new Command("own", task).execute()));
    own("Hystrix, fallback after a timeout", () -> new HystrixCommand<String>(HystrixCommandGroupKey.Factory.asKey("late"), 30) {
      @Override protected String run() throws Exception { Thread.sleep(500); return "in time"; }
      @Override protected String getFallback() { return seen(); }
    }.execute());
    own("Hystrix, observed and mapped", () -> new HystrixCommand<String>(HystrixCommandGroupKey.Factory.asKey("observed")) {
      @Override protected String run() { return seen(); }
    }.observe().map(saw -> saw.equals(seen()) ? saw : saw + "/" + seen()).toBlocking().single());
    own("Hystrix, execute collapsed", () -> seenBy(task -> new Collapser("own", task, 9).execute()));
    leak("Hystrix, collapsed", () -> seenBy(task -> new Collapser("leak collapsed", task, 9).execute()));

    rows("Resilience4j, ThreadPoolBulkhead", () -> {
      ThreadPoolBulkhead bulkhead = bulkhead();
      return task -> bulkhead.executeRunnable(task);
    });
    own("Resilience4j, ThreadPoolBulkhead, then", () -> {
      ThreadPoolBulkhead bulkhead = bulkhead();
      return bulkhead.executeSupplier(() -> seen()).thenApplyAsync(saw -> saw.equals(seen()) ? saw : saw + "/" + seen()).toCompletableFuture().get();
    });
    own("Resilience4j, Bulkhead", () -> Bulkhead.ofDefaults("b").executeSupplier(() -> seen()));
    leak("Resilience4j, ThreadPoolBulkhead", () -> seenBy(bulkhead()::executeRunnable));
    leak("Resilience4j, SemaphoreBasedRateLimiter", () -> {
      OPEN.add(new SemaphoreBasedRateLimiter("r", RateLimiterConfig.ofDefaults())::shutdown);
      return seen();
    });
  }

  static ThreadPoolBulkhead bulkhead() {
    ThreadPoolBulkhead bulkhead = ThreadPoolBulkhead.of("b", ThreadPoolBulkheadConfig.custom().coreThreadPoolSize(1).maxThreadPoolSize(1).queueCapacity(9).build());
    return open(bulkhead, bulkhead);
  }

  // Caffeine.

  static Caffeine<Object, Object> caffeine() { return Caffeine.newBuilder().scheduler(com.github.benmanes.caffeine.cache.Scheduler.systemScheduler()); }

  static void caches() throws Exception {
    row("Caffeine, expired entries", () -> {
      Cache<Object, Runnable> cache = caffeine().expireAfterWrite(Duration.ofMillis(50))
          .removalListener((Object key, Runnable task, RemovalCause cause) -> task.run()).build();
      OPEN.add(cache::cleanUp);
      return task -> cache.put(new Object(), task);
    });
    rows("Caffeine, evicted entries", () -> {
      Cache<Object, Runnable> cache = Caffeine.newBuilder().maximumSize(0).removalListener((Object key, Runnable task, RemovalCause cause) -> task.run()).build();
      return task -> cache.put(new Object(), task);
    });
    rows("Caffeine, evicted entries, on the giver's thread", () -> {
      Cache<Object, Runnable> cache = Caffeine.newBuilder().maximumSize(0).executor(Runnable::run)
          .removalListener((Object key, Runnable task, RemovalCause cause) -> task.run()).build();
      return task -> cache.put(new Object(), task);
    });
    rows("Caffeine, evicted entries, eviction listener", () -> {
      Cache<Object, Runnable> cache = Caffeine.newBuilder().maximumSize(0).evictionListener((Object key, Runnable task, RemovalCause cause) -> task.run()).build();
      return task -> cache.put(new Object(), task);
    });
    rows("Caffeine, invalidated entries", () -> {
      Cache<Object, Runnable> cache = Caffeine.newBuilder().removalListener((Object key, Runnable task, RemovalCause cause) -> task.run()).build();
      return task -> { Object key = new Object(); cache.put(key, task); cache.invalidate(key); };
    });
    rows("Caffeine, async loader", () -> {
      AsyncLoadingCache<Runnable, String> cache = Caffeine.newBuilder().buildAsync(task -> { task.run(); return ""; });
      return cache::get;
    });
    rows("Caffeine, refresh", () -> {
      LoadingCache<Runnable, String> cache = Caffeine.newBuilder().build(task -> { task.run(); return ""; });
      return cache::refresh;
    });
    rows("Caffeine, refreshAfterWrite", () -> {
      LoadingCache<Runnable, String> cache = caffeine().refreshAfterWrite(Duration.ofNanos(1)).build(new CacheLoader<>() {
        @Override public String load(Runnable task) { return ""; }
        @Override public String reload(Runnable task, String old) { task.run(); return ""; }
      });
      return task -> { cache.put(task, ""); Thread.sleep(1); cache.get(task); };
    });
    own("Caffeine, get and load", () -> Caffeine.newBuilder().build().get("", key -> seen()).toString());
    own("Caffeine, async get", () -> Caffeine.newBuilder().<String, String>buildAsync().get("", key -> seen()).get());
    leak("Caffeine, expires soon", () -> {
      Cache<Object, Object> cache = caffeine().expireAfterWrite(Duration.ofMillis(50)).build();
      String saw = cache.get("", key -> seen()).toString();
      Thread.sleep(1_100); // No less is waited for.
      return open(saw, cache::cleanUp);
    });
    leak("Caffeine, expires in an hour", () -> {
      Cache<Object, Object> cache = caffeine().expireAfterWrite(Duration.ofHours(1)).build();
      return open(cache.get("", key -> seen()).toString(), cache::cleanUp);
    });
    leak("Caffeine, on the giver's thread, expires in an hour", () -> {
      Cache<Object, Object> cache = caffeine().executor(Runnable::run).expireAfterWrite(Duration.ofHours(1)).build();
      return open(cache.get("", key -> seen()).toString(), cache::cleanUp);
    });
    leak("Caffeine, refreshed", () -> {
      LoadingCache<String, String> cache = caffeine().refreshAfterWrite(Duration.ofHours(1)).expireAfterWrite(Duration.ofHours(2)).build(key -> seen());
      return open(cache.refresh("").get(), cache::cleanUp);
    });
    leak("Caffeine, async, expires in an hour", () -> {
      AsyncLoadingCache<String, String> cache = caffeine().expireAfterAccess(Duration.ofHours(1)).buildAsync(key -> seen());
      return open(cache.get("").get(), cache.synchronous()::cleanUp);
    });
  }

  // Pools of connections.

  @jakarta.persistence.Entity
  public static class Thing { @jakarta.persistence.Id long id; }

  static void pools() {
    leak("Hibernate's pool", () -> {
      org.hibernate.SessionFactory factory = new org.hibernate.cfg.Configuration().addAnnotatedClass(Thing.class)
          .setProperty("hibernate.connection.url", "jdbc:h2:mem:hibernate").setProperty("hibernate.connection.pool_size", "2").buildSessionFactory();
      factory.inSession(session -> session.createNativeQuery("select 1", Integer.class).getSingleResult());
      return open(seen(), factory);
    });
    leak("Agroal", () -> {
      AgroalDataSource source = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool
          .maxSize(2).minSize(1).validationTimeout(Duration.ofMinutes(1)).leakTimeout(Duration.ofMinutes(1)).reapTimeout(Duration.ofMinutes(1))
          .connectionFactoryConfiguration(connection -> connection.jdbcUrl("jdbc:h2:mem:agroal"))));
      try (Connection connection = source.getConnection()) { return open(seen(), source); }
    });
    leak("c3p0", () -> {
      com.mchange.v2.c3p0.ComboPooledDataSource source = new com.mchange.v2.c3p0.ComboPooledDataSource();
      source.setJdbcUrl("jdbc:h2:mem:c3p0");
      source.setInitialPoolSize(1);
      source.setMinPoolSize(1);
      source.setIdleConnectionTestPeriod(60);
      try (Connection connection = source.getConnection()) { return open(seen(), source); }
    });
  }

  // Spring.

  @Configuration
  @EnableScheduling
  static class Polling {
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    @Bean ThreadPoolTaskScheduler taskScheduler() { return new ThreadPoolTaskScheduler(); }
    @Scheduled(fixedDelay = 2) void poll() { for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) { task.run(); } }
  }

  static ThreadPoolTaskScheduler springScheduler() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.initialize();
    return open(scheduler, scheduler::shutdown);
  }

  static void spring() throws Exception {
    rows("Spring, ThreadPoolTaskScheduler, schedule", () -> {
      ThreadPoolTaskScheduler scheduler = springScheduler();
      return task -> scheduler.schedule(task, Instant.now());
    });
    rows("Spring, ThreadPoolTaskScheduler, submit", () -> springScheduler()::submit);
    rows("Spring, ThreadPoolTaskScheduler, with a trigger", () -> {
      ThreadPoolTaskScheduler scheduler = springScheduler();
      return task -> { boolean[] done = {false}; scheduler.schedule(task, context -> { if (done[0]) { return null; } done[0] = true; return Instant.now(); }); };
    });
    rows("Spring, SimpleAsyncTaskScheduler", () -> {
      SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
      return open(task -> scheduler.schedule(task, Instant.now()), scheduler);
    });
    rows("Spring, ConcurrentTaskScheduler", () -> {
      ScheduledExecutorService service = Executors.newSingleThreadScheduledExecutor();
      ConcurrentTaskScheduler scheduler = new ConcurrentTaskScheduler(service);
      return open(task -> scheduler.schedule(task, Instant.now()), service::shutdownNow);
    });
    rows("Spring, SimpleAsyncTaskExecutor, limited", () -> {
      SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
      executor.setConcurrencyLimit(9);
      return executor::submit;
    });
    rows("Spring, @Scheduled that polls a queue", () -> {
      AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Polling.class);
      return open(context.getBean(Polling.class).tasks::add, context);
    });
    leak("Spring, ThreadPoolTaskScheduler", () -> seenBy(springScheduler()::submit));
    leak("Spring, SimpleAsyncTaskScheduler", () -> {
      SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
      return open(seenBy(task -> scheduler.schedule(task, Instant.now())), scheduler);
    });
  }

  // Vavr.

  static void vavr() throws Exception {
    row("Vavr, Future.run", () -> task -> io.vavr.concurrent.Future.run(task::run));
    rows("Vavr, Future.run in a pool", () -> {
      ExecutorService service = Executors.newFixedThreadPool(1);
      return open(task -> io.vavr.concurrent.Future.run(service, task::run), service::shutdownNow);
    });
    for (String way : List.of("onComplete", "map", "andThen")) {
      rows("Vavr, " + way + " of a promise", () -> {
        ExecutorService service = Executors.newFixedThreadPool(1);
        Promise<String> promise = Promise.make(service);
        AtomicInteger given = new AtomicInteger();
        return open(task -> {
          io.vavr.concurrent.Future<String> future = promise.future();
          switch (way) {
            case "onComplete": future.onComplete(x -> task.run()); break;
            case "map": future.map(x -> { task.run(); return x; }); break;
            default: future.andThen(x -> task.run());
          }
          if (given.incrementAndGet() == 3) { promise.success(""); }
        }, service::shutdownNow);
      });
    }
    own("Vavr, Future.of and map", () -> io.vavr.concurrent.Future.of(() -> seen()).map(saw -> saw.equals(seen()) ? saw : saw + "/" + seen()).get());
    own("Vavr, sequence", () -> io.vavr.concurrent.Future.sequence(io.vavr.collection.List.of(io.vavr.concurrent.Future.of(() -> seen()), io.vavr.concurrent.Future.of(() -> seen())))
        .map(all -> all.toSet().add(seen()).mkString("/")).get());
    leak("Vavr", () -> io.vavr.concurrent.Future.of(() -> seen()).get());
  }

  public static void main(String[] arguments) throws Exception {
    long start = System.nanoTime();
    String only = arguments.length > 0 ? arguments[0] : "jdk stores disruptor commands caches pools spring vavr";
    if (only.contains("jdk")) { jdk(); }
    if (only.contains("stores")) { stores(); }
    if (only.contains("disruptor")) { disruptor(); }
    if (only.contains("commands")) { commands(); }
    if (only.contains("caches")) { caches(); }
    if (only.contains("pools")) { pools(); }
    if (only.contains("spring")) { spring(); }
    if (only.contains("vavr")) { vavr(); }
    System.out.flush();
    System.err.println((System.nanoTime() - start) / 1_000_000 + " ms");
    Runtime.getRuntime().exit(0);
  }
}

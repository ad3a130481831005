package dev.hush.environment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks and threads follow the function that hands them over: the application's. What the JDK
 * and libraries run for themselves (workers, housekeepers, reapers) would hold its view for as long
 * as they live, and work for others with it.
 *
 * <p>Of the JDK's own classes those follow that an application hands its work over in, if what they
 * call follows, and what that calls.
 */
final class FollowingRule {

  /** Wrappers for work of the application in packages that do not follow. */
  private static final List<String> WRAPPERS =
      List.of(
          "akka.actor.LightArrayRevolverScheduler$TaskHolder",
          "akka.dispatch.Envelope",
          "io.grpc.Context$ExecutableListener",
          "io.netty.util.concurrent.PromiseTask",
          "io.netty.util.concurrent.ScheduledFutureTask",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$NonNotifyRunnable",
          "io.netty.util.concurrent.UnorderedThreadPoolEventExecutor$RunnableScheduledFutureTask",
          "io.undertow.servlet.spec.AsyncContextImpl$",
          "okhttp3.internal.connection.RealCall$AsyncCall",
          "org.apache.catalina.core.AsyncContextImpl$RunnableWrapper",
          "org.apache.hc.client5.http.impl.classic.HttpRequestFutureTask",
          "org.apache.hc.client5.http.impl.classic.HttpRequestTaskCallable",
          "org.apache.pekko.actor.LightArrayRevolverScheduler$TaskHolder",
          "org.apache.pekko.dispatch.Envelope",
          "org.eclipse.jetty.server.AsyncContextState$",
          "scala.concurrent.Future$$$Lambda",
          "scala.concurrent.impl.CallbackRunnable");

  /**
   * Workers and housekeepers of libraries, as OpenTelemetry and Datadog list them to keep their own
   * contexts out.
   */
  private static final List<String> HOUSEKEEPERS =
      List.of(
          "akka.",
          "ch.qos.logback.",
          "com.amazonaws.http.IdleConnectionReaper",
          "com.datastax.",
          "com.github.benmanes.caffeine.cache.BoundedLocalCache$PerformCleanupTask",
          "com.github.kagkarlsson.scheduler.",
          "com.google.common.base.internal.Finalizer",
          "com.lmax.disruptor.",
          "com.mchange.v2.",
          "com.microsoft.sqlserver.jdbc.",
          "com.mongodb.",
          "com.mysql.",
          "com.rabbitmq.client.impl.",
          "com.zaxxer.hikari.",
          "dev.hush.agent.",
          "io.agroal.pool.",
          "io.github.resilience4j.ratelimiter.",
          "io.grpc.",
          "io.lettuce.core.",
          "io.netty.",
          "io.opentelemetry.",
          "io.reactivex.internal.schedulers.IoScheduler$CachedWorkerPool",
          "io.reactivex.rxjava3.internal.schedulers.IoScheduler$CachedWorkerPool",
          "io.undertow.",
          "io.vertx.core.http.impl.HttpClientImpl",
          "io.vertx.core.impl.BlockedThreadChecker",
          "io.vertx.core.impl.TaskQueue",
          "io.vertx.core.impl.btc.BlockedThreadChecker",
          "io.vertx.core.internal.threadchecker.BlockedThreadChecker",
          "kotlinx.coroutines.DefaultExecutor",
          "kotlinx.coroutines.internal.LimitedDispatcher$Worker",
          "kotlinx.coroutines.scheduling.CoroutineScheduler",
          "net.sf.ehcache.",
          "okhttp3.ConnectionPool",
          "okhttp3.internal.",
          "okio.",
          "oracle.jdbc.",
          "oracle.net.",
          "oracle.ucp.",
          "org.apache.catalina.",
          "org.apache.commons.dbcp2.",
          "org.apache.commons.pool2.",
          "org.apache.coyote.",
          "org.apache.hc.",
          "org.apache.http.impl.",
          "org.apache.kafka.",
          "org.apache.logging.log4j.",
          "org.apache.pekko.",
          "org.apache.tomcat.",
          "org.eclipse.jetty.",
          "org.ehcache.",
          "org.h2.",
          "org.hibernate.engine.jdbc.connections.",
          "org.jboss.threads.",
          "org.jobrunr.server.",
          "org.mariadb.jdbc.",
          "org.postgresql.",
          "org.quartz.",
          "org.xnio.",
          "reactor.core.scheduler.BoundedElasticScheduler$",
          "reactor.core.scheduler.BoundedElasticThreadPerTaskScheduler$",
          "reactor.core.scheduler.ReactorThreadFactory",
          "reactor.netty.",
          "redis.clients.",
          "scala.concurrent.",
          "software.amazon.awssdk.");

  /** A timer's handler in a library's runnable in an adapter in a future, in another one. */
  static final int WRAPPINGS = 5;

  private final ClassLoader platform = ClassLoader.getPlatformClassLoader();

  private final List<String> exempt = new ArrayList<>(HOUSEKEEPERS);
  private final WrappedTasks wrapped;
  private final ClassValue<TaskKind> tasks = new Tasks();
  private final ClassValue<Boolean> threads = new Threads();

  /**
   * @param exempt beginnings of names of classes, whose tasks and threads never follow
   * @param wrapped tells which tasks only call another, which is asked about then as well
   */
  FollowingRule(List<String> exempt, WrappedTasks wrapped) {
    this.exempt.addAll(exempt);
    this.wrapped = wrapped;
  }

  TaskKind kind(Object task) {
    return tasks.get(task.getClass());
  }

  boolean follows(Object task) {
    return follows(kind(task), task);
  }

  boolean follows(TaskKind kind, Object task) {
    TaskKind current = kind;
    Object inner = task;
    for (int depth = 0; depth < WRAPPINGS && current.follows(); depth++) {
      inner = current.wrappedBy(inner);
      if (inner == null) {
        return true;
      }
      current = kind(inner);
    }
    return current.follows();
  }

  /** Whether tasks of this class follow, whatever they wrap. */
  boolean followsAsTask(Class<?> type) {
    return tasks.get(type).follows();
  }

  boolean follows(Thread thread, @Nullable Object target) {
    return threads.get(thread.getClass()) && (target == null || follows(target));
  }

  private boolean isExempt(String name) {
    for (String wrapper : WRAPPERS) {
      if (name.startsWith(wrapper)) {
        return false;
      }
    }
    for (String beginning : exempt) {
      if (name.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == platform;
  }

  private final class Tasks extends ClassValue<TaskKind> {
    @Override
    protected TaskKind computeValue(Class<?> type) {
      return new TaskKind(
          follows(type), TaskKind.place(type), TaskKind.isShared(type), wrapped.field(type));
    }

    private boolean follows(Class<?> type) {
      String name = type.getName();
      if (!isOfTheJdk(type)) {
        return !isExempt(name);
      }
      return (name.startsWith("java.util.concurrent.")
              && !name.equals("java.util.concurrent.ThreadPoolExecutor$Worker")
              && !name.equals("java.util.concurrent.SubmissionPublisher$ConsumerTask")
              && !name.startsWith("java.util.concurrent.CompletableFuture$Canceller"))
          || type == Thread.class // as a Runnable
          || name.startsWith("java.util.ArrayPrefixHelpers$")
          || name.startsWith("java.util.ArraysParallelSortHelpers$")
          || name.startsWith("java.util.stream.")
          || name.startsWith("java.util.function.");
    }
  }

  private final class Threads extends ClassValue<Boolean> {
    @Override
    protected Boolean computeValue(Class<?> type) {
      String name = type.getName();
      return type == Thread.class
          || name.equals("java.lang.VirtualThread")
          || name.equals("java.lang.ThreadBuilders$BoundVirtualThread")
          || (!isOfTheJdk(type) && !isWorker(type));
    }

    private boolean isWorker(Class<?> type) {
      for (Class<?> above = type; above != null; above = above.getSuperclass()) {
        if (isExempt(above.getName())
            || above.getName().equals("java.util.concurrent.ForkJoinWorkerThread")) {
          return true;
        }
      }
      return false;
    }
  }
}

import io.netty.channel.*;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.*;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

public class NettyRows extends Rows {

  @SuppressWarnings("deprecation")
  static EventLoop eventLoop() { return new DefaultEventLoopGroup(1).next(); }

  static void doors(String name, Callable<EventExecutor> maker) throws Exception {
    row("Netty, " + name + ", execute", () -> maker.call()::execute);
    row("Netty, " + name + ", submit", () -> maker.call()::submit);
    EventExecutor one = maker.call();
    if (one instanceof ImmediateEventExecutor) { return; }
    boolean schedules = true;
    try { one.schedule(() -> { }, 1, TimeUnit.MILLISECONDS); } catch (UnsupportedOperationException e) { schedules = false; }
    if (schedules) {
      row("Netty, " + name + ", schedule", () -> { EventExecutor executor = maker.call(); return task -> executor.schedule(task, 1, TimeUnit.MILLISECONDS); });
      row("Netty, " + name + ", third time", () -> {
        EventExecutor executor = maker.call();
        return task -> {
          AtomicInteger times = new AtomicInteger();
          Future<?>[] future = new Future<?>[1];
          CountDownLatch known = new CountDownLatch(1);
          future[0] = executor.scheduleAtFixedRate(() -> { if (times.incrementAndGet() == 3) { task.run(); await(known, 1000); future[0].cancel(false); } }, 0, 1, TimeUnit.MILLISECONDS);
          known.countDown();
        };
      });
      row("Netty, " + name + ", scheduled from itself", () -> {
        EventExecutor executor = maker.call();
        return task -> executor.execute(() -> executor.schedule(task, 1, TimeUnit.MILLISECONDS));
      });
      leak("Netty, " + name + ", scheduled, run", () -> { Future<?> future = one.schedule(() -> "", 1, TimeUnit.MILLISECONDS); future.await(5000); return future; });
      leak("Netty, " + name + ", scheduled, cancelled", () -> { Future<?> future = one.schedule(() -> "", 1, TimeUnit.HOURS); Thread.sleep(20); future.cancel(false); return future; });
      leak("Netty, " + name + ", periodic, cancelled", () -> {
        CountDownLatch third = new CountDownLatch(3);
        Future<?> future = one.scheduleAtFixedRate(third::countDown, 0, 1, TimeUnit.MILLISECONDS);
        await(third, 5000);
        future.cancel(false);
        return future;
      });
      leak("Netty, " + name + ", periodic, failed", () -> {
        Future<?> future = one.scheduleAtFixedRate(() -> { throw new IllegalStateException(); }, 0, 1, TimeUnit.MILLISECONDS);
        future.await(5000);
        return future;
      });
    }
    leak("Netty, " + name + ", submitted, run", () -> { Future<?> future = one.submit(() -> ""); future.await(5000); return future; });
    leak("Netty, " + name + ", made inside", () -> { EventExecutor executor = maker.call(); executor.submit(() -> "").await(5000); return executor; });
    completed("Netty, " + name + ", promise", () -> {
      Promise<String> promise = maker.call().newPromise();
      return Source.of(work -> promise.addListener(future -> work.run()), () -> promise.setSuccess(""));
    });
  }

  @SuppressWarnings("deprecation")
  public static void main(String[] arguments) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> System.out.println(thread + " " + failure));
    doors("DefaultEventExecutor", DefaultEventExecutor::new);
    EventExecutor shared = new DefaultEventExecutorGroup(1).next();
    doors("shared DefaultEventExecutor", () -> shared);
    doors("DefaultEventExecutorGroup of two", () -> new DefaultEventExecutorGroup(2).next());
    EventLoop loop = eventLoop();
    doors("event loop", () -> loop);
    EventLoop nio = new NioEventLoopGroup(1).next();
    doors("NIO event loop", () -> nio);
    UnorderedThreadPoolEventExecutor unordered = new UnorderedThreadPoolEventExecutor(2);
    doors("UnorderedThreadPoolEventExecutor", () -> unordered);
    UnorderedThreadPoolEventExecutor single = new UnorderedThreadPoolEventExecutor(1);
    doors("UnorderedThreadPoolEventExecutor of one", () -> single);
    doors("NonStickyEventExecutorGroup", () -> new NonStickyEventExecutorGroup(unordered, 2).next());
    doors("GlobalEventExecutor", () -> GlobalEventExecutor.INSTANCE);
    doors("ImmediateEventExecutor", () -> ImmediateEventExecutor.INSTANCE);
    row("Netty, group, execute", () -> new DefaultEventExecutorGroup(2)::execute);
    row("Netty, ThreadPerTaskExecutor", () -> new ThreadPerTaskExecutor(new DefaultThreadFactory("x", true))::execute);
    Executor pool = POOL;
    row("Netty, lazyExecute", () -> { DefaultEventExecutor executor = new DefaultEventExecutor(); return task -> { executor.lazyExecute(task); executor.execute(() -> { }); }; });
    row("Netty, executor that runs on a pool", () -> new DefaultEventExecutor(pool2())::execute);
    row("Netty, after the iteration of the loop", () -> {
      SingleThreadEventLoop of = (SingleThreadEventLoop) new NioEventLoopGroup(1).next();
      return task -> { of.executeAfterEventLoopIteration(task); of.execute(() -> { }); };
    });
    row("Netty, shutdown hook", () -> {
      DefaultEventExecutor executor = new DefaultEventExecutor();
      CountDownLatch three = new CountDownLatch(3);
      return task -> {
        executor.addShutdownHook(task);
        three.countDown();
        if (three.getCount() == 0) { new Thread(() -> executor.shutdownGracefully(0, 1, TimeUnit.SECONDS)).start(); }
      };
    });

    nested("Netty, ImmediateEventExecutor", () -> ImmediateEventExecutor.INSTANCE::execute);
    nested("Netty, promise of ImmediateEventExecutor", () -> task -> { Promise<String> p = ImmediateEventExecutor.INSTANCE.newPromise(); p.addListener(x -> task.run()); p.setSuccess(""); });
    nested("Netty, event loop", () -> eventLoop()::execute);
    reads("its own threads", 0, () -> new NioEventLoopGroup(1));
    reads("plain threads", 0, () -> new NioEventLoopGroup(1, (java.util.concurrent.ThreadFactory) Rows::daemon));
    reads("wrapped threads", 0, () -> new NioEventLoopGroup(1, (java.util.concurrent.ThreadFactory) work -> daemon(() -> work.run())));
    reads("threads of an executor that wraps", 0, () -> new NioEventLoopGroup(1, (Executor) work -> daemon(() -> work.run()).start()));
    reads("a pool that is handed wrapped work", 0, () -> { Executor of = pool2(); return new NioEventLoopGroup(1, (Executor) work -> of.execute(() -> work.run())); });

    HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
    row("Netty, HashedWheelTimer", () -> task -> wheel.newTimeout(timeout -> task.run(), 1, TimeUnit.MILLISECONDS));
    HashedWheelTimer pooled = new HashedWheelTimer(new DefaultThreadFactory("w"), 1, TimeUnit.MILLISECONDS, 16, false, 0, pool);
    row("Netty, HashedWheelTimer with an executor", () -> task -> pooled.newTimeout(timeout -> task.run(), 1, TimeUnit.MILLISECONDS));
    leak("Netty, HashedWheelTimer made inside", () -> {
      HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
      CountDownLatch run = new CountDownLatch(1);
      timer.newTimeout(timeout -> run.countDown(), 1, TimeUnit.MILLISECONDS);
      await(run, 5000);
      return timer;
    });
    leak("Netty, event loops made inside", () -> {
      EventLoop made = eventLoop();
      made.submit(() -> "").await(5000);
      return made;
    });

    completed("Netty, promise of a stranger's executor, sync of both", () -> {
      Promise<String> promise = loop.newPromise();
      return Source.of(work -> promise.addListener(future -> work.run()).addListener(future -> { }), () -> promise.setSuccess(""));
    });
    completed("Netty, promise that is cancelled", () -> {
      Promise<String> promise = loop.newPromise();
      return Source.of(work -> promise.addListener(future -> work.run()), () -> promise.cancel(false));
    });
    completed("Netty, promise completed in its loop", () -> {
      Promise<String> promise = loop.newPromise();
      return Source.of(work -> promise.addListener(future -> work.run()), () -> loop.submit(() -> promise.setSuccess("")).await(1000));
    });
    completed("Netty, listeners of a task", () -> {
      CountDownLatch go = new CountDownLatch(1);
      Future<?> future = new DefaultEventExecutor().submit(() -> await(go, 1000));
      return Source.of(work -> future.addListener(done -> work.run()), () -> { go.countDown(); future.await(1000); });
    });
    completed("Netty, PromiseCombiner", () -> {
      EventExecutor executor = loop;
      Promise<String> part = executor.newPromise();
      Promise<Void> whole = executor.newPromise();
      executor.submit(() -> { PromiseCombiner combiner = new PromiseCombiner(executor); combiner.add((Future<String>) part); combiner.finish(whole); }).await(1000);
      return Source.of(work -> whole.addListener(future -> work.run()), () -> part.setSuccess(""));
    });

    // A channel of nobody's, whose handlers run in a loop or in an executor of its own, and what is written to it.
    for (EventExecutorGroup group : new EventExecutorGroup[] {null, new DefaultEventExecutorGroup(1), new UnorderedThreadPoolEventExecutor(2)}) {
      row("Netty, written to a channel, handler in " + (group == null ? "its loop" : group.getClass().getSimpleName()), () -> channel(group)::write);
      row("Netty, flushed to a channel, handler in " + (group == null ? "its loop" : group.getClass().getSimpleName()), () -> channel(group)::writeAndFlush);
      row("Netty, event of a channel, handler in " + (group == null ? "its loop" : group.getClass().getSimpleName()), () -> { Channel channel = channel(group); return task -> channel.pipeline().fireUserEventTriggered(task); });
    }
    row("Netty, handler added to a channel", () -> {
      Channel channel = channel(null);
      return task -> channel.pipeline().addLast(new ChannelHandlerAdapter() {
        @Override public void handlerAdded(ChannelHandlerContext context) { task.run(); }
      });
    });
    end();
  }

  /** What the handler of nobody's channel sees, in a loop whose thread A has started. */
  @SuppressWarnings("deprecation")
  static void reads(String name, int port, Callable<EventLoopGroup> maker) throws Exception {
    EventLoopGroup group = maker.call();
    a(() -> group.submit(() -> "").await(5000));
    java.util.concurrent.BlockingQueue<String> seen = new java.util.concurrent.LinkedBlockingQueue<>();
    Channel server = new io.netty.bootstrap.ServerBootstrap().group(group).channel(io.netty.channel.socket.nio.NioServerSocketChannel.class)
        .childHandler(new ChannelInboundHandlerAdapter() {
          @Override public void channelRead(ChannelHandlerContext context, Object message) { seen.add("channelRead " + seen()); context.close(); }
        }).bind(java.net.InetAddress.getLoopbackAddress(), port).sync().channel();
    try (java.net.Socket socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), ((java.net.InetSocketAddress) server.localAddress()).getPort())) {
      socket.getOutputStream().write(1);
      System.out.println("Netty, nobody's channel in a loop that A started, " + name + "=" + seen.poll(5, TimeUnit.SECONDS));
    }
  }

  static Executor pool2() {
    java.util.concurrent.ThreadPoolExecutor pool = new java.util.concurrent.ThreadPoolExecutor(0, 4, 1, TimeUnit.SECONDS, new java.util.concurrent.SynchronousQueue<>(), Rows::daemon);
    return pool;
  }

  static Channel channel(EventExecutorGroup group) throws Exception {
    Channel channel = new io.netty.channel.local.LocalServerChannel();
    ChannelDuplexHandler runs = new ChannelDuplexHandler() {
      @Override public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) { ((Runnable) message).run(); promise.setSuccess(); }
      @Override public void userEventTriggered(ChannelHandlerContext context, Object event) { ((Runnable) event).run(); }
    };
    eventLoop().register(channel).sync();
    channel.pipeline().addLast(group, runs);
    channel.bind(new LocalAddress("x" + System.nanoTime())).sync();
    return channel;
  }
}

import io.vertx.core.*;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.*;
import java.net.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

/** Of Vert.x 4.5 and 5. */
public class VertxRows extends Rows {

  static Vertx vertx;

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** A context of nobody's. */
  static Context context(ThreadingModel model) throws Exception {
    CompletableFuture<Context> made = new CompletableFuture<>();
    get(vertx.deployVerticle(new AbstractVerticle() {
      @Override public void start() { made.complete(context); }
    }, new DeploymentOptions().setThreadingModel(model)));
    Context context = made.get();
    Thread.sleep(5); // Until the loop that has started it is at its end.
    return context;
  }

  static Callable<String> callable(Runnable task) { return () -> { task.run(); return ""; }; }

  static List<ThreadingModel> models() {
    return Runtime.version().feature() < 21 ? List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER) : List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER, ThreadingModel.VIRTUAL_THREAD);
  }

  static class Local implements MessageCodec<Item, Item> {
    public void encodeToWire(Buffer buffer, Item item) { }
    public Item decodeFromWire(int position, Buffer buffer) { return null; }
    public Item transform(Item item) { return item; }
    public String name() { return "local"; }
    public byte systemCodecID() { return -1; }
  }

  static final class Item { final Runnable task; Item(Runnable task) { this.task = task; } }

  static final DeliveryOptions LOCAL = new DeliveryOptions().setCodecName("local");

  public static void main(String[] arguments) throws Exception {
    leak("Vert.x, first made inside", () -> {
      Vertx made = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
      get(made.executeBlocking(() -> ""));
      vertx = made;
      return made;
    });
    Vertx second = Vertx.vertx();
    leak("Vert.x, made by somebody, used inside", () -> get(second.executeBlocking(() -> "")));
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    vertx.eventBus().registerCodec(new Local());

    for (ThreadingModel model : models()) {
      row("Vert.x, " + model + ", executeBlocking", () -> { Context context = context(model); return task -> context.executeBlocking(callable(task)); });
      row("Vert.x, " + model + ", executeBlocking, unordered", () -> { Context context = context(model); return task -> context.executeBlocking(callable(task), false); });
      row("Vert.x, " + model + ", executeBlocking in the context", () -> { Context context = context(model); return task -> context.runOnContext(x -> context.executeBlocking(callable(task))); });
      row("Vert.x, " + model + ", runOnContext", () -> { Context context = context(model); return task -> context.runOnContext(x -> task.run()); });
      row("Vert.x, " + model + ", runOnContext in the context", () -> { Context context = context(model); return task -> context.runOnContext(x -> context.runOnContext(y -> task.run())); });
      row("Vert.x, " + model + ", setTimer in the context", () -> { Context context = context(model); return task -> context.runOnContext(x -> vertx.setTimer(1, y -> task.run())); });
      row("Vert.x, " + model + ", onComplete of executeBlocking", () -> { Context context = context(model); return task -> context.executeBlocking(() -> "").onComplete(x -> task.run()); });
      row("Vert.x, " + model + ", map of executeBlocking", () -> { Context context = context(model); return task -> context.executeBlocking(() -> "").map(x -> { task.run(); return ""; }); });
      row("Vert.x, " + model + ", deployed with the context", () -> task -> vertx.deployVerticle(new AbstractVerticle() { @Override public void start() { task.run(); } }, new DeploymentOptions().setThreadingModel(model)));
      row("Vert.x, " + model + ", message to a consumer of nobody's", () -> {
        Context context = context(model);
        String address = "a" + System.nanoTime();
        CountDownLatch known = new CountDownLatch(1);
        context.runOnContext(x -> { vertx.eventBus().<Item>consumer(address, message -> message.body().task.run()); known.countDown(); });
        await(known, 5000);
        return task -> vertx.eventBus().send(address, new Item(task), LOCAL);
      });
      completed("Vert.x, " + model + ", executeBlocking that nobody started", () -> {
        Context context = context(model);
        CountDownLatch go = new CountDownLatch(1);
        Future<String> future = context.executeBlocking(() -> { await(go, 5000); return ""; });
        return Source.of(work -> future.map(x -> x).onComplete(x -> work.run()), () -> { go.countDown(); get(future); });
      });
      for (String who : List.of("A", "B", "nobody")) {
        // The context that the first of them makes, and the others use.
        row("Vert.x, " + model + ", executeBlocking on a context that " + who + " made", () -> { Context context = as(who, () -> context(model)); return task -> context.executeBlocking(callable(task)); });
        row("Vert.x, " + model + ", runOnContext on a context that " + who + " made", () -> { Context context = as(who, () -> context(model)); return task -> context.runOnContext(x -> task.run()); });
      }
      leak("Vert.x, " + model + ", context made and used inside", () -> { Context context = context(model); get(context.executeBlocking(() -> "")); return context; });
    }

    row("Vert.x, executeBlocking of Vertx", () -> task -> vertx.executeBlocking(callable(task)));
    row("Vert.x, runOnContext of Vertx", () -> task -> vertx.runOnContext(x -> task.run()));
    row("Vert.x, setTimer", () -> task -> vertx.setTimer(1, x -> task.run()));
    row("Vert.x, setPeriodic, third time", () -> task -> {
      AtomicInteger times = new AtomicInteger();
      vertx.setPeriodic(1, id -> { if (times.incrementAndGet() == 3) { task.run(); vertx.cancelTimer(id); } });
    });
    leak("Vert.x, setPeriodic, cancelled", () -> {
      CountDownLatch third = new CountDownLatch(3);
      long id = vertx.setPeriodic(1, x -> third.countDown());
      await(third, 5000);
      return vertx.cancelTimer(id);
    });
    leak("Vert.x, setTimer, cancelled", () -> { long id = vertx.setTimer(1_000_000, x -> { }); Thread.sleep(20); return vertx.cancelTimer(id); });
    leak("Vert.x, setTimer, run", () -> { CountDownLatch run = new CountDownLatch(1); vertx.setTimer(1, x -> run.countDown()); await(run, 5000); return ""; });
    for (boolean ordered : new boolean[] {true, false}) {
      AtomicInteger number = new AtomicInteger();
      row("Vert.x, shared worker executor" + (ordered ? "" : ", unordered"), () -> {
        WorkerExecutor executor = vertx.createSharedWorkerExecutor("x" + ordered + number.incrementAndGet(), 1);
        return task -> executor.executeBlocking(callable(task), ordered);
      });
      row("Vert.x, shared worker executor of each" + (ordered ? "" : ", unordered"), () -> {
        String name = "y" + ordered + number.incrementAndGet();
        WorkerExecutor keeps = vertx.createSharedWorkerExecutor(name, 1);
        return task -> { if (keeps != null) { vertx.createSharedWorkerExecutor(name, 1).executeBlocking(callable(task), ordered); } };
      });
    }
    leak("Vert.x, shared worker executor made inside", () -> { WorkerExecutor executor = vertx.createSharedWorkerExecutor("z", 1); get(executor.executeBlocking(() -> "")); return executor; });

    completed("Vert.x, onComplete", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().onComplete(x -> work.run()), () -> promise.complete("")); });
    completed("Vert.x, onSuccess", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().onSuccess(x -> work.run()), () -> promise.complete("")); });
    completed("Vert.x, map", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().map(x -> { work.run(); return ""; }), () -> promise.complete("")); });
    completed("Vert.x, compose", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().compose(x -> { work.run(); return Future.succeededFuture(""); }), () -> promise.complete("")); });
    completed("Vert.x, recover", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().recover(x -> { work.run(); return Future.succeededFuture(""); }), () -> promise.fail("")); });
    completed("Vert.x, eventually", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().transform(x -> { work.run(); return Future.succeededFuture(""); }), () -> promise.complete("")); });
    completed("Vert.x, Future.all", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> Future.all(List.of(promise.future(), Future.succeededFuture(""))).onComplete(x -> work.run()), () -> promise.complete("")); });
    completed("Vert.x, toCompletionStage", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().toCompletionStage().thenRun(work), () -> promise.complete("")); });
    completed("Vert.x, fromCompletionStage", () -> { CompletableFuture<String> promise = new CompletableFuture<>(); return Source.of(work -> Future.fromCompletionStage(promise).onComplete(x -> work.run()), () -> promise.complete("")); });
    completed("Vert.x, map, completed in a loop", () -> { Promise<String> promise = Promise.promise(); return Source.of(work -> promise.future().map(x -> { work.run(); return ""; }), () -> { vertx.runOnContext(x -> promise.complete("")); get(promise.future()); }); });
    completed("Vert.x, reply of the event bus", () -> {
      String address = "r" + System.nanoTime();
      CompletableFuture<io.vertx.core.eventbus.Message<Object>> message = new CompletableFuture<>();
      vertx.eventBus().consumer(address, x -> message.complete(x));
      Future<io.vertx.core.eventbus.Message<String>> reply = vertx.eventBus().request(address, "");
      return Source.of(work -> reply.onComplete(x -> work.run()), () -> { message.get().reply(""); get(reply); });
    });

    requests();
    client();
    end();
  }

  /** Requests whose functions are called one after the other while the first one's blocking work holds the rest up. */
  static void requests() throws Exception {
    Map<String, CountDownLatch> first = new ConcurrentHashMap<>();
    for (String kind : List.of("ordered", "unordered", "context", "body")) {
      HttpServer server = get(vertx.createHttpServer(new HttpServerOptions()).requestHandler(request -> {
        String who = request.path().substring(1);
        try {
          Handler<String> answer = x -> request.response().end(x.equals(seen()) ? x : x + " answered with " + seen());
          as(who, () -> {
            if (kind.equals("context")) {
              vertx.runOnContext(x -> answer.handle(seen()));
            } else if (kind.equals("body")) {
              request.body().map(x -> seen()).onSuccess(answer);
            } else {
              vertx.executeBlocking(() -> { Thread.sleep(20); return seen(); }, kind.equals("ordered")).onSuccess(answer);
            }
            return "";
          });
        } catch (Exception e) {
          request.response().setStatusCode(500).end(e.toString());
        }
      }).listen(0, "127.0.0.1"));
      for (boolean same : new boolean[] {true, false}) {
        TreeMap<String, TreeSet<String>> all = new TreeMap<>();
        for (String order : ORDERS) {
          List<Socket> sockets = new ArrayList<>();
          List<String> givers = List.of(order.split(" "));
          for (String who : givers) {
            if (sockets.isEmpty() || !same) { sockets.add(new Socket("127.0.0.1", server.actualPort())); }
            sockets.get(sockets.size() - 1).getOutputStream().write(("POST /" + who + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx").getBytes());
          }
          for (int i = 0; i < 3; i++) {
            all.computeIfAbsent(givers.get(i), x -> new TreeSet<>()).add(answer(sockets.get(same ? 0 : i)));
          }
          for (Socket socket : sockets) { socket.close(); }
        }
        System.out.println("Vert.x, requests of " + (same ? "one connection" : "three") + ", " + kind + "=" + all);
      }
    }
  }

  static String answer(Socket socket) throws Exception {
    socket.setSoTimeout(5000);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) { head.append((char) socket.getInputStream().read()); }
    int length = Integer.parseInt(head.toString().toLowerCase().replaceAll("(?s).*content-length: *(\\d+).*", "$1"));
    return new String(socket.getInputStream().readNBytes(length));
  }

  /** Requests of functions to one server, by one client: over one connection, and by several. */
  static void client() throws Exception {
    HttpServer server = get(vertx.createHttpServer().requestHandler(request -> vertx.setTimer(5, x -> request.response().end("x"))).listen(0, "127.0.0.1"));
    for (int connections : new int[] {1, 5}) {
      HttpClient client = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(connections));
      String kind = "Vert.x, HttpClient of " + connections + (connections == 1 ? " connection" : " connections");
      // Not made with a row's loop: the response of the first would hold all of them up.
      row(kind + ", request's future", () -> task -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").onComplete(x -> { x.result().send(); task.run(); }));
      row(kind + ", response", () -> task -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).onComplete(x -> task.run()));
      row(kind + ", body", () -> task -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).compose(HttpClientResponse::body).map(x -> { task.run(); return ""; }));
      row(kind + ", end handler", () -> task -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).onSuccess(response -> response.endHandler(x -> task.run()).resume()));
      Context context = context(ThreadingModel.EVENT_LOOP);
      row(kind + ", in one context", () -> task -> context.runOnContext(y -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).compose(HttpClientResponse::body).onComplete(x -> task.run())));
      Context worker = context(ThreadingModel.WORKER);
      row(kind + ", in one worker context", () -> task -> worker.runOnContext(y -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).compose(HttpClientResponse::body).onComplete(x -> task.run())));
    }
    leak("Vert.x, HttpClient made inside", () -> {
      HttpClient client = vertx.createHttpClient();
      get(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/").compose(HttpClientRequest::send).compose(HttpClientResponse::body));
      return client;
    });
    leak("Vert.x, HttpServer made inside", () -> get(vertx.createHttpServer().requestHandler(request -> request.response().end()).listen(0, "127.0.0.1")));
  }
}

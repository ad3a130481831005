import java.util.concurrent.*;

/** java.util.concurrent.SubmissionPublisher, whose consumers are loops. */
public class JdkPublisher extends Loops {

  static Maker consuming(Executor executor) {
    return () -> {
      SubmissionPublisher<Runnable> publisher = new SubmissionPublisher<>(executor, 16);
      publisher.consume(Runnable::run);
      return settled(publisher::submit);
    };
  }

  static Future<String> publish(SubmissionPublisher<String> publisher, Callable<String> work) {
    CompletableFuture<String> result = new CompletableFuture<>();
    publisher.consume(item -> into(result, work).run());
    return result;
  }

  public static void main(String[] arguments) throws Exception {
    row("consume, in a pool", consuming(POOL));
    row("consume, in the common pool", () -> {
      SubmissionPublisher<Runnable> publisher = new SubmissionPublisher<>();
      publisher.consume(Runnable::run);
      return settled(publisher::submit);
    });
    row("consume, Runnable::run", () -> threaded(consuming(Runnable::run).make()));
    row("consume, in a pool, subscribed by A", madeByA(consuming(POOL)));
    nested("consume, Runnable::run", consuming(Runnable::run));
    nested("consume, in a pool", consuming(POOL));
    row("consume, Runnable::run, subscribed by A", () -> threaded(madeByA(consuming(Runnable::run)).make()));
    row("offer, in a pool", () -> {
      SubmissionPublisher<Runnable> publisher = new SubmissionPublisher<>(POOL, 16);
      publisher.consume(Runnable::run);
      return settled(task -> publisher.offer(task, null));
    });
    own("consume", work -> {
      try (SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4)) {
        Future<String> result = publish(publisher, work);
        publisher.submit("");
        return result;
      }
    });
    own("consume, emitted by nobody", work -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4);
      Future<String> result = publish(publisher, work);
      elsewhere(() -> publisher.submit(""));
      return result;
    });
    own("consume, Runnable::run, emitted by nobody", work -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(Runnable::run, 4);
      Future<String> result = publish(publisher, work);
      elsewhere(() -> publisher.submit(""));
      return result;
    });
    kept("consume, publisher closed", () -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4);
      REFERENCED.add(publisher);
      REFERENCED.add(publisher.consume(x -> {}));
      publisher.submit("");
      return publisher::close;
    });
    kept("consume, cancelled", () -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4);
      REFERENCED.add(publisher);
      CompletableFuture<Void> consumer = publisher.consume(x -> {});
      REFERENCED.add(consumer);
      return () -> consumer.cancel(false);
    });
    kept("consume, that lives on", () -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4);
      REFERENCED.add(publisher);
      publisher.consume(x -> {});
      return NOTHING;
    });
    kept("subscribe, that lives on", () -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(POOL, 4);
      REFERENCED.add(publisher);
      publisher.subscribe(new Flow.Subscriber<String>() {
        public void onSubscribe(Flow.Subscription subscription) { subscription.request(Long.MAX_VALUE); }
        public void onNext(String item) { }
        public void onError(Throwable failure) { }
        public void onComplete() { }
      });
      publisher.submit("");
      return NOTHING;
    });
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

}

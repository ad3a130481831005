import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A generated family: loops of many shapes, which A, B and nobody make and give tasks to in a random order, and whose
 * tasks give further tasks. Arguments: how many tasks, the seed, how ("shared" for objects that all hand over, "premade"
 * for tasks that others have made, "fresh"), and a regular expression of which shapes.
 */
public class Shapes extends Strangers {

  // The oracle.

  /** What a task saw: its root is who gave the first of its line, and its giver's is what that one saw. */
  static void judge(Slot slot, String root, String givers, String saw) {
    boolean own = saw.equals(root) || saw.equals(givers);
    (own ? slot.own : saw.equals("nothing") ? slot.missed : slot.strangers).increment();
  }

  /** The same for an object that all hand over: in nobody's view more often than he has handed it over. */
  static void judge(Slot slot, Map<String, Semaphore> handedOver, String saw) {
    boolean own = handedOver.get(saw).tryAcquire();
    (own ? slot.own : saw.equals("nothing") ? slot.missed : slot.strangers).increment();
  }

  // The tasks.

  static class Slot {
    final String name;
    final Callable<Loop> maker;
    final LongAdder own = new LongAdder(), missed = new LongAdder(), strangers = new LongAdder(), given = new LongAdder();
    final Shared[] shared = {new Shared(this), new Shared(this)};
    volatile Loop loop;
    Slot(String name, Callable<Loop> maker) { this.name = name; this.maker = maker; }
    @Override public String toString() {
      long lost = given.sum() - own.sum() - missed.sum() - strangers.sum();
      return name + "=own " + own + ", missed " + missed + ", strangers' " + strangers + (lost == 0 ? "" : ", never run " + lost);
    }
  }

  /** No Runnable: what a mailbox is told. */
  static class Work {
    final Slot slot;
    final String root, givers;
    final int depth;
    final SplittableRandom random;
    Work(Slot slot, String root, int depth, SplittableRandom random) {
      this.slot = slot; this.root = root; this.givers = seen(); this.depth = depth; this.random = random.split();
    }
    void look() {
      String saw = seen();
      judge(slot, root, givers, saw);
      for (int i = random.nextInt(3), seat = GIVEN.get(); i < 3 && depth < 3; i++) {
        int dice = random.nextInt(24);
        if (dice < 3) { hand(dice == 0 ? "A" : dice == 1 ? "B" : null, root, depth + 1, random); }
        if (dice == 3) { for (int j = 0; j < 3 && GIVEN.get() < seat + 4; j++) { LockSupport.parkNanos(20_000); } }
      }
      if (!seen().equals(saw)) { CHANGED.increment(); }
      finished(depth);
    }
    Runnable task() {
      Callable<Runnable> maker = () -> random.nextBoolean() ? this::look : new Task(this, random.nextInt(9));
      try {
        return premade ? as(String.valueOf(WHO[random.nextInt(3)]), maker) : maker.call();
      } catch (Exception e) { throw new IllegalStateException(e); }
    }
  }

  static class Task implements Runnable, Comparable<Task> {
    final Work work;
    final int rank;
    Task(Work work, int rank) { this.work = work; this.rank = rank; }
    @Override public void run() { work.look(); }
    @Override public int compareTo(Task other) { return Integer.compare(rank, other.rank); }
  }

  /** Handed over by all, again and again. */
  static class Shared implements Runnable {
    final Slot slot;
    final Map<String, Semaphore> handedOver = Map.of("A's", new Semaphore(0), "B's", new Semaphore(0), "nothing", new Semaphore(0));
    Shared(Slot slot) { this.slot = slot; }
    @Override public void run() { judge(slot, handedOver, seen()); finished(0); }
  }

  static final List<Slot> SLOTS = new ArrayList<>();
  static final Slot ALL = new Slot("objects that all shapes share", null);
  static final AtomicInteger LEFT = new AtomicInteger(), GIVEN = new AtomicInteger(), DONE = new AtomicInteger();
  static final LongAdder CHANGED = new LongAdder(), FAILED = new LongAdder();
  static final Semaphore ROOM = new Semaphore(160);
  static boolean sharing, premade;
  static Slot byHand;

  static void finished(int depth) {
    DONE.incrementAndGet();
    if (depth == 0) { ROOM.release(); }
  }

  /** One task more, given as A or B, or as whatever the caller is. */
  static void hand(String who, String root, int depth, SplittableRandom random) {
    hand(SLOTS.get(random.nextInt(SLOTS.size())), who, root, depth, random);
  }

  static void hand(Slot slot, String who, String root, int depth, SplittableRandom random) {
    if (LEFT.getAndDecrement() <= 0) {
      if (depth == 0) { ROOM.release(); }
      return;
    }
    String before = seen();
    GIVEN.incrementAndGet();
    try {
      as(who == null ? "caller" : who, () -> {
        String inside = seen();
        if (sharing && depth == 0 && random.nextBoolean() && slot.loop.takesTasks()) {
          Shared shared = (random.nextInt(8) == 0 ? ALL : slot).shared[random.nextInt(2)];
          shared.slot.given.increment();
          shared.handedOver.get(inside).release();
          slot.loop.of(shared);
        } else {
          slot.given.increment();
          slot.loop.give(new Work(slot, who == null ? root : who + "'s", depth, random));
        }
        if (!seen().equals(inside)) { CHANGED.increment(); }
        return null;
      });
    } catch (Throwable failure) {
      FAILED.increment();
      failure.printStackTrace();
    }
    if (!seen().equals(before)) { CHANGED.increment(); }
  }

  // The schedule.

  static final String[] WHO = {"A", "B", null};

  static void drive(SplittableRandom random) {
    while (LEFT.get() > 0) {
      Slot slot = SLOTS.get(random.nextInt(SLOTS.size()));
      for (int burst = random.nextInt(8); burst >= 0 && LEFT.get() > 0; burst--) {
        try {
          while (!ROOM.tryAcquire(1, TimeUnit.MILLISECONDS)) { byHand(random); }
        } catch (InterruptedException end) { return; }
        hand(slot, WHO[random.nextInt(3)], "nothing", 0, random);
        if (slot == byHand && random.nextInt(6) == 0) { byHand(random); }
      }
    }
  }

  static void byHand(SplittableRandom random) {
    Slot slot = byHand;
    if (slot == null) { return; }
    try {
      as(String.valueOf(WHO[random.nextInt(3)]), () -> { slot.loop.runAll(); return null; });
    } catch (Exception e) { throw new IllegalStateException(e); }
  }

  /** The loops are new in each phase, made by A, B or nobody. */
  static boolean phase(int tasks, SplittableRandom random) throws Exception {
    for (Slot slot : SLOTS) { slot.loop = as(String.valueOf(WHO[random.nextInt(3)]), slot.maker); }
    LEFT.set(tasks);
    Thread[] drivers = new Thread[3];
    for (int i = 0; i < drivers.length; i++) {
      SplittableRandom own = random.split();
      drivers[i] = new Thread(() -> drive(own));
      drivers[i].start();
    }
    for (Thread driver : drivers) { driver.join(); }
    long last = System.nanoTime();
    for (int done = -1; DONE.get() < GIVEN.get(); ) {
      byHand(random);
      if (done != DONE.get()) { done = DONE.get(); last = System.nanoTime(); }
      if (System.nanoTime() - last > 10e9) { return false; }
      LockSupport.parkNanos(50_000);
    }
    for (Slot slot : SLOTS) { slot.loop.close(); }
    return true;
  }

  public static void main(String[] arguments) throws Exception {
    int tasks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    sharing = arguments.length > 2 && arguments[2].equals("shared");
    premade = arguments.length > 2 && arguments[2].equals("premade");
    shapes();
    if (arguments.length > 3) { SLOTS.removeIf(slot -> !slot.name.matches(arguments[3])); }
    for (Slot slot : SLOTS) { if (slot.name.startsWith("by hand")) { byHand = slot; } }
    long start = System.nanoTime();
    int phases = Math.max(1, tasks / 1500);
    boolean ended = true;
    for (int i = 0; i < phases && ended; i++) {
      ended = phase(tasks / phases + (i < tasks % phases ? 1 : 0), new SplittableRandom(seed * 1_000_003 + i));
    }
    Slot sum = new Slot("total", null);
    if (sharing) { SLOTS.add(ALL); }
    for (Slot slot : SLOTS) {
      System.out.println(slot);
      sum.given.add(slot.given.sum());
      sum.own.add(slot.own.sum());
      sum.missed.add(slot.missed.sum());
      sum.strangers.add(slot.strangers.sum());
    }
    System.out.println(sum + ", givers whose view changed " + CHANGED + ", failures " + FAILED);
    System.out.flush();
    System.err.println(sum.given + " tasks, " + (System.nanoTime() - start) / 1_000_000 + " ms");
    System.out.flush();
    Runtime.getRuntime().exit(0);
  }

  // What the shapes are made of.

  static final ExecutorService POOL = Executors.newFixedThreadPool(3, Shapes::daemon);
  static final ForkJoinPool FORK_JOIN = new ForkJoinPool(2);

  static Thread daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

  /** How this program gives something to a loop. */
  abstract static class Loop {
    abstract void of(Runnable task) throws Exception;
    void give(Work work) throws Exception { of(work.task()); }
    boolean takesTasks() { return true; }
    void runAll() throws Exception {}
    void close() throws Exception {}
  }

  static Loop loop(Giver giver, Object made) {
    return new Loop() {
      @Override void of(Runnable task) throws Exception { giver.give(task); }
      @Override void close() throws Exception { if (made instanceof AutoCloseable) { ((AutoCloseable) made).close(); } }
    };
  }

  static void executor(String name, Callable<Executor> maker) {
    SLOTS.add(new Slot(name, () -> {
      Executor executor = maker.call();
      return loop(task -> executor.execute(task), executor);
    }));
  }

  static void other(String name, Makes maker) { closed(name, () -> loop(maker.make(), null)); }

  static void closed(String name, Callable<Loop> maker) { SLOTS.add(new Slot("no Executor: " + name, maker)); }

  interface Makes { Giver make() throws Exception; }

  static void shapes() throws Exception {
    executor("SerialExecutor", () -> new SerialExecutor(POOL));
    executor("counter and this::drain", () -> new Counting(POOL));
    executor("scheduled flag and batches", Batches::new);
    executor("dispatcher to a pool", Dispatcher::new);
    executor("thread per task", () -> task -> daemon(task).start());
    executor("trampoline", Trampoline::new);
    SLOTS.add(new Slot("by hand", () -> {
      Manual manual = new Manual();
      return new Loop() {
        @Override void of(Runnable task) { manual.execute(task); }
        @Override void runAll() { manual.runAll(); }
      };
    }));
    executor("stack", () -> new Stack(POOL));
    SLOTS.add(new Slot("priorities", () -> {
      Priorities priorities = new Priorities();
      return new Loop() {
        @Override void of(Runnable task) { throw new IllegalStateException("not comparable"); }
        @Override void give(Work work) { priorities.execute(new Task(work, work.random.nextInt(9))); }
        @Override boolean takesTasks() { return false; }
      };
    }));
    executor("chain of futures", Chain::new);
    executor("decorator that wraps and submits", () -> new Decorator(POOL));
    SLOTS.add(new Slot("doors in doors", () -> {
      ThreadPoolExecutor pool = new OwnPool();
      Executor executor = new Counting(new SerialExecutor(pool));
      return loop(task -> executor.execute(task), (AutoCloseable) pool::shutdown);
    }));
    executor("semaphore", Throttle::new);
    SLOTS.add(new Slot("lambda, queue::add", () -> {
      BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
      poll(queue).start();
      Executor executor = queue::add;
      return loop(task -> executor.execute(task), (AutoCloseable) () -> queue.add(END));
    }));
    SLOTS.add(new Slot("lambda, queue::add, given by executor::execute", () -> {
      BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
      poll(queue).start();
      Executor executor = queue::add;
      return loop(executor::execute, (AutoCloseable) () -> queue.add(END));
    }));
    executor("lambda, pool.submit", () -> task -> POOL.submit(task));
    executor("lambda around a serial one", () -> { Executor serial = new SerialExecutor(POOL); return task -> serial.execute(() -> task.run()); });
    executor("ForkJoinPool's loop", () -> new Counting(FORK_JOIN));
    executor("poller of a scheduler", Poller::new);
    executor("thread started by the first giver", Lazy::new);
    SLOTS.add(new Slot("AbstractExecutorService", () -> of(new OwnService())));
    SLOTS.add(new Slot("ExecutorCompletionService", () -> {
      OwnService service = new OwnService();
      ExecutorCompletionService<Object> completion = new ExecutorCompletionService<>(service);
      return loop(task -> { completion.submit(task, null); completion.poll(); }, service);
    }));
    if (Runtime.version().feature() >= 21) {
      java.lang.reflect.Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
      Executor virtual = task -> {
        try { start.invoke(null, task); } catch (ReflectiveOperationException e) { throw new IllegalStateException(e); }
      };
      executor("virtual thread per task", () -> virtual);
      executor("virtual thread that drains", () -> new Counting(virtual));
      java.lang.reflect.Method perTask = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
      SLOTS.add(new Slot("virtual threads, submit", () -> of((ExecutorService) perTask.invoke(null))));
    }

    other("submit, counter and this::drain", () -> new CountingLoop()::submit);
    SLOTS.add(new Slot("no Executor: mailbox of messages", () -> {
      Mailbox mailbox = new Mailbox();
      return new Loop() {
        @Override void of(Runnable task) { throw new IllegalStateException("no message"); }
        @Override void give(Work work) { mailbox.tell(new Message(work)); }
        @Override boolean takesTasks() { return false; }
      };
    }));
    closed("ring buffer", () -> { Ring ring = new Ring(); return loop(ring::publish, ring); });
    closed("thread started by the first giver", () -> { LazyLoop lazy = new LazyLoop(); return loop(lazy::post, lazy); });
    other("Consumer, queue::add", () -> {
      Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
      AtomicBoolean draining = new AtomicBoolean();
      Consumer<Runnable> door = queue::add;
      return task -> {
        door.accept(task);
        if (draining.compareAndSet(false, true)) { POOL.execute(() -> drain(queue, draining)); }
      };
    });
    closed("wait and notify", () -> { Waiting waiting = new Waiting(); return loop(waiting::add, waiting); });
    other("stack and getAndSet(null)", () -> new Swapped()::offer);
  }

  private static void drain(Queue<Runnable> queue, AtomicBoolean draining) {
    do {
      for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); }
      draining.set(false);
    } while (!queue.isEmpty() && draining.compareAndSet(false, true));
  }

  /** Gives to a service in all of its ways; it waits only where no task waits for that. */
  static Loop of(ExecutorService service) {
    return new Loop() {
      @Override void of(Runnable task) { service.submit(task); }
      @Override void give(Work work) throws Exception {
        switch (work.random.nextInt(work.depth == 0 ? 4 : 3)) {
          case 0: service.execute(work.task()); break;
          case 1: service.submit(work.task()); break;
          case 2: service.submit(() -> { work.look(); return ""; }); break;
          default: service.invokeAll(List.of(Executors.callable(work.task())));
        }
      }
      @Override void close() { service.shutdown(); }
    };
  }

  static final Runnable END = () -> {};

  static Thread poll(BlockingQueue<Runnable> queue) {
    return daemon(() -> {
      try {
        for (Runnable task = queue.take(); task != END; task = queue.take()) { task.run(); }
      } catch (InterruptedException end) { }
    });
  }

  // The shapes, each as applications write it.

  /** From the Javadoc of java.util.concurrent.Executor. */
  static class SerialExecutor implements Executor {
    final Queue<Runnable> tasks = new ArrayDeque<>();
    final Executor executor;
    Runnable active;
    SerialExecutor(Executor executor) { this.executor = executor; }
    public synchronized void execute(Runnable r) {
      tasks.add(() -> {
        try { r.run(); } finally { scheduleNext(); }
      });
      if (active == null) { scheduleNext(); }
    }
    protected synchronized void scheduleNext() {
      if ((active = tasks.poll()) != null) { executor.execute(active); }
    }
  }

  static class Counting implements Executor {
    final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    final AtomicInteger wip = new AtomicInteger();
    final Executor executor;
    Counting(Executor executor) { this.executor = executor; }
    @Override public void execute(Runnable task) {
      queue.add(task);
      if (wip.getAndIncrement() == 0) { executor.execute(this::drain); }
    }
    void drain() {
      int missed = 1;
      while (missed != 0) {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); }
        missed = wip.addAndGet(-missed);
      }
    }
  }

  /** Its task is itself, each time. */
  static class Batches implements Executor, Runnable {
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    @Override public void execute(Runnable task) {
      synchronized (queue) { queue.addLast(task); }
      schedule();
    }
    private void schedule() {
      if (scheduled.compareAndSet(false, true)) { POOL.execute(this); }
    }
    @Override public void run() {
      for (int i = 0; i < 4; i++) {
        Runnable task;
        synchronized (queue) { task = queue.pollFirst(); }
        if (task == null) { break; }
        task.run();
      }
      scheduled.set(false);
      boolean more;
      synchronized (queue) { more = !queue.isEmpty(); }
      if (more) { schedule(); }
    }
  }

  static class Dispatcher implements Executor, AutoCloseable {
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    Dispatcher() {
      daemon(() -> {
        try {
          for (Runnable task = queue.take(); task != END; task = queue.take()) { POOL.execute(task); }
        } catch (InterruptedException end) { }
      }).start();
    }
    @Override public void execute(Runnable task) { queue.add(task); }
    @Override public void close() { queue.add(END); }
  }

  static class Trampoline implements Executor {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();
    @Override public void execute(Runnable task) {
      queue.add(task);
      if (wip.getAndIncrement() == 0) {
        do { queue.remove().run(); } while (wip.decrementAndGet() > 0);
      }
    }
  }

  static class Manual implements Executor {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    @Override public void execute(Runnable task) { queue.add(task); }
    void runAll() {
      for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); }
    }
  }

  static class Node<T> {
    final T value;
    Node<T> next;
    Node(T value) { this.value = value; }
  }

  static class Stack implements Executor {
    private final AtomicReference<Node<Runnable>> top = new AtomicReference<>();
    private final AtomicInteger wip = new AtomicInteger();
    private final Executor executor;
    Stack(Executor executor) { this.executor = executor; }
    @Override public void execute(Runnable task) {
      Node<Runnable> node = new Node<>(task);
      do { node.next = top.get(); } while (!top.compareAndSet(node.next, node));
      if (wip.getAndIncrement() == 0) { executor.execute(this::drain); }
    }
    private void drain() {
      do {
        Node<Runnable> node;
        do { node = top.get(); } while (!top.compareAndSet(node, node.next));
        node.value.run();
      } while (wip.decrementAndGet() > 0);
    }
  }

  static class Priorities implements Executor {
    private final PriorityBlockingQueue<Runnable> queue = new PriorityBlockingQueue<>();
    private final AtomicInteger wip = new AtomicInteger();
    @Override public void execute(Runnable task) {
      queue.add(task);
      if (wip.getAndIncrement() == 0) {
        POOL.execute(() -> { do { queue.remove().run(); } while (wip.decrementAndGet() > 0); });
      }
    }
  }

  static class Chain implements Executor {
    private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);
    @Override public synchronized void execute(Runnable task) { tail = tail.thenRunAsync(task, POOL); }
  }

  static class Decorator implements Executor {
    private static final ThreadLocal<Map<String, String>> CONTEXT = ThreadLocal.withInitial(HashMap::new);
    private final ExecutorService delegate;
    Decorator(ExecutorService delegate) { this.delegate = delegate; }
    @Override public void execute(Runnable task) {
      Map<String, String> context = new HashMap<>(CONTEXT.get());
      delegate.submit(() -> {
        Map<String, String> previous = CONTEXT.get();
        CONTEXT.set(context);
        try { task.run(); } finally { CONTEXT.set(previous); }
      });
    }
  }

  static class OwnPool extends ThreadPoolExecutor {
    OwnPool() { super(1, 2, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Shapes::daemon); }
    @Override public void execute(Runnable task) { super.execute(() -> task.run()); }
    @Override protected void beforeExecute(Thread thread, Runnable task) { seen(); }
  }

  /** At most two at once. */
  static class Throttle implements Executor {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore permits = new Semaphore(2);
    @Override public void execute(Runnable task) {
      queue.add(task);
      next();
    }
    private void next() {
      while (!queue.isEmpty() && permits.tryAcquire()) {
        POOL.execute(() -> {
          try {
            for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); }
          } finally {
            permits.release();
            next();
          }
        });
      }
    }
  }

  static class Poller implements Executor, AutoCloseable {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1, Shapes::daemon);
    Poller() {
      scheduler.scheduleWithFixedDelay(() -> {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) { task.run(); }
      }, 0, 300, TimeUnit.MICROSECONDS);
    }
    @Override public void execute(Runnable task) { queue.add(task); }
    @Override public void close() { scheduler.shutdownNow(); }
  }

  static class Lazy implements Executor, AutoCloseable {
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    @Override public void execute(Runnable task) {
      queue.add(task);
      if (started.compareAndSet(false, true)) { poll(queue).start(); }
    }
    @Override public void close() { queue.add(END); }
  }

  static class OwnService extends AbstractExecutorService implements AutoCloseable {
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread worker = poll(queue);
    private boolean started;
    @Override public synchronized void execute(Runnable task) {
      queue.add(task);
      if (!started) { started = true; worker.start(); }
    }
    @Override public void shutdown() { queue.add(END); }
    @Override public List<Runnable> shutdownNow() { shutdown(); return List.of(); }
    @Override public boolean isShutdown() { return false; }
    @Override public boolean isTerminated() { return false; }
    @Override public boolean awaitTermination(long time, TimeUnit unit) { return false; }
    @Override public void close() { shutdown(); }
  }

  static class CountingLoop {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();
    void submit(Runnable task) {
      queue.add(task);
      if (wip.getAndIncrement() == 0) { POOL.execute(this::drain); }
    }
    private void drain() {
      do { queue.remove().run(); } while (wip.decrementAndGet() > 0);
    }
  }

  static class Message {
    final Work work;
    Message(Work work) { this.work = work; }
  }

  static class Mailbox {
    private final Queue<Message> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final Consumer<Message> behaviour = message -> message.work.look();
    void tell(Message message) {
      queue.add(message);
      if (size.getAndIncrement() == 0) { POOL.execute(this::process); }
    }
    private void process() {
      for (int i = 0; i < 4; i++) {
        behaviour.accept(queue.remove());
        if (size.decrementAndGet() == 0) { return; }
      }
      POOL.execute(this::process);
    }
  }

  /** Many publish, one thread consumes. */
  static class Ring implements AutoCloseable {
    private final AtomicReferenceArray<Runnable> slots = new AtomicReferenceArray<>(1 << 12);
    private final AtomicLong claimed = new AtomicLong();
    private volatile long consumed;
    private volatile boolean closed;
    Ring() { daemon(this::consume).start(); }
    void publish(Runnable task) {
      long sequence = claimed.getAndIncrement();
      while (sequence - consumed >= slots.length()) { Thread.onSpinWait(); }
      slots.set((int) sequence & slots.length() - 1, task);
    }
    private void consume() {
      for (long next = 0; !closed; ) {
        int index = (int) next & slots.length() - 1;
        Runnable task = slots.get(index);
        if (task == null) {
          LockSupport.parkNanos(50_000);
        } else {
          task.run();
          slots.set(index, null);
          consumed = ++next;
        }
      }
    }
    @Override public void close() { closed = true; }
  }

  static class LazyLoop implements AutoCloseable {
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private Thread thread;
    synchronized void post(Runnable task) {
      queue.add(task);
      if (thread == null) {
        thread = poll(queue);
        thread.start();
      }
    }
    @Override public void close() { queue.add(END); }
  }

  static class Waiting implements AutoCloseable {
    private final LinkedList<Runnable> list = new LinkedList<>();
    Waiting() { daemon(this::work).start(); }
    void add(Runnable task) {
      synchronized (list) {
        list.addLast(task);
        list.notify();
      }
    }
    private void work() {
      while (true) {
        Runnable task;
        synchronized (list) {
          while (list.isEmpty()) {
            try { list.wait(); } catch (InterruptedException end) { return; }
          }
          task = list.removeFirst();
        }
        if (task == END) { return; }
        task.run();
      }
    }
    @Override public void close() { add(END); }
  }

  static class Swapped {
    private final AtomicReference<Node<Runnable>> top = new AtomicReference<>();
    void offer(Runnable task) {
      Node<Runnable> node = new Node<>(task);
      do { node.next = top.get(); } while (!top.compareAndSet(node.next, node));
      if (node.next == null) { POOL.execute(this::drain); }
    }
    private void drain() {
      for (Node<Runnable> node = top.getAndSet(null); node != null; node = node.next) { node.value.run(); }
    }
  }
}

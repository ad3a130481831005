package dev.hush.agent;

import java.util.Set;

/**
 * The names by which work is known in code that nobody has told of: what is a task and how it is
 * run, where tasks are given, and where they are taken from.
 */
final class Work {

  private static final Set<String> TASKS =
      Set.of(
          "java/lang/Runnable",
          "java/util/concurrent/FutureTask",
          "java/util/concurrent/RunnableFuture",
          "java/util/concurrent/RunnableScheduledFuture");

  private static final String ATOMIC = "java/util/concurrent/atomic/AtomicReference";
  private static final String ATOMIC_ARRAY = ATOMIC + "Array";

  /** Of {@code Executor} and of what is like one: each takes a task, to be run once. */
  private static final Set<String> DOORS =
      Set.of("execute", "submit", "post", "enqueue", "dispatch");

  private static final Set<String> TAKES =
      Set.of(
          "drainTo",
          "poll",
          "pollFirst",
          "pollLast",
          "pop",
          "relaxedPoll",
          "remove",
          "removeFirst",
          "removeLast",
          "take",
          "takeFirst",
          "takeLast");

  private Work() {}

  static boolean isTask(String type) {
    return TASKS.contains(type);
  }

  static boolean isDoor(String method) {
    return DOORS.contains(method);
  }

  /** Whether the task may stand behind other parameters, such as a coroutine's context. */
  static boolean mayFollow(String method) {
    return method.equals("dispatch");
  }

  /** Of futures: what is given is run when they are complete, or at once. */
  static boolean isRegistration(String method) {
    return method.equals("addListener");
  }

  static boolean isTake(String method) {
    return TAKES.contains(method);
  }

  /** Whether a method takes out what somebody has put in, and not an element that is known. */
  static boolean isTake(String owner, String method, String descriptor) {
    boolean isOfList = isList(owner);
    return isTake(method)
        && (isOfList || isQueue(owner))
        && (!method.equals("remove")
            || (isOfList
                ? descriptor.startsWith("(I)")
                : !descriptor.startsWith("(Ljava/lang/Object;)")));
  }

  /** Of a stack that is taken as a whole, and of a ring. */
  static boolean isAtomicTake(String owner, String method) {
    return owner.equals(ATOMIC)
        ? method.equals("getAndSet")
        : owner.equals(ATOMIC_ARRAY) && method.startsWith("get");
  }

  /** Whether a type, by its internal name, is one from which those take who run the work. */
  static boolean isQueue(String type) {
    return type.endsWith("Queue")
        || type.endsWith("Deque")
        || type.endsWith("Mailbox")
        || type.endsWith("Inbox")
        || type.equals(ATOMIC)
        || type.equals(ATOMIC_ARRAY)
        || type.equals("java/util/LinkedList")
        || type.equals("java/util/Stack");
  }

  /** The same of a list, of which the first is taken by its index. */
  static boolean isList(String type) {
    return type.equals("java/util/List")
        || type.equals("java/util/ArrayList")
        || type.equals("java/util/Vector");
  }

  /** Whether a field of this descriptor may hold several tasks. */
  static boolean isListDescriptor(String descriptor) {
    return descriptor.equals("Ljava/util/List;")
        || descriptor.equals("Ljava/util/ArrayList;")
        || descriptor.equals("Ljava/util/Collection;");
  }

  /** Whether a field of this descriptor may hold such a one. */
  static boolean isQueueDescriptor(String descriptor) {
    if (!descriptor.startsWith("L")) {
      return false;
    }
    String type = descriptor.substring(1, descriptor.length() - 1);
    return isQueue(type) || isList(type);
  }
}

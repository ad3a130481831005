package dev.hush.logback;

import ch.qos.logback.classic.Logger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds who called a logger, seen from a turbo filter.
 *
 * <p>Logback's own search ends at the first frame that is not a logger's, which would be the
 * filter's (https://github.com/qos-ch/logback CallerData.extract). This one starts below the filter
 * and passes over Logback and SLF4J, then over the bridge from another logging interface, if there
 * is one.
 */
final class Callers {

  private static final StackWalker WALKER = StackWalker.getInstance();

  /** Far more than there are frames between a filter and the caller it is about. */
  private static final int SEARCH_DEPTH = 64;

  /** Bridges log under the name of the class their user called, which a filter is not told. */
  private static final List<String> LOGGING =
      List.of(
          "ch.qos.logback.classic.",
          "org.slf4j.",
          "java.util.logging.",
          "java.lang.System$Logger",
          "sun.util.logging.",
          "jdk.internal.logger.",
          "org.apache.commons.logging.",
          "org.apache.log4j.",
          "org.apache.logging.",
          "org.jboss.logging.");

  private Callers() {}

  /**
   * Finds the caller on the current thread.
   *
   * @param depth how many frames to give back, at most
   * @param frameworks beginnings of further class names to pass over
   * @param boundary the class that the caller called, if known
   * @return the caller's frame and those below it; none on a thread that is not inside the filter
   */
  static StackTraceElement[] find(
      int depth, @Nullable List<String> frameworks, @Nullable String boundary) {
    List<StackTraceElement> frames =
        WALKER.walk(
            stack ->
                stack
                    .dropWhile(frame -> !isFilter(frame))
                    .dropWhile(Callers::isFilter)
                    .limit(SEARCH_DEPTH + (long) depth)
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .toList());
    int caller = 0;
    while (caller < frames.size() && isLogging(frames.get(caller), frameworks, boundary)) {
      caller++;
    }
    if (boundary == null && caller > 0 && isBridgeEntry(frames.get(caller - 1))) {
      // Who calls this method is a bridge, known or not, and never the one who logs.
      String bridge = caller < frames.size() ? frames.get(caller).getClassName() : "";
      while (caller < frames.size() && frames.get(caller).getClassName().equals(bridge)) {
        caller++;
      }
    }
    return frames
        .subList(caller, Math.min(frames.size(), caller + depth))
        .toArray(StackTraceElement[]::new);
  }

  private static boolean isFilter(StackWalker.StackFrame frame) {
    return frame.getClassName().equals(MaskingTurboFilter.class.getName());
  }

  private static boolean isLogging(
      StackTraceElement frame, @Nullable List<String> frameworks, @Nullable String boundary) {
    String name = frame.getClassName();
    return name.equals(boundary)
        || LOGGING.stream().anyMatch(name::startsWith)
        || (frameworks != null && frameworks.stream().anyMatch(name::startsWith));
  }

  /** {@code LocationAwareLogger.log}, whose callers pass on what somebody else logs. */
  private static boolean isBridgeEntry(StackTraceElement frame) {
    return frame.getClassName().equals(Logger.class.getName())
        && frame.getMethodName().equals("log");
  }
}

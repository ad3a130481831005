package dev.hush.agent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Loads half of the JDK's classes that have hooks, by which they are woven, beside the thread that
 * starts the application and loads the other half. All that weaving itself needs is loaded by then.
 */
final class HookedClasses extends Thread {

  private final List<String> types;

  private HookedClasses(Collection<String> types) {
    // Inherits no thread-locals of the thread that starts the application.
    super(null, null, "hush-hooks", 0, false);
    this.types = new ArrayList<>(types);
    setDaemon(true);
  }

  static HookedClasses begin(Collection<String> types) {
    HookedClasses classes = new HookedClasses(types);
    classes.start();
    return classes;
  }

  @Override
  public void run() {
    // From the end, so that the two meet in the middle.
    for (int i = types.size() - 1; i >= types.size() / 2; i--) {
      String type = types.get(i);
      if (type.startsWith("java/")) {
        try {
          Class.forName(type.replace('/', '.'), false, null);
        } catch (ClassNotFoundException | LinkageError absent) {
          // The other thread says so.
        }
      }
    }
  }
}

package dev.hush.agent;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets ready what weaving needs, the hooks and the library for class files, beside the thread that
 * starts the application and has configuration to read meanwhile. Nothing is woven here, so the
 * application is as protected as without it, only sooner.
 */
final class PreparedHooks extends Thread {

  private volatile @Nullable Map<String, List<Hook>> hooks;
  private volatile @Nullable Throwable failure;

  private PreparedHooks() {
    // Inherits no thread-locals of the thread that starts the application.
    super(null, null, "hush-hooks", 0, false);
    setDaemon(true);
  }

  static PreparedHooks begin() {
    PreparedHooks preparation = new PreparedHooks();
    preparation.start();
    return preparation;
  }

  @Override
  public void run() {
    try {
      hooks = Hooks.byType();
      useClassFiles();
    } catch (Throwable failed) {
      failure = failed;
    }
  }

  /** Reads and writes some class, by which the library and its parts are loaded. */
  private static void useClassFiles() throws IOException {
    HookWeaving.weave(
        BridgeDefinition.bytes("dev/hush/agent/BootLookup.class"),
        List.of(Hook.atEntry("", "get", "", Code.NONE)),
        hook -> {});
  }

  /**
   * Waits for the hooks.
   *
   * @throws IllegalStateException if they could not be made
   */
  Map<String, List<Hook>> hooks() throws InterruptedException {
    join();
    Map<String, List<Hook>> ready = hooks;
    if (ready == null || failure != null) {
      throw new IllegalStateException(failure);
    }
    return ready;
  }
}

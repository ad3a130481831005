package dev.hush.provider.sops;

import static org.assertj.core.api.Assertions.assertThat;

import com.eclipsesource.json.JsonValue;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/**
 * The JSON library is first used by several providers at one moment, and the initialisation of its
 * classes has a circle: whoever enters it elsewhere than the others would stop all of them for
 * ever.
 */
class FirstUseTest {

  private static final int TIMES = 150;
  private static final int LONGEST_MILLISECONDS = 20_000;

  @Test
  void aFileOfSopsAndAnAnswerOfAManagerMayBeTheFirstAtOneMoment() throws Exception {
    URL[] classPath = {locationOf(SopsFile.class), locationOf(JsonValue.class)};
    for (int i = 0; i < TIMES; i++) {
      try (URLClassLoader fresh =
          new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
        Method sops =
            Class.forName("dev.hush.provider.sops.SopsFile", false, fresh)
                .getDeclaredMethod("ofDotenv", String.class, String.class);
        sops.setAccessible(true);
        Class<?> json = Class.forName("dev.hush.provider.json.Json", false, fresh);
        Method answer = json.getMethod("parse", String.class, String.class);
        CyclicBarrier together = new CyclicBarrier(2);
        Thread one = thread(together, () -> sops.invoke(null, "A=\nsops_mac=x\n", "file"));
        Thread other = thread(together, () -> answer.invoke(null, "{}", "answer"));

        one.join(LONGEST_MILLISECONDS);
        other.join(LONGEST_MILLISECONDS);

        assertThat(one.isAlive() || other.isAlive()).as("waits for ever").isFalse();
      }
    }
  }

  private static URL locationOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private interface Use {
    void run() throws Exception;
  }

  private static Thread thread(CyclicBarrier together, Use use) {
    Thread thread =
        new Thread(
            () -> {
              try {
                together.await();
                use.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

package dev.hush.provider.kubernetes;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The client of Kubernetes that judges ours, as a kubeconfig file has it. */
final class Fabric8 {

  /** Held, or its level would be forgotten with it. */
  private static final java.util.logging.Logger SERVER =
      java.util.logging.Logger.getLogger("io.fabric8.mockwebserver");

  private Fabric8() {}

  static KubernetesClient client(Path kubeconfig) {
    quiet();
    try {
      Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
      config.setRequestRetryBackoffLimit(0);
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without every step that it and its network take. */
  static void quiet() {
    for (String name : List.of("io.fabric8", "io.netty", "io.vertx")) {
      ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.WARN);
    }
    SERVER.setLevel(java.util.logging.Level.WARNING);
  }
}

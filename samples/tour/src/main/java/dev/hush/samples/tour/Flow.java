package dev.hush.samples.tour;

import dev.hush.SecretException;
import dev.hush.Secrets;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Kestra's page on secrets, "Using Secrets in your flows": runs the tasks of {@code flow.yaml},
 * each of which logs something, and goes on when one fails.
 *
 * <p>As in Kestra the file is read first, and each text of a task is evaluated when the task runs:
 * a value is never a part of the file, and need not be written as YAML wants it.
 */
public final class Flow {

  private static final Logger log = LoggerFactory.getLogger(Flow.class);

  private Flow() {}

  /** Runs the flow. */
  public static void main(String[] arguments) throws Exception {
    try (InputStream file = Flow.class.getResourceAsStream("flow.yaml")) {
      Map<String, List<Map<String, Object>>> flow =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
      for (Map<String, Object> task : Objects.requireNonNull(flow.get("tasks"))) {
        try {
          run(task);
        } catch (SecretException failure) {
          log.error("{} cannot be run: {}", task.get("id"), failure.getMessage());
        } catch (IllegalStateException failure) {
          log.error("{} has failed", task.get("id"), failure);
        }
      }
    }
  }

  private static void run(Map<String, Object> task) {
    String message = text(task, "message");
    if (text(task, "type").equals("fail")) {
      throw new IllegalStateException(message);
    }
    var event = log.atLevel(Level.valueOf(text(task, "level")));
    if (task.get("argument") != null) {
      event = event.addArgument(text(task, "argument"));
    }
    if (task.get("exception") != null) {
      event = event.setCause(new IllegalStateException(text(task, "exception")));
    }
    event.log(message);
  }

  private static String text(Map<String, Object> task, String property) {
    return Secrets.render(String.valueOf(task.getOrDefault(property, "")));
  }
}

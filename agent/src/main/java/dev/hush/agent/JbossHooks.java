package dev.hush.agent;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the hook in JBoss LogManager calls: as {@link LogbackHooks}, for each copy of its classes.
 */
final class JbossHooks {

  private final ClassValue<Object> entries;

  /**
   * @param masker gives back the same instance where nothing is to be masked
   * @param refusal takes why this LogManager cannot be masked; does not return
   */
  JbossHooks(UnaryOperator<String> masker, Consumer<String> refusal) {
    entries =
        LibraryLoader.instances(
            "dev.hush.agent.jboss.JbossEntry",
            Set.of("dev.hush.agent.jboss", "dev.hush.jboss", "dev.hush.logging"),
            entry -> entry.getConstructor(UnaryOperator.class).newInstance(masker),
            refusal);
  }

  /** Masks a record that is on its way to handlers. */
  @SuppressWarnings("unchecked") // what is beside the LogManager implements just this
  void mask(Object node, Object record) {
    ((Consumer<Object>) entries.get(node.getClass())).accept(record);
  }
}

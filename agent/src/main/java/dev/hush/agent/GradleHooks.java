package dev.hush.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a JVM in which Gradle runs tests tells Gradle, through a socket, what they do. It has a
 * {@code System.out} of its own, and sends exceptions as objects. Versions differ in which of these
 * places they have.
 */
final class GradleHooks {

  private static final String TESTING = "org/gradle/api/internal/tasks/testing/";
  private static final String SERIALIZE = "org/gradle/internal/serialize/";
  private static final String TEXT = "(Ljava/lang/CharSequence;)V";

  private GradleHooks() {}

  static List<Hook> all() {
    List<Hook> hooks = new ArrayList<>();
    String output = TESTING + "processors/CaptureTestOutputTestResultProcessor";
    // What a test has printed stands before its end.
    hooks.add(
        Hook.atEntry(
                output,
                "completed",
                "(Ljava/lang/Object;L" + TESTING + "TestCompleteEvent;)V",
                Code.bridge("told", "()V"))
            .where(Hook.Absence.FINE));
    // All texts of exceptions, in those that Gradle rebuilds and in those that it writes itself.
    hooks.add(
        Hook.beforeReturn(
                SERIALIZE + "ExceptionReplacingObjectOutputStream",
                "replaceObject",
                "(Ljava/lang/Object;)Ljava/lang/Object;",
                Code.bridge("sent", "(Ljava/lang/Object;)Ljava/lang/Object;"))
            .where(Hook.Absence.FINE));
    for (String event :
        List.of(
            "DefaultTestClassDescriptor",
            "DefaultTestDescriptor",
            "DefaultTestMethodDescriptor",
            "DefaultTestOutputEvent",
            "DefaultTestFailure")) {
      String type = TESTING + "worker/TestEventSerializer$" + event + "Serializer";
      for (String write : List.of("writeString", "writeNullableString")) {
        hooks.add(
            Hook.aroundCall(
                    type,
                    SERIALIZE + "Encoder." + write,
                    TEXT,
                    Code.bridge("sent", "(Ljava/lang/CharSequence;)Ljava/lang/CharSequence;"),
                    Code.NONE)
                .inside("write")
                .where(Hook.Absence.FINE));
      }
    }
    return hooks;
  }
}

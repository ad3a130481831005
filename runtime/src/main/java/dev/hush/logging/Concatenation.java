package dev.hush.logging;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.StringConcatException;
import java.lang.invoke.StringConcatFactory;
import java.util.Collections;

/**
 * Joins texts in the way that javac has a {@code +} done: in one array of the right length, where a
 * {@link StringBuilder} has its letters copied once more. By hand, because a {@code +} of this
 * library is compiled to a builder, which takes less of the start.
 */
final class Concatenation {

  private static final MethodHandle OF_THREE = of(3);
  private static final MethodHandle OF_FIVE = of(5);
  private static final MethodHandle OF_SEVEN = of(7);

  private Concatenation() {}

  private static MethodHandle of(int texts) {
    try {
      return StringConcatFactory.makeConcat(
              MethodHandles.lookup(),
              "concatenation",
              MethodType.methodType(String.class, Collections.nCopies(texts, String.class)))
          .getTarget();
    } catch (StringConcatException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Has the JDK make now what it would make for the first texts: were these joined at the end of
   * some stack, it could not, and would not try again.
   */
  static void prepare() {
    of("", "", "");
    of("", "", "", "", "");
    of("", "", "", "", "", "", "");
  }

  static String of(String first, String second, String third) {
    try {
      return (String) OF_THREE.invokeExact(first, second, third);
    } catch (Throwable failure) {
      throw unchecked(failure);
    }
  }

  static String of(String first, String second, String third, String fourth, String fifth) {
    try {
      return (String) OF_FIVE.invokeExact(first, second, third, fourth, fifth);
    } catch (Throwable failure) {
      throw unchecked(failure);
    }
  }

  static String of(
      String first,
      String second,
      String third,
      String fourth,
      String fifth,
      String sixth,
      String seventh) {
    try {
      return (String) OF_SEVEN.invokeExact(first, second, third, fourth, fifth, sixth, seventh);
    } catch (Throwable failure) {
      throw unchecked(failure);
    }
  }

  /** What is thrown here is no text's fault: there is no memory, or no stack. */
  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(failure);
  }
}

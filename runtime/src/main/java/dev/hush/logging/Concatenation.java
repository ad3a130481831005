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
 * library is compiled to a builder: the JDK takes 5 to 25 ms until it can join so for the first
 * time, which is for those to spend who format events.
 *
 * <p>Where the JDK cannot, for want of memory or of stack, a builder does it.
 */
final class Concatenation {

  private Concatenation() {}

  /** A class of its own: what cannot be initialised is not there for ever. */
  private static final class Joining {
    static final MethodHandle THREE = strings(3);
    static final MethodHandle FIVE = strings(5);
    static final MethodHandle SEVEN = strings(7);

    private static MethodHandle strings(int count) {
      try {
        return StringConcatFactory.makeConcat(
                MethodHandles.lookup(),
                "join",
                MethodType.methodType(String.class, Collections.nCopies(count, String.class)))
            .getTarget();
      } catch (StringConcatException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Has the JDK make now what it would make for the first texts. */
  static void prepare() {
    of("", "", "");
    of("", "", "", "", "");
    of("", "", "", "", "", "", "");
  }

  static String of(String first, String second, String third) {
    try {
      return (String) Joining.THREE.invokeExact(first, second, third);
    } catch (Throwable noMemoryOrNoStack) {
      return joined(first, second, third);
    }
  }

  static String of(String first, String second, String third, String fourth, String fifth) {
    try {
      return (String) Joining.FIVE.invokeExact(first, second, third, fourth, fifth);
    } catch (Throwable noMemoryOrNoStack) {
      return joined(first, second, third, fourth, fifth);
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
      return (String)
          Joining.SEVEN.invokeExact(first, second, third, fourth, fifth, sixth, seventh);
    } catch (Throwable noMemoryOrNoStack) {
      return joined(first, second, third, fourth, fifth, sixth, seventh);
    }
  }

  private static String joined(String... texts) {
    StringBuilder joined = new StringBuilder();
    for (String text : texts) {
      joined.append(text);
    }
    return joined.toString();
  }
}

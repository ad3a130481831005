package dev.hush.logging;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Makes exceptions that report under the class name of another one: what logs an exception often
 * writes the name of its class, by which others search and alert.
 *
 * <p>A class of the JDK's is used itself, by a constructor, and what it has made of the message is
 * compared. Of any other class nothing is called, since its code may do anything: a class of its
 * name is defined in a loader of its own, which has the texts and nothing else. So it is no
 * instance of the class whose name it bears.
 */
final class Namesakes {

  /** Where a message ends that a constructor takes in two parts. */
  private static final String[] SEPARATORS = {": ", "\n"};

  /** The constructor of the class of that name; null if there is none. */
  private static final ClassValue<@Nullable Constructor<?>> DEFINED =
      new ClassValue<>() {
        @Override
        protected @Nullable Constructor<?> computeValue(Class<?> type) {
          return NamesakeClass.define(type);
        }
      };

  private Namesakes() {}

  /**
   * @param cause for those that take one with the message only
   * @return null if none can be made that says just that
   */
  static @Nullable Throwable of(
      Class<?> type, MaskedThrowable.Texts texts, @Nullable Throwable cause) {
    if (type.getName().startsWith("java.")) {
      return ofTheJdk(type, texts, cause);
    }
    Constructor<?> defined = DEFINED.get(type);
    if (defined == null) {
      return null;
    }
    try {
      Throwable made =
          (Throwable) defined.newInstance(texts.message(), texts.localizedMessage(), texts.text());
      if (cause != null) {
        made.initCause(cause);
      }
      return texts.areThoseOf(made) ? made : null;
    } catch (ReflectiveOperationException | RuntimeException another) {
      return null; // It inherits something that others do not have.
    }
  }

  private static @Nullable Throwable ofTheJdk(
      Class<?> type, MaskedThrowable.Texts texts, @Nullable Throwable cause) {
    Constructor<?>[] constructors = type.getConstructors();
    Arrays.sort(constructors, Comparator.comparing(Constructor::getParameterCount));
    for (Constructor<?> constructor : constructors) {
      if (takesCause(constructor) == (cause != null)) {
        Throwable made = made(constructor, texts, cause);
        if (made != null) {
          return made;
        }
      }
    }
    return null;
  }

  private static boolean takesCause(Constructor<?> constructor) {
    for (Class<?> parameter : constructor.getParameterTypes()) {
      if (Throwable.class.isAssignableFrom(parameter)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Throwable made(
      Constructor<?> constructor, MaskedThrowable.Texts texts, @Nullable Throwable cause) {
    String message = texts.message();
    Throwable made = made(constructor, texts, cause, message, "");
    for (String separator : SEPARATORS) {
      int end = made == null && message != null ? message.indexOf(separator) : -1;
      if (message != null && end >= 0) {
        String first = message.substring(0, end);
        String second = message.substring(end + separator.length());
        made = made(constructor, texts, cause, first, second);
        if (made == null) {
          made = made(constructor, texts, cause, second, first);
        }
      }
    }
    return made;
  }

  private static @Nullable Throwable made(
      Constructor<?> constructor,
      MaskedThrowable.Texts texts,
      @Nullable Throwable cause,
      @Nullable String first,
      @Nullable String second) {
    Class<?>[] parameters = constructor.getParameterTypes();
    @Nullable Object[] arguments = new Object[parameters.length];
    boolean isFirst = true;
    for (int i = 0; i < parameters.length; i++) {
      Class<?> parameter = parameters[i];
      if (parameter == String.class || parameter == Object.class) {
        arguments[i] = isFirst ? first : second;
        isFirst = false;
      } else if (parameter == CharSequence.class) {
        arguments[i] = "";
      } else if (parameter == int.class) {
        arguments[i] = -1;
      } else if (parameter.isInstance(cause)) {
        arguments[i] = cause;
      } else if (parameter.isPrimitive() || Throwable.class.isAssignableFrom(parameter)) {
        return null;
      }
    }
    try {
      Throwable made = (Throwable) constructor.newInstance(arguments);
      return texts.areThoseOf(made) ? made : null;
    } catch (ReflectiveOperationException | RuntimeException another) {
      return null;
    }
  }
}

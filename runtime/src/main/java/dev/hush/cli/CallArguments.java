package dev.hush.cli;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretRuntimeLink;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.function.ClassFile;
import dev.hush.function.SecretReference;
import dev.hush.resolve.Expressions;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a function's arguments of the options {@code --name=value} and {@code --name value} of a
 * command line.
 *
 * <p>What is for a {@code Secret}, or for a parameter with {@code @SecretRef}, is an address; it is
 * read, and registered for masking, before the function is called. What is typed is repeated in no
 * message.
 */
final class CallArguments {

  private static final Expressions EXPRESSIONS =
      new Expressions() {
        @Override
        public String evaluated(String name, String text) {
          return SecretRuntimeLink.evaluated(text);
        }

        @Override
        public String masked(String evaluated) {
          return SecretRuntimeLink.masked(evaluated);
        }
      };

  /** Put together at run time: as a constant it would be relocated in the agent's jar. */
  private static final String SECRET = String.join(".", "dev", "hush", "Secret");

  private final Method method;
  private final List<ClassFile.Parameter> parameters;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();

  CallArguments(Method method, List<ClassFile.Parameter> parameters) {
    this.method = method;
    this.parameters = parameters;
    for (int i = 0; i < parameters.size(); i++) {
      if (indexes.put(option(i), i) != null) {
        throw new CallRefusedException(
            "two parameters of " + method.getName() + " are " + option(i) + ": rename one of them");
      }
    }
  }

  /** Whether the function has an option of this name. */
  boolean has(String option) {
    return indexes.containsKey(option);
  }

  /**
   * The arguments, in their order.
   *
   * @throws CallRefusedException if the words are not what the function takes
   * @throws SecretException if a secret cannot be had
   */
  Object[] of(List<String> words) {
    Map<Integer, List<String>> given = given(words);
    Object[] arguments = new Object[parameters.size()];
    Type[] types = method.getGenericParameterTypes();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      Object argument = argument(i, types[i], given.getOrDefault(i, List.of()));
      if (argument == null) {
        missing.add(option(i) + "=" + FunctionText.kind(parameters.get(i)));
      } else {
        arguments[i] = argument;
      }
    }
    if (!missing.isEmpty()) {
      throw new CallRefusedException("missing: " + String.join(", ", missing) + seeHelp());
    }
    return arguments;
  }

  private Map<Integer, List<String>> given(List<String> words) {
    Map<Integer, List<String>> given = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      Integer index = indexes.get(name);
      if (index == null) {
        throw new CallRefusedException(notKnown(name));
      }
      String value;
      if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (isFlag(index)
          && !(i + 1 < words.size() && words.get(i + 1).matches("true|false"))) {
        value = "true";
      } else if (++i < words.size()) {
        value = words.get(i);
      } else {
        throw new CallRefusedException(
            name + " says nothing: " + name + "=" + FunctionText.kind(parameters.get(index)));
      }
      List<String> all = given.computeIfAbsent(index, none -> new ArrayList<>());
      all.add(value);
      if (all.size() > 1 && !isRepeatable(method.getParameterTypes()[index])) {
        throw new CallRefusedException(name + " is given twice");
      }
    }
    return given;
  }

  private String notKnown(String name) {
    boolean isOption = name.matches("--[a-zA-Z][\\w-]{0,40}");
    List<String> near = isOption ? NearNames.of(name, indexes.keySet()) : List.of();
    return (isOption ? name : SafeText.abbreviated(name))
        + " is no option of "
        + method.getName()
        + (near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)")
        + seeHelp();
  }

  private String seeHelp() {
    boolean isNamed =
        parameters.stream().noneMatch(parameter -> parameter.name().matches("arg\\d+"));
    return "\n  "
        + (indexes.isEmpty() ? "it has none" : "it takes " + String.join(", ", indexes.keySet()))
        + (isNamed ? "" : "; compile it with -parameters or -g, and they have their own names");
  }

  private boolean isFlag(int index) {
    Class<?> type = method.getParameterTypes()[index];
    return type == boolean.class || type == Boolean.class;
  }

  private static boolean isRepeatable(Class<?> type) {
    return type.isArray() || type.isAssignableFrom(List.class) || type == Set.class;
  }

  private String option(int index) {
    return "--" + Application.commandName(parameters.get(index).name());
  }

  /** Null if nothing is given and there is nothing that stands for it. */
  private @Nullable Object argument(int index, Type type, List<String> given) {
    Class<?> raw = raw(type);
    SecretReference reference = parameters.get(index).secret();
    if (raw == Optional.class) {
      boolean isLeftOut = given.isEmpty() && (reference == null || isAbsent(reference));
      return Optional.ofNullable(isLeftOut ? null : one(index, element(type), given));
    }
    if (isRepeatable(raw) && raw != Object.class) {
      Class<?> element = raw.isArray() ? raw.getComponentType() : raw(element(type));
      List<Object> all = new ArrayList<>();
      for (String each : given) {
        Object converted = one(index, element, List.of(each));
        if (converted != null) {
          all.add(converted);
        }
      }
      if (!raw.isArray()) {
        return raw == Set.class ? new LinkedHashSet<>(all) : all;
      }
      Object array = Array.newInstance(element, all.size());
      for (int i = 0; i < all.size(); i++) {
        Array.set(array, i, all.get(i));
      }
      return array;
    }
    return given.isEmpty() && raw == boolean.class && reference == null
        ? Boolean.FALSE
        : one(index, type, given);
  }

  private @Nullable Object one(int index, Type type, List<String> given) {
    Class<?> raw = raw(type);
    SecretReference reference = parameters.get(index).secret();
    boolean isSecret = raw.getName().equals(SECRET);
    if (!isSecret && reference == null) {
      return given.isEmpty() ? null : converted(index, raw, given.get(0));
    }
    Secret secret = null;
    if (!given.isEmpty()) {
      secret = Secret.fromAddress(given.get(0));
    } else if (reference != null && (isSecret || !isAbsent(reference))) {
      secret = declared(reference);
    }
    if (secret == null) {
      return null;
    }
    return isSecret
        ? ofTheApplication(raw, variables(index, secret))
        : converted(index, raw, secret.plaintext());
  }

  private static Secret declared(SecretReference reference) {
    return reference.evaluated(EXPRESSIONS).secret();
  }

  private static boolean isAbsent(SecretReference reference) {
    return reference.optional() && declared(reference).values().isEmpty();
  }

  /** Fetched once, here: a second run of a command may give another value, or ask again. */
  private Map<String, String> variables(int index, Secret secret) {
    try {
      String key =
          option(index).substring(2).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
      return Map.of(key, secret.plaintext());
    } catch (InvalidSecretException severalValues) {
      return secret.values();
    }
  }

  /** A secret as the application's own copy of the class has it. */
  private static Object ofTheApplication(Class<?> type, Map<String, String> variables) {
    try {
      return type.getMethod("fromMap", Map.class).invoke(null, variables);
    } catch (ReflectiveOperationException otherVersion) {
      throw new CallRefusedException(
          "the application's hush-runtime is of another version than this command");
    }
  }

  private Object converted(int index, Class<?> type, String text) {
    try {
      return TextConversion.to(type, text);
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException none) {
      throw new CallRefusedException(
          option(index)
              + " is of the type "
              + type.getTypeName()
              + ", which no command line can give: change it, or call the function from code");
    } catch (ReflectiveOperationException | RuntimeException no) {
      // Without its message, which quotes the text.
      throw new CallRefusedException(
          option(index)
              + " is not what it must be: "
              + FunctionText.kind(type.getTypeName())
              + TextConversion.choices(type));
    }
  }

  private static Class<?> raw(Type type) {
    return type instanceof Class<?> plain
        ? plain
        : type instanceof ParameterizedType generic
            ? (Class<?>) generic.getRawType()
            : Object.class;
  }

  private static Type element(Type type) {
    return type instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : String.class;
  }
}

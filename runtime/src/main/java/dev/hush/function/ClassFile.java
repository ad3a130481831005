package dev.hush.function;

import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a class file says about functions and their parameters (JVMS 4), read without loading the
 * class, whose libraries may be missing.
 *
 * <p>A parameter's name is in the class file if it was compiled with {@code -parameters}, or with
 * {@code -g}, as Maven and Gradle do; if not, it is {@code arg0} and so on, as in the JDK's
 * reflection.
 */
public final class ClassFile {

  private static final String FUNCTION = "Ldev/hush/annotations/Function;";
  private static final String SECRET_REFERENCE = "Ldev/hush/annotations/SecretRef;";
  private static final String ANNOTATIONS = "RuntimeVisibleAnnotations";

  /**
   * @param name as in the source, if the class file has it
   * @param type the binary name of its type, as in {@code int}, {@code java.lang.String[]}
   * @param secret what its own {@code @SecretRef} declares; null: it has none
   */
  public record Parameter(String name, String type, @Nullable SecretReference secret) {}

  private record Annotation(String type, Map<String, Object> members) {}

  private final ByteBuffer file;
  private final int[] constants;
  private final List<MethodDeclaration> methods = new ArrayList<>();
  private final Map<String, List<Parameter>> parameters = new HashMap<>();
  private final Map<String, FunctionAnnotation> fields = new LinkedHashMap<>();
  private final String name;
  private @Nullable FunctionAnnotation function;

  private ClassFile(byte[] classFile) {
    file = ByteBuffer.wrap(classFile).position(8);
    constants = new int[number()];
    for (int i = 1; i < constants.length; i++) {
      constants[i] = file.position();
      int tag = file.get();
      boolean isWide = tag == 5 || tag == 6;
      skip(
          switch (tag) {
            case 1 -> number();
            case 5, 6 -> 8;
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            default -> 4;
          });
      i += isWide ? 1 : 0;
    }
    skip(2);
    name = text(file.getShort(constants[number()] + 1) & 0xffff).replace('/', '.');
    skip(2);
    skip(2 * number());
    for (int count = number(); count > 0; count--) {
      readField();
    }
    for (int count = number(); count > 0; count--) {
      readMethod();
    }
    attributes(
        (attribute, length) -> {
          if (attribute.equals(ANNOTATIONS)) {
            function = function(annotations());
          }
        });
  }

  private void readField() {
    skip(2);
    String field = text(number());
    skip(2);
    attributes(
        (attribute, length) -> {
          FunctionAnnotation annotated =
              attribute.equals(ANNOTATIONS) ? function(annotations()) : null;
          if (annotated != null) {
            fields.put(field, annotated);
          }
        });
  }

  /**
   * Reads a class file.
   *
   * @throws RuntimeException if it is none
   */
  public static ClassFile read(byte[] classFile) {
    return new ClassFile(classFile);
  }

  /** The type and its methods, as far as functions are concerned. */
  public TypeDeclaration declaration() {
    return TypeDeclaration.of(name, function, methods, fields);
  }

  /** The parameters of a method that the type declares; empty if it declares none of that name. */
  public List<Parameter> parameters(String method, String descriptor) {
    return parameters.getOrDefault(method + descriptor, List.of());
  }

  /** What a method's attributes say. */
  private static final class MethodAttributes {
    private List<Annotation> own = List.of();
    private List<String> names = List.of();
    private List<List<Annotation>> annotations = List.of();
    private final Map<Integer, String> variables = new TreeMap<>();
    private final List<String> variablesToTheEnd = new ArrayList<>();
  }

  private void readMethod() {
    int modifiers = number();
    String method = text(number());
    String descriptor = text(number());
    MethodAttributes found = new MethodAttributes();
    attributes(
        (attribute, length) -> {
          switch (attribute) {
            case ANNOTATIONS -> found.own = annotations();
            case "RuntimeVisibleParameterAnnotations" -> {
              found.annotations = new ArrayList<>();
              for (int count = file.get() & 0xff; count > 0; count--) {
                found.annotations.add(annotations());
              }
            }
            case "MethodParameters" -> {
              found.names = new ArrayList<>();
              for (int count = file.get() & 0xff; count > 0; count--) {
                int index = number();
                found.names.add(index == 0 ? "" : text(index));
                skip(2);
              }
            }
            case "Code" -> readVariables(found);
            default -> {}
          }
        });
    if (!isTraitBridge(found.own)) {
      MethodDeclaration declared =
          new MethodDeclaration(method, descriptor, modifiers, function(found.own));
      boolean isInline = found.variablesToTheEnd.stream().anyMatch(declared::isInlinedBy);
      methods.add(
          isInline
              ? new MethodDeclaration(method, descriptor, modifiers, declared.function(), true)
              : declared);
    }
    List<Parameter> all = new ArrayList<>();
    int place = Modifier.isStatic(modifiers) ? 0 : 1;
    for (String type : types(descriptor)) {
      int index = all.size();
      String given =
          index < found.names.size()
              ? found.names.get(index)
              : found.variables.getOrDefault(place, "");
      all.add(
          new Parameter(
              given.isEmpty() ? "arg" + index : given,
              type,
              index < found.annotations.size() ? secret(found.annotations.get(index)) : null));
      place += type.equals("long") || type.equals("double") ? 2 : 1;
    }
    parameters.put(method + descriptor, List.copyOf(all));
  }

  /** The names of the variables that are there from the beginning, by their places (4.7.13). */
  private void readVariables(MethodAttributes found) {
    skip(4);
    int codeLength = file.getInt();
    skip(codeLength);
    skip(8 * number());
    attributes(
        (attribute, length) -> {
          if (attribute.equals("LocalVariableTable")) {
            for (int count = number(); count > 0; count--) {
              int start = number();
              int end = start + number();
              String variable = text(number());
              skip(2);
              int place = number();
              if (start == 0) {
                found.variables.put(place, variable);
              }
              if (end == codeLength) {
                found.variablesToTheEnd.add(variable);
              }
            }
          }
        });
  }

  private void attributes(BiConsumer<String, Integer> reader) {
    for (int count = number(); count > 0; count--) {
      String attribute = text(number());
      int length = file.getInt();
      int end = file.position() + length;
      reader.accept(attribute, length);
      file.position(end);
    }
  }

  private List<Annotation> annotations() {
    List<Annotation> annotations = new ArrayList<>();
    for (int count = number(); count > 0; count--) {
      annotations.add(annotation());
    }
    return annotations;
  }

  private Annotation annotation() {
    String type = text(number());
    Map<String, Object> members = new LinkedHashMap<>();
    for (int count = number(); count > 0; count--) {
      members.put(text(number()), value());
    }
    return new Annotation(type, members);
  }

  /** A text, a truth value, a reference, or a list of these; of anything else its type. */
  private Object value() {
    int tag = file.get();
    switch (tag) {
      case 's':
        return text(number());
      case 'Z':
        return file.getInt(constants[number()] + 1) != 0;
      case '@':
        Annotation annotation = annotation();
        return annotation.type().equals(SECRET_REFERENCE)
            ? SecretReference.of(annotation.members())
            : tag;
      case '[':
        List<Object> values = new ArrayList<>();
        for (int count = number(); count > 0; count--) {
          values.add(value());
        }
        return values;
      case 'e':
        skip(4);
        return tag;
      default:
        skip(2);
        return tag;
    }
  }

  private static boolean isTraitBridge(List<Annotation> annotations) {
    return annotations.stream()
        .anyMatch(annotation -> annotation.type().equals(TypeDeclaration.TRAIT_BRIDGE));
  }

  private static @Nullable FunctionAnnotation function(List<Annotation> annotations) {
    for (Annotation annotation : annotations) {
      if (annotation.type().equals(FUNCTION)) {
        return FunctionAnnotation.of(annotation.members());
      }
    }
    return null;
  }

  private static @Nullable SecretReference secret(List<Annotation> annotations) {
    for (Annotation annotation : annotations) {
      if (annotation.type().equals(SECRET_REFERENCE)) {
        return SecretReference.of(annotation.members());
      }
    }
    return null;
  }

  /** The types in a method descriptor's parentheses (4.3.3). */
  private static List<String> types(String descriptor) {
    List<String> types = new ArrayList<>();
    int position = 1;
    while (descriptor.charAt(position) != ')') {
      int dimensions = 0;
      while (descriptor.charAt(position) == '[') {
        dimensions++;
        position++;
      }
      int end = descriptor.charAt(position) == 'L' ? descriptor.indexOf(';', position) : position;
      String type =
          switch (descriptor.charAt(position)) {
            case 'Z' -> "boolean";
            case 'B' -> "byte";
            case 'C' -> "char";
            case 'S' -> "short";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'F' -> "float";
            case 'D' -> "double";
            default -> descriptor.substring(position + 1, end).replace('/', '.');
          };
      types.add(type + "[]".repeat(dimensions));
      position = end + 1;
    }
    return types;
  }

  private int number() {
    return file.getShort() & 0xffff;
  }

  private void skip(int bytes) {
    file.position(file.position() + bytes);
  }

  private String text(int index) {
    int start = constants[index] + 1;
    try {
      return new DataInputStream(
              new ByteArrayInputStream(file.array(), start, file.array().length - start))
          .readUTF();
    } catch (IOException broken) {
      throw new IllegalArgumentException("no class file", broken);
    }
  }
}

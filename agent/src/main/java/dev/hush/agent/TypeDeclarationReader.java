package dev.hush.agent;

import dev.hush.function.ClassFileConstants;
import dev.hush.function.SecretReference;
import dev.hush.function.TypeDeclaration;
import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a class file says about functions, how many variables each method has, and what tells
 * a compiler's class from a generator's.
 */
final class TypeDeclarationReader extends ClassVisitor {

  /** As it stands in a class file that has the annotation. */
  static final String FUNCTION = "Ldev/hush/annotations/Function;";

  /** On what Kotlin's compiler has made. */
  private static final byte[] KOTLIN = "Lkotlin/Metadata;".getBytes(StandardCharsets.US_ASCII);

  private static final String SECRET_REFERENCE = "Ldev/hush/annotations/SecretRef;";

  /** Stands for the value of a member that is of no kind that is known. */
  private static final Object UNKNOWN = new Object();

  private final List<MethodDeclaration> methods = new ArrayList<>();
  private final Map<String, FunctionAnnotation> fields = new LinkedHashMap<>();
  private final Map<String, Integer> variables = new HashMap<>();
  private final List<String> supertypes = new ArrayList<>();
  private String name = "";
  private boolean isSynthetic;
  private boolean hasLines;
  private @Nullable FunctionAnnotation function;

  TypeDeclarationReader() {
    super(Opcodes.ASM9);
  }

  /** What a class file says. */
  static TypeDeclaration read(byte[] classFile) {
    TypeDeclarationReader reader = new TypeDeclarationReader();
    boolean isKotlin = ClassFileConstants.mention(classFile, KOTLIN);
    new ClassReader(classFile)
        .accept(
            reader,
            isKotlin
                ? ClassReader.SKIP_FRAMES
                : ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return reader.declaration();
  }

  /** The same with everything that this knows. */
  static TypeDeclarationReader readAll(byte[] classFile) {
    TypeDeclarationReader reader = new TypeDeclarationReader();
    new ClassReader(classFile).accept(reader, ClassReader.SKIP_FRAMES);
    return reader;
  }

  TypeDeclaration declaration() {
    return TypeDeclaration.of(name, function, methods, fields);
  }

  /** The names of its superclass and interfaces. */
  List<String> supertypes() {
    return supertypes;
  }

  /** Whether it says that no source declares it. */
  boolean isSynthetic() {
    return isSynthetic;
  }

  /** Whether a line of a source is known to it. */
  boolean hasLines() {
    return hasLines;
  }

  /** The number of places that the variables of a method take, by its name and descriptor. */
  Map<String, Integer> variables() {
    return variables;
  }

  @Override
  public void visit(
      int version,
      int access,
      String internalName,
      @Nullable String signature,
      @Nullable String superName,
      String @Nullable [] interfaces) {
    name = internalName.replace('/', '.');
    isSynthetic = (access & Opcodes.ACC_SYNTHETIC) != 0;
    if (superName != null) {
      supertypes.add(superName.replace('/', '.'));
    }
    for (int i = 0; interfaces != null && i < interfaces.length; i++) {
      supertypes.add(interfaces[i].replace('/', '.'));
    }
  }

  @Override
  public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
    return descriptor.equals(FUNCTION) ? new FunctionReader(found -> function = found) : null;
  }

  @Override
  public @Nullable FieldVisitor visitField(
      int access,
      String field,
      String descriptor,
      @Nullable String signature,
      @Nullable Object value) {
    return new FieldVisitor(Opcodes.ASM9) {
      @Override
      public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
        return type.equals(FUNCTION) ? new FunctionReader(found -> fields.put(field, found)) : null;
      }
    };
  }

  @Override
  public MethodVisitor visitMethod(
      int access,
      String method,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    return new MethodVisitor(Opcodes.ASM9) {
      private final MethodDeclaration plain =
          new MethodDeclaration(method, descriptor, access, null);
      private @Nullable FunctionAnnotation annotation;
      private @Nullable Label end;
      private boolean isTraitBridge;
      private boolean isInline;

      @Override
      public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
        isTraitBridge |= type.equals(TypeDeclaration.TRAIT_BRIDGE);
        return type.equals(FUNCTION) ? new FunctionReader(found -> annotation = found) : null;
      }

      @Override
      public void visitLineNumber(int line, Label start) {
        hasLines = true;
      }

      @Override
      public void visitLabel(Label label) {
        end = label;
      }

      @Override
      public void visitLocalVariable(
          String variable,
          String type,
          @Nullable String signatureOfVariable,
          Label start,
          Label last,
          int index) {
        isInline |= last == end && plain.isInlinedBy(variable);
      }

      @Override
      public void visitMaxs(int maxStack, int maxLocals) {
        variables.put(method + descriptor, maxLocals);
      }

      @Override
      public void visitEnd() {
        if (!isTraitBridge) {
          methods.add(new MethodDeclaration(method, descriptor, access, annotation, isInline));
        }
      }
    };
  }

  /** Reads a {@code @Function}. */
  private static final class FunctionReader extends MembersReader {
    private final Consumer<FunctionAnnotation> found;

    FunctionReader(Consumer<FunctionAnnotation> found) {
      this.found = found;
    }

    @Override
    public void visitEnd() {
      found.accept(FunctionAnnotation.of(members));
    }
  }

  /** Reads the members of an annotation, as {@link SecretReference#of} takes them. */
  private abstract static class MembersReader extends AnnotationVisitor {
    final Map<String, Object> members = new LinkedHashMap<>();

    MembersReader() {
      super(Opcodes.ASM9);
    }

    @Override
    public void visit(@Nullable String member, Object value) {
      // A list of numbers is given as an array, which is none of the kinds that are known.
      members.put(String.valueOf(member), value);
    }

    @Override
    public void visitEnum(@Nullable String member, String descriptor, String value) {
      members.put(String.valueOf(member), UNKNOWN);
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(@Nullable String member, String descriptor) {
      members.put(String.valueOf(member), UNKNOWN);
      return null;
    }

    @Override
    public AnnotationVisitor visitArray(String member) {
      List<Object> values = new ArrayList<>();
      members.put(member, values);
      return new AnnotationVisitor(Opcodes.ASM9) {
        @Override
        public void visit(@Nullable String none, Object value) {
          values.add(value);
        }

        @Override
        public void visitEnum(@Nullable String none, String descriptor, String value) {
          values.add(UNKNOWN);
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(
            @Nullable String none, String descriptor) {
          if (!descriptor.equals(SECRET_REFERENCE)) {
            values.add(UNKNOWN);
            return null;
          }
          return new ReferenceReader(values);
        }
      };
    }
  }

  /** Reads a {@code @SecretRef}. */
  private static final class ReferenceReader extends MembersReader {
    private final List<Object> found;

    ReferenceReader(List<Object> found) {
      this.found = found;
    }

    @Override
    public void visitEnd() {
      found.add(SecretReference.of(members));
    }
  }
}

package dev.hush.agent;

import dev.hush.function.SecretReference;
import dev.hush.function.TypeDeclaration;
import dev.hush.function.TypeDeclaration.FunctionAnnotation;
import dev.hush.function.TypeDeclaration.MethodDeclaration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Reads what a class file says about functions, and how many variables each method has. */
final class TypeDeclarationReader extends ClassVisitor {

  /** As it stands in a class file that has the annotation. */
  static final String FUNCTION = "Ldev/hush/annotations/Function;";

  private final List<MethodDeclaration> methods = new ArrayList<>();
  private final Map<String, Integer> variables = new HashMap<>();
  private String name = "";
  private @Nullable FunctionAnnotation function;

  TypeDeclarationReader() {
    super(Opcodes.ASM9);
  }

  /** What a class file says. */
  static TypeDeclaration read(byte[] classFile) {
    TypeDeclarationReader reader = new TypeDeclarationReader();
    new ClassReader(classFile)
        .accept(reader, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return reader.declaration();
  }

  TypeDeclaration declaration() {
    return new TypeDeclaration(name, function, methods);
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
  }

  @Override
  public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
    return descriptor.equals(FUNCTION) ? new FunctionReader(found -> function = found) : null;
  }

  @Override
  public MethodVisitor visitMethod(
      int access,
      String method,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    return new MethodVisitor(Opcodes.ASM9) {
      private @Nullable FunctionAnnotation annotation;

      @Override
      public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
        return type.equals(FUNCTION) ? new FunctionReader(found -> annotation = found) : null;
      }

      @Override
      public void visitMaxs(int maxStack, int maxLocals) {
        variables.put(method + descriptor, maxLocals);
      }

      @Override
      public void visitEnd() {
        methods.add(new MethodDeclaration(method, descriptor, access, annotation));
      }
    };
  }

  private static final class FunctionReader extends AnnotationVisitor {
    private final Consumer<FunctionAnnotation> found;
    private final List<SecretReference> secrets = new ArrayList<>();
    private String name = "";

    FunctionReader(Consumer<FunctionAnnotation> found) {
      super(Opcodes.ASM9);
      this.found = found;
    }

    @Override
    public void visit(@Nullable String member, Object value) {
      if ("name".equals(member)) {
        name = (String) value;
      }
    }

    @Override
    public @Nullable AnnotationVisitor visitArray(String member) {
      return !member.equals("secrets")
          ? null
          : new AnnotationVisitor(Opcodes.ASM9) {
            @Override
            public AnnotationVisitor visitAnnotation(@Nullable String none, String descriptor) {
              return new ReferenceReader(secrets::add);
            }
          };
    }

    @Override
    public void visitEnd() {
      found.accept(new FunctionAnnotation(name, List.copyOf(secrets)));
    }
  }

  private static final class ReferenceReader extends AnnotationVisitor {
    private final Consumer<SecretReference> found;
    private final Map<String, Object> members = new HashMap<>();

    ReferenceReader(Consumer<SecretReference> found) {
      super(Opcodes.ASM9);
      this.found = found;
    }

    @Override
    public void visit(@Nullable String member, Object value) {
      members.put(String.valueOf(member), value);
    }

    @Override
    public AnnotationVisitor visitArray(String member) {
      List<String> texts = new ArrayList<>();
      members.put(member, texts);
      return new AnnotationVisitor(Opcodes.ASM9) {
        @Override
        public void visit(@Nullable String none, Object value) {
          texts.add((String) value);
        }
      };
    }

    @Override
    public void visitEnd() {
      found.accept(
          new SecretReference(
              text("value"),
              text("as"),
              text("environment"),
              texts("requiredKeys"),
              texts("visible"),
              Boolean.TRUE.equals(members.get("optional"))));
    }

    private String text(String member) {
      return members.get(member) instanceof String text ? text : "";
    }

    @SuppressWarnings("unchecked")
    private List<String> texts(String member) {
      return members.get(member) instanceof List<?> texts
          ? List.copyOf((List<String>) texts)
          : List.of();
    }
  }
}

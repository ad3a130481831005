package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** What a class in memory repeats counts as the loader has it that the class is in. */
class KnownTypesTest {

  private final List<String> warnings = new ArrayList<>();
  private final KnownTypes types = new KnownTypes(warnings::add);

  private static final class Loader extends ClassLoader {
    Loader(ClassLoader parent) {
      super(parent);
    }
  }

  /** One without lines, whose only method is a function with this secret. */
  private static TypeDeclarationReader type(String name, String supertype, String secret) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, supertype, null);
    MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC, "run", "()V", null, null);
    AnnotationVisitor function = method.visitAnnotation(TypeDeclarationReader.FUNCTION, true);
    AnnotationVisitor secrets = function.visitArray("secrets");
    AnnotationVisitor reference = secrets.visitAnnotation(null, "Ldev/hush/annotations/SecretRef;");
    reference.visit("value", secret);
    reference.visitEnd();
    secrets.visitEnd();
    function.visitEnd();
    method.visitCode();
    method.visitInsn(Opcodes.RETURN);
    method.visitMaxs(0, 1);
    method.visitEnd();
    return TypeDeclarationReader.readAll(writer.toByteArray());
  }

  private int functions(ClassLoader loader, TypeDeclarationReader type) {
    return types.declared(loader, type).functions().size();
  }

  @Test
  void anotherLoadersVersionOfASupertypeDoesNotCount() {
    ClassLoader before = new Loader(KnownTypesTest.class.getClassLoader());
    ClassLoader now = new Loader(KnownTypesTest.class.getClassLoader());
    assertThat(functions(before, type("p/Base", "java/lang/Object", "env:OLD"))).isOne();
    assertThat(functions(now, type("p/Base", "java/lang/Object", "env:NEW"))).isOne();

    assertThat(functions(now, type("p/Copy", "p/Base", "env:NEW"))).isZero();
    assertThat(functions(now, type("p/Own", "p/Base", "env:OLD"))).isOne();
    assertThat(functions(new Loader(now), type("p/CopyBelow", "p/Base", "env:NEW"))).isZero();
    assertThat(functions(before, type("p/Copy", "p/Base", "env:OLD"))).isZero();
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatMayBeACopyOfWhatCannotBeReadIsNoFunctionAndTold() {
    ClassLoader loader = new Loader(KnownTypesTest.class.getClassLoader());

    assertThat(functions(loader, type("p/Lost", "p/Nowhere", "env:A"))).isZero();
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("@Function on p.Lost has no effect")
        .contains("p.Nowhere")
        .endsWith("compile it with -g");
  }
}

package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, because a class of another version is not what the agent knows. */
class WeaverTest {

  private static final String SANITIZER = "org/springframework/boot/actuate/endpoint/Sanitizer";

  private final List<String> refusals = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private boolean replaced;
  private final Weaver weaver =
      new Weaver(
          Hooks.byType(),
          new FunctionWeaving(function -> 0, line -> {}),
          (type, domain) -> {},
          refusals::add,
          warnings::add,
          () -> replaced = true,
          () -> {},
          type -> List.of(),
          type -> false);

  /** Those whose class is in this JVM, or on the class path. */
  static Stream<Hook> hooks() {
    return Hooks.byType().values().stream()
        .flatMap(List::stream)
        // That of log4j-over-slf4j, which the tests have, has nothing in it.
        .filter(hook -> !hook.type().startsWith("org/apache/log4j/"))
        .filter(hook -> ClassLoader.getSystemResource(hook.type() + ".class") != null);
  }

  private static byte[] classFile(String type) {
    try (InputStream stream = ClassLoader.getSystemResourceAsStream(type + ".class")) {
      return Objects.requireNonNull(stream).readAllBytes();
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private byte @Nullable [] transform(String type, byte[] classFile) {
    return weaver.transform(Object.class.getModule(), null, type, null, null, classFile);
  }

  @ParameterizedTest
  @MethodSource("hooks")
  void aClassThatIsKnownIsWoven(Hook hook) {
    assertThat(transform(hook.type(), classFile(hook.type()))).isNotNull();
    assertThat(refusals).isEmpty();
  }

  static Stream<Hook> hooksThatMayBeMissing() {
    // Every class has a constructor without parameters or is not made without any.
    return hooks().filter(hook -> !hook.method().equals("<init>"));
  }

  @ParameterizedTest
  @MethodSource("hooksThatMayBeMissing")
  void aMissingMethodIsNamed(Hook hook) {
    byte[] doctored = renamed(classFile(hook.type()));

    byte[] woven = transform(hook.type(), doctored);

    String missing = "this version has no " + hook.typeName() + ".";
    if (hook.absence() == Hook.Absence.FINE) {
      assertThat(warnings).isEmpty();
      assertThat(refusals).isEmpty();
    } else if (hook.absence() != Hook.Absence.REFUSED) {
      assertThat(warnings).singleElement().asString().startsWith(missing);
      assertThat(refusals).isEmpty();
    } else {
      assertThat(woven).isNull();
      assertThat(refusals).singleElement().asString().startsWith(missing);
    }
  }

  @Test
  void aClassFileThatCannotBeReadIsRefused() {
    transform("java/lang/System", new byte[] {1, 2, 3});

    assertThat(refusals).singleElement().asString().contains("java.lang.System cannot be woven");
  }

  /** As from Java 26 on, where the JVM is ended by another thread. */
  @Test
  void aClassThatIsRefusedIsNotLoadedEvenIfTheJvmIsStillThere() {
    Weaver ending =
        new Weaver(
            Hooks.byType(),
            new FunctionWeaving(function -> 0, line -> {}),
            (type, domain) -> {},
            reason -> false,
            warnings::add,
            () -> {},
            () -> {},
            type -> List.of(),
            name -> false);
    byte[] unreadable = {1, 2, 3};
    String type = "java/lang/System";
    Module module = Object.class.getModule();

    assertThat(ending.transform(module, null, type, null, null, unreadable))
        .isNotNull()
        .doesNotContain(0xca);
    assertThat(ending.transform(module, null, type, Object.class, null, unreadable)).isNotNull();
  }

  @Test
  void tellsWhenSomebodyHasReplacedTheProcessEnvironment() throws ClassNotFoundException {
    String type = "java/lang/ProcessEnvironment";
    transform(type, new byte[0]);
    assertThat(replaced).isFalse();

    Class<?> loaded = Class.forName(type.replace('/', '.'));
    weaver.transform(Object.class.getModule(), null, type, loaded, null, new byte[0]);
    assertThat(replaced).isTrue();
  }

  static Stream<String> sanitizers() {
    return Stream.of(
        "(L" + SANITIZER.replace("Sanitizer", "SanitizableData") + ";Z)Ljava/lang/Object;",
        "(L" + SANITIZER.replace("Sanitizer", "SanitizableData") + ";)Ljava/lang/Object;",
        "(Ljava/lang/String;Ljava/lang/Object;)Ljava/lang/Object;");
  }

  @ParameterizedTest
  @MethodSource("sanitizers")
  void ofVariantsOneIsEnough(String descriptor) {
    ClassWriter sanitizer = new ClassWriter(0);
    sanitizer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, SANITIZER, null, "java/lang/Object", null);
    MethodVisitor method =
        sanitizer.visitMethod(Opcodes.ACC_PUBLIC, "sanitize", descriptor, null, null);
    method.visitCode();
    method.visitInsn(Opcodes.ACONST_NULL);
    method.visitInsn(Opcodes.ARETURN);
    method.visitMaxs(1, 3);
    method.visitEnd();

    byte[] woven = transform(SANITIZER, sanitizer.toByteArray());

    assertThat(refusals).isEmpty();
    assertThat(new String(woven, StandardCharsets.ISO_8859_1)).contains("$HushBridge");
  }

  /** The class as a version would be that calls everything otherwise. */
  private static byte[] renamed(byte[] classFile) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                MethodVisitor next =
                    super.visitMethod(access, other(name), descriptor, signature, exceptions);
                return new MethodVisitor(Opcodes.ASM9, next) {
                  @Override
                  public void visitMethodInsn(
                      int opcode, String owner, String called, String its, boolean isInterface) {
                    super.visitMethodInsn(opcode, owner, other(called), its, isInterface);
                  }
                };
              }
            },
            0);
    return writer.toByteArray();
  }

  private static String other(String name) {
    return name.startsWith("<") ? name : name + "Otherwise";
  }
}

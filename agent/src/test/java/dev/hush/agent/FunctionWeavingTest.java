package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a compiler produced, the JVM accepts it when it is woven: every method of every class of
 * real libraries is made a function, and the verifier judges.
 */
class FunctionWeavingTest {

  static Stream<String> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            element ->
                element.matches(
                    ".*(picocli|classgraph|assertj-core|logback-core|byte-buddy-1)[^/]*\\.jar"));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void theVerifierAcceptsEveryMethodAsAFunction(String library) throws IOException {
    FunctionWeaving weaving = new FunctionWeaving(function -> 7, line -> {});
    WovenLoader loader = new WovenLoader();
    List<String> woven = new ArrayList<>();
    try (JarFile jar = new JarFile(library)) {
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().matches("(?!META-INF|module-info).*\\.class")) {
          byte[] classFile = jar.getInputStream(entry).readAllBytes();
          byte[] result = weaving.weave(loader, annotated(classFile));
          loader.add(entry.getName(), result == null ? classFile : result);
          if (result != null) {
            woven.add(entry.getName());
          }
        }
      }
    }
    List<String> rejected = new ArrayList<>();
    for (String name : woven) {
      try {
        // Asking for its methods links a class, and linking verifies it; nothing is initialised.
        assertThat(
                Class.forName(name.replace('/', '.').replace(".class", ""), false, loader)
                    .getDeclaredMethods())
            .isNotNull();
      } catch (VerifyError | ClassFormatError refused) {
        rejected.add(name + ": " + refused.getMessage());
      } catch (LinkageError | ClassNotFoundException missing) {
        // An optional dependency of the library that is not here.
        assertThat(missing).isNotInstanceOf(VerifyError.class);
      }
    }
    assertThat(rejected).isEmpty();
    assertThat(woven).hasSizeGreaterThan(50);
  }

  private static byte[] annotated(byte[] classFile) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public void visitEnd() {
                super.visitAnnotation(TypeDeclarationReader.FUNCTION, true).visitEnd();
                super.visitEnd();
              }
            },
            0);
    return writer.toByteArray();
  }

  private static final class WovenLoader extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    WovenLoader() {
      super(FunctionWeavingTest.class.getClassLoader());
    }

    void add(String file, byte[] classFile) {
      classes.put(file.replace('/', '.').replace(".class", ""), classFile);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] classFile = classes.get(name);
      if (classFile == null) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? defineClass(name, classFile, 0, classFile.length) : loaded;
    }
  }
}

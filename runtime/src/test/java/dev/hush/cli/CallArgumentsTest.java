package dev.hush.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.function.ClassFile;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallArgumentsTest {

  static void alike(String aB, String a_b) {}

  @Test
  void twoParametersOfOneNameCannotBeTold() throws NoSuchMethodException {
    Method method = CallArgumentsTest.class.getDeclaredMethod("alike", String.class, String.class);
    String text = String.class.getName();

    assertThatThrownBy(
            () ->
                new CallArguments(
                    method,
                    List.of(
                        new ClassFile.Parameter("aB", text, null),
                        new ClassFile.Parameter("a_b", text, null))))
        .hasMessage("two parameters of alike are --a-b: rename one of them");
  }
}

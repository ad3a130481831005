package dev.hush.function;

import java.util.List;

/**
 * One function as its source declares it.
 *
 * @param type the binary name of the type that declares it
 * @param method its name
 * @param descriptor its descriptor (JVMS 4.3.3), which tells overloads apart
 * @param name the name that commands and reports use
 * @param secrets those of the type, then those of the method
 */
public record FunctionDeclaration(
    String type, String method, String descriptor, String name, List<SecretReference> secrets) {

  public FunctionDeclaration {
    secrets = List.copyOf(secrets);
  }

  /** Whether the JVM may begin with it: JLS 12.1.4, and JEP 512 since 25. */
  boolean isMain() {
    return method.equals("main")
        && (descriptor.equals("([Ljava/lang/String;)V") || descriptor.equals("()V"));
  }

  /** {@code com.acme.Orders#report}: what reports and errors call it. */
  @Override
  public String toString() {
    return type + "#" + method;
  }
}

package dev.hush.function;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * What stands in the place of a function where a setting names secrets that are not for functions
   * alone; it has no type.
   */
  public static FunctionDeclaration ofSetting(String key) {
    return new FunctionDeclaration("", key, "", key, List.of());
  }

  /** Whether it is a setting, and no function. */
  public boolean isSetting() {
    return type.isEmpty();
  }

  /** Whether the JVM may begin with it: JLS 12.1.4, and JEP 512 since 25. */
  boolean isMain() {
    return method.equals("main")
        && (descriptor.equals("([Ljava/lang/String;)V") || descriptor.equals("()V"));
  }

  // Written out, as in SecretReference: what the compiler makes of a record is linked when it is
  // first called, and functions are looked up before the application starts. That took 40 ms.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FunctionDeclaration that
        && type.equals(that.type)
        && method.equals(that.method)
        && descriptor.equals(that.descriptor)
        && name.equals(that.name)
        && secrets.equals(that.secrets);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + method.hashCode()) + descriptor.hashCode();
  }

  /** {@code com.acme.Orders#report}: what reports and errors call it. */
  @Override
  public String toString() {
    return isSetting() ? "setting '" + name + "'" : type + "#" + method;
  }
}

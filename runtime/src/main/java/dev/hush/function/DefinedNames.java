package dev.hush.function;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Collects which of some names the code of an application may define, so that they are not missed
 * before it runs: the constants of a class hold the name and a call of {@code Secrets.define}.
 */
final class DefinedNames implements FunctionIndex.ClassFiles {

  // Put together at run time: as a constant it would be relocated with this class in the agent's
  // jar.
  private static final byte[] SECRETS = ascii(String.join("/", "dev", "hush", "Secrets"));
  private static final byte[] DEFINE = ascii("define");

  private final Collection<String> names;
  private final Set<String> found = new HashSet<>();

  DefinedNames(Collection<String> names) {
    this.names = names;
  }

  @Override
  public void read(String file, byte[] classFile) {
    try {
      if (ClassFileConstants.mention(classFile, SECRETS)
          && ClassFileConstants.mention(classFile, DEFINE)) {
        for (String name : names) {
          if (ClassFileConstants.haveLiteral(classFile, name)) {
            found.add(name);
          }
        }
      }
    } catch (IndexOutOfBoundsException cutOff) {
      // Neither can the JVM run it.
    }
  }

  Set<String> found() {
    return found;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

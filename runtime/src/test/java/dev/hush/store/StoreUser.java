package dev.hush.store;

import dev.hush.SecretExistsException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that uses a store, and prints a line for each change as soon as that is done. */
final class StoreUser {

  private StoreUser() {}

  /**
   * @param output the file that takes the lines
   */
  static Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:off", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", classPath(), StoreUser.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String classPath() {
    return System.getProperty("java.class.path") + File.pathSeparator;
  }

  public static void main(String[] arguments) {
    SecretStore store = AgeStore.in(Path.of(arguments[0]), "local");
    switch (arguments[1]) {
      case "update" -> update(store, Integer.parseInt(arguments[2]));
      case "recreate" -> recreate(store, Integer.parseInt(arguments[2]));
      case "rekey" -> rekey((AgeStore) store);
      case "contend" -> contend(store, arguments[2], Integer.parseInt(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  /** Replaces a secret whose three values always are the same number, for ever. */
  private static void update(SecretStore store, int first) {
    for (int i = first; ; i++) {
      String number = Integer.toString(i);
      store.replace("counted", Map.of("A", number, "B", number, "C", number));
      System.out.println(i);
    }
  }

  /** Makes a secret with a number and deletes it, for ever. */
  private static void recreate(SecretStore store, int first) {
    for (int i = first; ; i++) {
      String number = Integer.toString(i);
      store.create("now-and-then", Map.of("A", number, "B", number));
      System.out.println("made " + i);
      store.delete("now-and-then");
      System.out.println("deleted " + i);
    }
  }

  private static void rekey(AgeStore store) {
    while (true) {
      System.out.println(store.rekey());
    }
  }

  /** Does with the same names what other processes do, and says what of it was done. */
  private static void contend(SecretStore store, String who, int rounds) {
    for (int i = 0; i < rounds; i++) {
      store.createIfAbsent("shared", Map.of("FIRST", "1"));
      store.update("shared", Map.of("KEY_" + who + "_" + i, who));
      System.out.println("kept KEY_" + who + "_" + i);
      try {
        store.create("only-one-makes-" + i, Map.of("MAKER", who));
        System.out.println("made only-one-makes-" + i + " " + who);
      } catch (SecretExistsException another) {
        // Was faster.
      }
      try {
        store.create("comes-and-goes", Map.of("MAKER", who));
        System.out.println("came");
      } catch (SecretExistsException there) {
        try {
          store.delete("comes-and-goes");
          System.out.println("went");
        } catch (SecretNotFoundException gone) {
          // Another was faster.
        }
      }
    }
  }
}

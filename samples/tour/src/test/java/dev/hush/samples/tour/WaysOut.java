package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Logger;

/**
 * Lets a secret out in every way of the README's tables: as a function, or with the argument {@code
 * library} in {@link Secrets#call}. Each line says which way it is.
 */
public final class WaysOut {

  private WaysOut() {}

  /** Ends with an exception that nobody catches. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      asFunction();
    } else {
      Secrets.call(
          List.of(Secret.fromDotenv()),
          () -> {
            everyWay();
            return null;
          });
    }
  }

  @Function(secrets = @SecretRef("dotenv:"))
  static void asFunction() throws IOException, InterruptedException {
    everyWay();
  }

  private static void everyWay() throws IOException, InterruptedException {
    System.out.println("System.getenv: " + (System.getenv("TOKEN") != null));
    String token = String.valueOf(Secrets.getenv("TOKEN"));
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    System.out.println("System.out: " + token);
    System.err.println("System.err: " + token);
    System.out.println("Base64: " + Base64.getEncoder().encodeToString(bytes));
    System.out.println("hexadecimal: " + HexFormat.of().formatHex(bytes));
    System.out.println("URL: " + URLEncoder.encode(token, StandardCharsets.UTF_8));
    System.out.println("in part: " + token.substring(0, token.length() / 2));
    System.out.println("transformed: " + new StringBuilder(token).reverse());
    System.out.println("too short: " + Secrets.getenv("SHORT"));

    Logger log = Logger.getLogger("java.util.logging");
    log.addHandler(new FileHandler("jul.log"));
    log.info("console handler: " + token);

    try (OutputStream raw = new FileOutputStream(FileDescriptor.out)) {
      System.out.flush();
      raw.write(("FileDescriptor.out: " + token + "\n").getBytes(StandardCharsets.UTF_8));
      Files.writeString(Path.of("file"), token);
      Thread thread =
          new Thread(
              () -> System.out.println("another thread: " + (Secrets.getenv("TOKEN") != null)));
      thread.start();
      thread.join();
      new ProcessBuilder("sh", "-c", "echo child process: ${TOKEN:-false}")
          .inheritIO()
          .start()
          .waitFor();
      throw new IllegalStateException("uncaught: " + token);
    }
  }
}

package dev.hush.samples.tour;

import dev.hush.Secret;
import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.nio.file.Path;

/**
 * Reference, {@code Secret.from_dotenv}: the path is the "starting point for finding .env files.
 * Defaults to current working directory", the filename the "name of the env file to load".
 *
 * <pre>{@code
 * @app.function(secrets=[modal.Secret.from_dotenv(__file__)])
 * def run():
 *     print(os.environ["USERNAME"]) # From .env file
 *
 * # You can also specify a different filename:
 *
 * @app.function(secrets=[modal.Secret.from_dotenv(filename=".env-dev")])
 * def run():
 *     ...
 * }</pre>
 */
public final class FromDotenv {

  private FromDotenv() {}

  /**
   * Prints what each of the three forms finds.
   *
   * @param arguments a source file, which stands for {@code __file__}
   */
  public static void main(String[] arguments) {
    Path sourceFile = Path.of(arguments[0]);
    Secrets.define("working-directory", Secret.fromDotenv().visible("USERNAME"));
    Secrets.define("source-file", Secret.fromDotenv(sourceFile).visible("USERNAME"));
    Secrets.define("dev", Secret.fromDotenv(sourceFile, ".env-dev").visible("USERNAME"));
    runFromWorkingDirectory();
    runFromSourceFile();
    runWithFilename();
    runWithAddress();
  }

  @Function(secrets = @SecretRef("working-directory"))
  static void runFromWorkingDirectory() {
    System.out.println("from the working directory: " + System.getenv("USERNAME"));
  }

  @Function(secrets = @SecretRef("source-file"))
  static void runFromSourceFile() {
    System.out.println("from the source file: " + System.getenv("USERNAME"));
  }

  @Function(secrets = @SecretRef("dev"))
  static void runWithFilename() {
    System.out.println("with the filename .env-dev: " + System.getenv("USERNAME"));
  }

  /** The last of them again, with nothing but an annotation. */
  @Function(secrets = @SecretRef(value = "dotenv:.env-dev", visible = "USERNAME"))
  static void runWithAddress() {
    System.out.println("with the address: " + System.getenv("USERNAME"));
  }
}

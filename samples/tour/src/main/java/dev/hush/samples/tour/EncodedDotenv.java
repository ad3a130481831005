package dev.hush.samples.tour;

import dev.hush.Secrets;
import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;

/**
 * Kestra's page on secrets, "Convert all variables in an .env file", which a command does here:
 *
 * <pre>{@code
 * hush secret encode --from-dotenv .env --out .env_encoded
 * }</pre>
 *
 * and "Use a macro within your .env file", which keeps them readable:
 *
 * <pre>{@code
 * SECRET_MYPASSWORD={{ "password" | base64encode }}
 * }</pre>
 */
public final class EncodedDotenv {

  private static final String[] KEYS = {
    "MYPASSWORD", "GITHUB_ACCESS_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
  };

  private EncodedDotenv() {}

  /** Prints what two functions read, from a file of either kind. */
  public static void main(String[] arguments) {
    converted();
    withMacros();
  }

  @Function(secrets = @SecretRef("dotenv:.env_encoded"))
  static void converted() {
    print("converted");
  }

  @Function(secrets = @SecretRef("dotenv:.env_macros"))
  static void withMacros() {
    print("with macros");
  }

  private static void print(String kind) {
    for (String key : KEYS) {
      String value = Secrets.render("{{ secret('" + key + "') }}");
      System.out.println(kind + " " + key + ": " + value + " of " + value.length());
    }
  }
}

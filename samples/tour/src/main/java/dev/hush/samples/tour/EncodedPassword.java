package dev.hush.samples.tour;

import dev.hush.Secrets;

/**
 * Kestra's page on secrets, "Manual encoding using a CLI command".
 *
 * <pre>{@code
 * echo -n "myPrivateCode" | base64
 * export SECRET_MYPASSWORD=bXlQcml2YXRlQ29kZQ==
 * }</pre>
 *
 * "This secret can then be used in a flow using the <code>{{ secret('MYPASSWORD') }}</code> syntax,
 * and it will base64-decoded during flow execution." Other variables are <code>
 * {{ envs.lowercase_environment_variable_key }}</code>, here and in Kestra if they begin with
 * {@code ENV_}.
 */
public final class EncodedPassword {

  private EncodedPassword() {}

  /** Prints what an expression says, which is masked, and what it is. */
  public static void main(String[] arguments) {
    String password = Secrets.render("{{ secret('MYPASSWORD') }}");
    System.out.println(Secrets.render("{{envs.stage}} uses ") + password);
    System.out.println("which has " + password.length() + " characters");
    System.out.println("the variable: " + System.getenv("SECRET_MYPASSWORD"));
  }
}

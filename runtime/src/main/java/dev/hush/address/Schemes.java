package dev.hush.address;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The schemes that Hush reads itself, and what a scheme that nobody reads was meant to be. */
public final class Schemes {

  /** Without those that a {@code SecretProvider} of somebody else adds. */
  public static final List<String> KNOWN =
      List.of(
          "env",
          "file",
          "cmd",
          "dotenv",
          "secret",
          "secret-env",
          "vault",
          "op",
          "k8s",
          "aws+sm",
          "aws+ps",
          "gcp",
          "azure",
          "sops",
          "libsecret");

  /** What people call the same things elsewhere. */
  private static final class OtherWords {
    static final Map<String, List<String>> MEANT =
        Map.ofEntries(
            Map.entry("environment", List.of("env")),
            Map.entry("path", List.of("file")),
            Map.entry("command", List.of("cmd")),
            Map.entry("exec", List.of("cmd")),
            Map.entry("sh", List.of("cmd")),
            Map.entry("secrets", List.of("secret")),
            Map.entry("hush", List.of("secret")),
            Map.entry("bao", List.of("vault")),
            Map.entry("openbao", List.of("vault")),
            Map.entry("hashivault", List.of("vault")),
            Map.entry("1password", List.of("op")),
            Map.entry("onepassword", List.of("op")),
            Map.entry("k8", List.of("k8s")),
            Map.entry("kubernetes", List.of("k8s")),
            Map.entry("aws", List.of("aws+sm", "aws+ps")),
            Map.entry("secretsmanager", List.of("aws+sm", "gcp")),
            Map.entry("ssm", List.of("aws+ps")),
            Map.entry("google", List.of("gcp")),
            Map.entry("gcp+sm", List.of("gcp")),
            Map.entry("keyvault", List.of("azure")),
            Map.entry("akv", List.of("azure")),
            Map.entry("keyring", List.of("libsecret")));
  }

  private Schemes() {}

  /**
   * What a scheme that nobody reads was meant to be, the nearest first; empty if that is unknown,
   * and then it may be a pasted value.
   *
   * @param read those that somebody reads
   */
  public static List<String> near(String scheme, Collection<String> read) {
    String typed = scheme.strip().toLowerCase(Locale.ROOT);
    Set<String> near = new LinkedHashSet<>(NearNames.ofMistyped(typed, read));
    near.addAll(OtherWords.MEANT.getOrDefault(typed, List.of()));
    near.remove(scheme);
    return new ArrayList<>(near);
  }

  /**
   * A sentence that says so, without a full stop; empty if nothing is near.
   *
   * @param read those that somebody reads
   */
  public static String unknown(String scheme, Collection<String> read) {
    List<String> near = near(scheme, read);
    return near.isEmpty()
        ? ""
        : "there is no scheme '" + SafeText.printable(scheme) + "'" + NearNames.question(near);
  }
}

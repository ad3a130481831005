package dev.hush.resolve;

import dev.hush.Secret;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.dotenv.DotenvFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the keys of whole secrets that no variable can be called, {@code tls.crt}, so that they
 * are not missed without a word: one line for a secret, once.
 */
final class LeftOutKeys {

  /** Of what most programs have not. */
  private static final class Grammar {

    /** A few short words. What is longer may be a line of a value whose quotes were forgotten. */
    static final Pattern NAME =
        Pattern.compile("[\\p{L}\\p{N}_]{1,24}([ .:/@-]{1,2}[\\p{L}\\p{N}_]{1,24}){0,7}");

    /** What ends a value in the query of an address, or is not itself there. */
    static final Pattern NOT_IN_QUERIES = Pattern.compile("[%&+]");
  }

  private static final int MOST_SHOWN = 8;
  private static final Set<String> WITH_KEYS = Set.of("dotenv", "k8s", "sops");
  private static final Set<String> WITH_FIELDS =
      Set.of("vault", "aws+sm", "gcp", "azure", "libsecret");

  private final Consumer<String> warnings;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * @param warnings takes a line for whoever started the program
   */
  LeftOutKeys(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /**
   * Says which keys are left out of a secret, and how to get one.
   *
   * @param declared what messages call the secret
   * @param secret what it stands for in the end
   */
  void tell(String declared, Secret secret, Collection<String> keys) {
    if (keys.isEmpty() || !told.add(declared + "\n" + keys)) {
      return;
    }
    List<String> shown = keys.stream().limit(MOST_SHOWN).map(LeftOutKeys::shown).toList();
    int more = keys.size() - shown.size();
    String example =
        keys.stream()
            .filter(key -> shown(key).equals(key))
            .map(key -> example(secret, key))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("");
    warnings.accept(
        declared
            + " has keys that no variable can be called, and they are left out: "
            + String.join(", ", shown)
            + (more == 0 ? "" : " and " + more + " more")
            + (example.isEmpty() ? "; choose one in the address and name it with as" : example));
  }

  private static @Nullable String example(Secret secret, String key) {
    String address = address(secret, key);
    if (address == null) {
      return null;
    }
    String variable = key.replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT);
    if (!variable.matches("[A-Z_].*")) {
      variable = "_" + variable;
    }
    return "; to use one: @SecretRef(value = \""
        + address
        + "\", as = \""
        + variable
        + "\"), or in a setting "
        + variable
        + "="
        + address;
  }

  /** The address of one key; null if it cannot be told. */
  private static @Nullable String address(Secret secret, String key) {
    String encoded =
        Grammar.NOT_IN_QUERIES
            .matcher(key)
            .replaceAll(match -> String.format("%%%02X", (int) match.group().charAt(0)));
    if (secret.source() instanceof Secret.Name named) {
      return "secret:" + named.name() + "/" + key;
    }
    if (secret.source() instanceof Secret.Dotenv dotenv) {
      Path file = DotenvFile.find(dotenv.start(), dotenv.fileName()).orElse(null);
      return file == null
          ? null
          : "dotenv:" + SafeText.printable(file.toString()) + "?key=" + encoded;
    }
    if (!(secret.source() instanceof Secret.Address text)) {
      return null;
    }
    SecretAddress whole = SecretAddress.parse(text.text());
    String scheme = whole.scheme();
    if (WITH_KEYS.contains(scheme) || WITH_FIELDS.contains(scheme)) {
      String shown = whole.toString();
      return shown
          + (shown.indexOf('?') < 0 ? "?" : "&")
          + (WITH_KEYS.contains(scheme) ? "key=" : "field=")
          + encoded;
    }
    return switch (scheme) {
      case "op" -> whole + "/" + key;
      case "aws+ps" -> whole.location().endsWith("/") ? whole + key : whole + "?field=" + encoded;
      default -> null;
    };
  }

  private static String shown(String key) {
    return Grammar.NAME.matcher(key).matches() ? key : '"' + SafeText.abbreviated(key) + '"';
  }
}

package dev.hush.provider.kubernetes;

import dev.hush.InvalidSecretException;
import dev.hush.address.SafeText;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import dev.hush.provider.yaml.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several kubeconfig files as one, as kubectl merges them: of clusters, contexts and users with one
 * name the first counts, and nothing of the others; the current context is the first that a file
 * names. What an entry says of files begins in the folder of its own file.
 */
final class Kubeconfig {

  private static final int LARGEST = 4 << 20;

  private final List<Part> parts;

  /** One of the files. */
  private record Part(Json content, Path folder) {}

  /**
   * What a name stands for.
   *
   * @param folder where its relative paths begin
   */
  record Entry(Json content, Path folder) {

    Json get(String member) {
      return content.get(member);
    }

    /** A text that says something; null for one that is absent or empty. */
    @Nullable String text(String member) {
      String text = content.get(member).string();
      return text == null || text.isEmpty() ? null : text;
    }
  }

  private Kubeconfig(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Reads files, of which those that are absent say nothing.
   *
   * @throws dev.hush.SecretException if one cannot be read, or is no kubeconfig
   */
  static Kubeconfig of(List<Path> files) {
    List<Part> parts = new ArrayList<>();
    for (Path file : files) {
      if (Files.exists(file)) {
        Json content =
            read(Utf8Text.readCredentials(file, LARGEST), String.valueOf(file.getFileName()));
        Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
        parts.add(new Part(content, folder));
      }
    }
    return new Kubeconfig(parts);
  }

  /** Every scalar is text: a token of digits is what stands there. */
  static Json read(String text, String name) {
    // As kubectl, which reads the first document only.
    Object first =
        Yaml.documents(text, name, scalar -> scalar.isNull() ? null : scalar.text()).stream()
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(Map.of());
    if (!(first instanceof Map<?, ?>)) {
      throw new InvalidSecretException(
          name + " is no kubeconfig", "have it written anew: kubectl config view --raw");
    }
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> map = (Map<String, @Nullable Object>) first;
    return Json.parse(Json.object(map), name);
  }

  /** Whether there is none of the files. */
  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Empty for none. */
  String currentContext() {
    return parts.stream()
        .map(part -> part.content().get("current-context").plaintext())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse("");
  }

  /**
   * What a name stands for.
   *
   * @param list where it is, such as {@code users}
   * @param member of the list's entries that has it, such as {@code user}
   * @throws InvalidSecretException if there is none of the name
   */
  Entry entry(String list, String name, String member) {
    for (Part part : parts) {
      for (Json entry : part.content().get(list).elements()) {
        if (name.equals(entry.get("name").plaintext())) {
          return new Entry(entry.get(member), part.folder());
        }
      }
    }
    throw new InvalidSecretException(
        name.isEmpty()
            ? "the kubeconfig names no " + member
            : "the kubeconfig has no " + member + " " + SafeText.printable(name),
        member.equals("context")
            ? "correct ?context=, or use kubectl config use-context"
            : "correct the context");
  }
}

package dev.hush.provider.sops;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import dev.hush.SecretUnavailableException;
import dev.hush.provider.ChildProgram;
import dev.hush.provider.text.Utf8Text;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The age identities (X25519) that sops would decrypt with: those of {@code SOPS_AGE_KEY}, of the
 * file {@code SOPS_AGE_KEY_FILE}, of what the command {@code SOPS_AGE_KEY_CMD} prints, and of
 * {@code sops/age/keys.txt} in the user's folder of configurations, all of them.
 */
final class AgeIdentities {

  private static final String BEGINNING = "AGE-SECRET-KEY-1";
  private static final int LARGEST = 1 << 20;

  private final UnaryOperator<@Nullable String> environment;
  private final Path home;
  private final Duration timeLimit;

  AgeIdentities(UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this.environment = environment;
    this.home = home;
    this.timeLimit = timeLimit;
  }

  /**
   * What was encrypted to one of them.
   *
   * @param armored age files, each with the same content for another recipient
   * @param name of the file that they are in, for messages
   * @throws SecretUnavailableException if none of them opens any
   */
  byte[] open(List<String> armored, String name) {
    List<RecipientStanzaReader> identities = identities();
    if (identities.isEmpty()) {
      throw new SecretUnavailableException(
          "there is no age identity to decrypt " + name + " with",
          "set SOPS_AGE_KEY or SOPS_AGE_KEY_FILE, or make " + usualFile());
    }
    for (String file : armored) {
      for (RecipientStanzaReader identity : identities) {
        byte[] content = opened(file, identity);
        if (content != null) {
          return content;
        }
      }
    }
    throw new SecretUnavailableException(
        name + " is encrypted to other age keys than this process has",
        "set SOPS_AGE_KEY or SOPS_AGE_KEY_FILE, or have sops add this process's key");
  }

  private static byte @Nullable [] opened(String armored, RecipientStanzaReader identity) {
    byte[] file = (armored.strip() + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer content = ByteBuffer.allocate(file.length);
    try (ReadableByteChannel channel =
        new ArmoredDecryptingChannelFactory()
            .newDecryptingChannel(
                Channels.newChannel(new ByteArrayInputStream(file)), List.of(identity))) {
      while (channel.read(content) >= 0) {
        if (!content.hasRemaining()) {
          return null;
        }
      }
      return Arrays.copyOf(content.array(), content.position());
    } catch (GeneralSecurityException | IOException | RuntimeException forAnotherOne) {
      return null;
    }
  }

  private List<RecipientStanzaReader> identities() {
    List<RecipientStanzaReader> identities = new ArrayList<>();
    add(identities, set("SOPS_AGE_KEY"));
    String file = set("SOPS_AGE_KEY_FILE");
    if (!file.isEmpty()) {
      add(identities, Utf8Text.readCredentials(Path.of(file), LARGEST));
    }
    String command = set("SOPS_AGE_KEY_CMD");
    if (!command.isEmpty()) {
      add(identities, printed(command));
    }
    Path usual = usualFile();
    if (Files.exists(usual)) {
      add(identities, Utf8Text.readCredentials(usual, LARGEST));
    }
    return identities;
  }

  private String set(String variable) {
    String value = environment.apply(variable);
    return value == null ? "" : value.strip();
  }

  private Path usualFile() {
    String configured = set("XDG_CONFIG_HOME");
    boolean isMac = System.getProperty("os.name", "").startsWith("Mac");
    String windows = File.separatorChar == '\\' ? set("AppData") : "";
    Path folder =
        !windows.isEmpty()
            ? Path.of(windows)
            : !configured.isEmpty()
                ? Path.of(configured)
                : home.resolve(isMac ? "Library/Application Support" : ".config");
    return folder.resolve("sops").resolve("age").resolve("keys.txt");
  }

  private String printed(String command) {
    boolean isWindows = File.separatorChar == '\\';
    String name = "the command of SOPS_AGE_KEY_CMD";
    ChildProgram.Ended ended =
        new ChildProgram(
                isWindows ? List.of("cmd.exe", "/C", command) : List.of("sh", "-c", command),
                Path.of("").toAbsolutePath(),
                timeLimit,
                name,
                false)
            .run("");
    if (ended.status() != 0) {
      throw new SecretUnavailableException(
          name + " ended with status " + ended.status(), "run it in a shell to see what it says");
    }
    return Utf8Text.decode(ended.output(), "the output of " + name);
  }

  /** Of each line one, apart from comments, and from identities of other kinds than X25519. */
  private static void add(List<RecipientStanzaReader> identities, String text) {
    for (String line : text.split("\n")) {
      if (line.strip().startsWith(BEGINNING)) {
        try {
          identities.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line.strip()));
        } catch (GeneralSecurityException | RuntimeException wrong) {
          // Without the cause, which may quote the line.
          throw new SecretUnavailableException(
              "an age identity for sops is written wrongly",
              "see SOPS_AGE_KEY, SOPS_AGE_KEY_FILE and the file of the user");
        }
      }
    }
  }
}

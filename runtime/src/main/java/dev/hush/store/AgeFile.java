package dev.hush.store;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of an age file (<a href="https://age-encryption.org/v1">age-encryption.org/v1</a>),
 * binary or armored, encrypted to X25519 recipients.
 */
final class AgeFile {

  private static final byte[] AGE = ascii("age-encryption.org/");
  private static final byte[] VERSION_1 = ascii("age-encryption.org/v1\n");
  private static final byte[] ARMOR = ascii("-----BEGIN AGE ENCRYPTED FILE-----");

  /** Why a file cannot be decrypted. */
  enum Defect {
    /** It is no age file at all. */
    FOREIGN,
    /** It is one of a version that came after this program. */
    NEWER,
    /** None of the identities opens it, or the part that says so was changed. */
    OTHER_IDENTITY,
    /** It was cut off or changed. */
    DAMAGED
  }

  /** A file cannot be decrypted. Without the cause, which may quote parts of it. */
  static final class UnreadableException extends Exception {
    private final Defect defect;

    UnreadableException(Defect defect) {
      super(defect.name());
      this.defect = defect;
    }

    Defect defect() {
      return defect;
    }
  }

  private AgeFile() {}

  /**
   * Encrypts to each of the recipients.
   *
   * @param recipients {@code age1...}
   * @throws GeneralSecurityException if one is no recipient, or this JVM lacks the algorithms
   */
  static byte[] encrypt(byte[] plain, List<String> recipients) throws GeneralSecurityException {
    List<RecipientStanzaWriter> writers = new ArrayList<>();
    for (String recipient : recipients) {
      writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length + 1024);
    try (WritableByteChannel channel =
        new StandardEncryptingChannelFactory()
            .newEncryptingChannel(Channels.newChannel(bytes), writers)) {
      ByteBuffer rest = ByteBuffer.wrap(plain);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException("memory cannot be written", impossible);
    }
    return bytes.toByteArray();
  }

  /** Decrypts with the first identity that fits. */
  static byte[] decrypt(byte[] file, List<RecipientStanzaReader> identities)
      throws UnreadableException {
    boolean isArmored = beginsWith(file, ARMOR);
    if (!isArmored && !beginsWith(file, VERSION_1)) {
      boolean isNewer = file.length > AGE.length + 1 && beginsWith(file, AGE);
      throw new UnreadableException(isNewer ? Defect.NEWER : Defect.FOREIGN);
    }
    Defect defect = Defect.OTHER_IDENTITY;
    for (RecipientStanzaReader identity : identities) {
      try {
        return decrypt(file, isArmored, identity);
      } catch (UnsupportedRecipientStanzaException notThisOne) {
        // Perhaps the next one.
      } catch (GeneralSecurityException | IOException | RuntimeException damaged) {
        defect = Defect.DAMAGED;
      }
    }
    throw new UnreadableException(defect);
  }

  private static byte[] decrypt(byte[] file, boolean isArmored, RecipientStanzaReader identity)
      throws GeneralSecurityException, IOException {
    StandardDecryptingChannelFactory factory =
        isArmored ? new ArmoredDecryptingChannelFactory() : new StandardDecryptingChannelFactory();
    ByteBuffer plain = ByteBuffer.allocate(file.length);
    try (ReadableByteChannel channel =
        factory.newDecryptingChannel(
            Channels.newChannel(new ByteArrayInputStream(file)), List.of(identity))) {
      while (channel.read(plain) >= 0) {
        if (!plain.hasRemaining()) {
          throw new IOException("more text than an age file of this size can hold");
        }
      }
    }
    byte[] bytes = new byte[plain.position()];
    plain.flip().get(bytes);
    return bytes;
  }

  private static boolean beginsWith(byte[] file, byte[] beginning) {
    return file.length >= beginning.length
        && Arrays.equals(file, 0, beginning.length, beginning, 0, beginning.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

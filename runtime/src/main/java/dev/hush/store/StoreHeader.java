package dev.hush.store;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.WriterConfig;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What {@code store.age} has: the key of the store, to whom its files are encrypted, and in which
 * folder they are.
 *
 * <p>Replacing this one file replaces all secrets at once: what changes the key or the recipients
 * writes every secret anew into a folder that nobody knows, and then a header that names it.
 *
 * @param previous the folder that this one replaced; empty if none. It may still be there
 * @param recipients at least one
 */
record StoreHeader(
    StoreKey key, String folder, String previous, List<AgeStore.Recipient> recipients) {

  static final String FOLDERS = "secrets-";

  StoreHeader {
    recipients = List.copyOf(recipients);
  }

  /** A header with a new key and a new folder. */
  static StoreHeader of(List<AgeStore.Recipient> recipients, String previous) {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return new StoreHeader(
        StoreKey.random(), FOLDERS + HexFormat.of().formatHex(random), previous, recipients);
  }

  List<String> keys() {
    return recipients.stream().map(AgeStore.Recipient::key).toList();
  }

  byte[] text() {
    JsonArray array = Json.array();
    recipients.forEach(
        recipient ->
            array.add(
                Json.object().add("key", recipient.key()).add("comment", recipient.comment())));
    return StoredSecret.utf8(
        Json.object()
            .add("format", StoredSecret.FORMAT)
            .add("store", key.text())
            .add("folder", folder)
            .add("previous", previous)
            .add("recipients", array)
            .toString(WriterConfig.PRETTY_PRINT));
  }

  static StoreHeader parse(byte[] text) throws StoredSecret.NotStoredException {
    JsonObject object = StoredSecret.object(text);
    try {
      List<AgeStore.Recipient> recipients = new ArrayList<>();
      for (JsonValue recipient : object.get("recipients").asArray()) {
        recipients.add(
            new AgeStore.Recipient(
                recipient.asObject().get("key").asString(),
                recipient.asObject().get("comment").asString()));
      }
      String folder = object.get("folder").asString();
      String previous = object.get("previous").asString();
      if (recipients.isEmpty()
          || !isFolder(folder)
          || !(previous.isEmpty() || isFolder(previous))) {
        throw new StoredSecret.NotStoredException(false);
      }
      return new StoreHeader(
          StoreKey.of(object.get("store").asString()), folder, previous, recipients);
    } catch (UnsupportedOperationException
        | NullPointerException
        | IllegalArgumentException wrong) {
      throw new StoredSecret.NotStoredException(false);
    }
  }

  private static boolean isFolder(String name) {
    return name.matches(FOLDERS + "[0-9a-f]{8}");
  }
}

package dev.hush.provider.sops;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;
import dev.hush.SecretUnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A file of sops: keys in clear, and each value encrypted with AES-256-GCM, bound to the path of
 * its keys.
 *
 * <p>All values together, in their order, are hashed with SHA-512, and that hash is encrypted too,
 * bound to the moment of the last change. So no value can be exchanged for another one, left out,
 * or put back to what it was: nothing of a file is given out unless that hash is right. What stays
 * in clear by the file's own rule is part of the hash, if the file does not say otherwise.
 *
 * <p>Never shows what it holds.
 */
final class SopsFile {

  private static final String METADATA = "sops";
  private static final String PREFIX = METADATA + "_";
  private static final Pattern ENCRYPTED =
      Pattern.compile(
          "ENC\\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)]");
  private static final Pattern RECIPIENT = Pattern.compile("sops_age__list_[0-9]+__map_enc");
  private static final int TAG_BITS = 128;

  /** What the hash begins with if it is of the encrypted values only: the SHA-256 of "sops". */
  private static final String OF_ENCRYPTED_ONLY =
      "8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69";

  private final String name;
  private final List<JsonObject> documents;
  private final boolean isYaml;
  private final JsonObject metadata;
  private final List<String> keys;

  private SopsFile(
      String name,
      List<JsonObject> documents,
      boolean isYaml,
      JsonObject metadata,
      List<String> keys) {
    this.name = name;
    this.documents = documents;
    this.isYaml = isYaml;
    this.metadata = metadata;
    this.keys = keys;
  }

  /**
   * Reads a file of JSON, or a binary one, which sops keeps in JSON.
   *
   * @param name of the file, for messages
   */
  static SopsFile ofJson(String text, String name) {
    JsonValue root;
    try {
      root = Json.parse(text);
    } catch (ParseException | StackOverflowError notJson) {
      // Without its cause, whose message may quote the text.
      throw new SecretUnavailableException(name + " is not JSON", "name a file of sops");
    }
    if (!root.isObject()) {
      throw noFileOfSops(name);
    }
    return of(List.of(root.asObject()), false, name);
  }

  /**
   * Reads a file of YAML, of which every document has values.
   *
   * @param name of the file, for messages
   */
  static SopsFile ofYaml(String text, String name) {
    return of(SopsYaml.documents(text, name), true, name);
  }

  /** Of several documents the first one says how they are encrypted. */
  private static SopsFile of(List<JsonObject> documents, boolean isYaml, String name) {
    JsonValue metadata = documents.isEmpty() ? null : documents.get(0).get(METADATA);
    if (metadata == null || !metadata.isObject()) {
      throw noFileOfSops(name);
    }
    List<JsonObject> contents = new ArrayList<>();
    for (JsonObject document : documents) {
      JsonObject content = Json.object();
      for (JsonObject.Member member : document) {
        if (!member.getName().equals(METADATA)) {
          content.add(member.getName(), member.getValue());
        }
      }
      contents.add(content);
    }
    List<String> keys = new ArrayList<>();
    JsonValue recipients = metadata.asObject().get("age");
    if (recipients != null && recipients.isArray()) {
      for (JsonValue recipient : recipients.asArray()) {
        JsonValue key = recipient.isObject() ? recipient.asObject().get("enc") : null;
        if (key != null && key.isString()) {
          keys.add(key.asString());
        }
      }
    }
    return new SopsFile(name, contents, isYaml, metadata.asObject(), keys);
  }

  /**
   * Reads a dotenv file as sops does: no quotes, no escapes but {@code \n}.
   *
   * @param name of the file, for messages
   */
  static SopsFile ofDotenv(String text, String name) {
    // Not by its constructor: who comes to this library by another class than the others do, at the
    // same moment, waits for them, and they for it. Its literals are values, and values have them.
    JsonObject content = Json.object();
    JsonObject metadata = Json.object();
    List<String> keys = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new SecretUnavailableException(
            name + ", line " + number + ", is none of a dotenv file", "correct it");
      }
      String key = line.substring(0, equals);
      String value = line.substring(equals + 1).replace("\\n", "\n");
      if (!key.startsWith(PREFIX)) {
        content.add(key, value);
      } else if (RECIPIENT.matcher(key).matches()) {
        keys.add(value);
      } else {
        metadata.add(key.substring(PREFIX.length()).split("__", 2)[0], value);
      }
    }
    if (metadata.get("mac") == null) {
      throw noFileOfSops(name);
    }
    return new SopsFile(name, List.of(content), false, metadata, keys);
  }

  private static SecretUnavailableException noFileOfSops(String name) {
    return new SecretUnavailableException(
        name + " is not encrypted with sops", "encrypt it, or read it with file: or dotenv:");
  }

  private String text(String member) {
    JsonValue value = metadata.get(member);
    return value != null && value.isString() ? value.asString() : "";
  }

  /**
   * All of its documents in clear, with their structure.
   *
   * @param opening gives the key of the data, from what was encrypted to the recipients
   * @throws SecretUnavailableException if the file is for others, or was changed by others
   */
  List<JsonObject> decrypted(Function<List<String>, byte[]> opening) {
    if (metadata.get("key_groups") != null) {
      throw new SecretUnavailableException(
          name + " takes several keys to decrypt (key_groups), which is not understood",
          "encrypt it to age keys, any of which suffices");
    }
    if (keys.isEmpty()) {
      throw new SecretUnavailableException(
          name + " is encrypted to no age key", "have sops add one: sops rotate --add-age");
    }
    return new Decryption(opening.apply(keys)).whole();
  }

  /** The rule by which values are encrypted, of a path of keys. */
  private Predicate<List<String>> rule() {
    if (!text("unencrypted_comment_regex").isEmpty()
        || !text("encrypted_comment_regex").isEmpty()) {
      throw new SecretUnavailableException(
          name + " says in comments what is encrypted, which is not understood",
          "use encrypted_regex or unencrypted_suffix");
    }
    try {
      if (!text("encrypted_regex").isEmpty()) {
        Predicate<String> is = Pattern.compile(text("encrypted_regex")).asPredicate();
        return path -> path.stream().anyMatch(is);
      }
      if (!text("unencrypted_regex").isEmpty()) {
        Predicate<String> isNot = Pattern.compile(text("unencrypted_regex")).asPredicate();
        return path -> path.stream().noneMatch(isNot);
      }
    } catch (PatternSyntaxException notOfJava) {
      throw new SecretUnavailableException(
          name + " has a regular expression that is not understood", "simplify it");
    }
    String encrypted = text("encrypted_suffix");
    if (!encrypted.isEmpty()) {
      return path -> path.stream().anyMatch(key -> key.endsWith(encrypted));
    }
    String clear =
        text("unencrypted_suffix").isEmpty() ? "_unencrypted" : text("unencrypted_suffix");
    return path -> path.stream().noneMatch(key -> key.endsWith(clear));
  }

  private SecretUnavailableException changed() {
    return new SecretUnavailableException(
        name + " is not what sops has written: it was changed, or damaged",
        "restore it, and change it with sops only");
  }

  /** One pass over the values in their order. */
  private final class Decryption {

    private final SecretKeySpec key;
    private final MessageDigest hash;
    private final Predicate<List<String>> rule = rule();
    private final boolean isOfEncryptedOnly;

    Decryption(byte[] key) {
      if (key.length != 32) {
        throw changed();
      }
      this.key = new SecretKeySpec(key, "AES");
      JsonValue only = metadata.get("mac_only_encrypted");
      this.isOfEncryptedOnly =
          only != null && (only.isTrue() || (only.isString() && only.asString().equals("true")));
      try {
        this.hash = MessageDigest.getInstance("SHA-512");
      } catch (GeneralSecurityException everyJvmHasIt) {
        throw new IllegalStateException(everyJvmHasIt);
      }
      if (isOfEncryptedOnly) {
        hash.update(HexFormat.of().parseHex(OF_ENCRYPTED_ONLY));
      }
    }

    List<JsonObject> whole() {
      List<JsonObject> clear = new ArrayList<>();
      documents.forEach(content -> clear.add(object(content, List.of())));
      String computed = HexFormat.of().withUpperCase().formatHex(hash.digest());
      // As sops writes the moment again before it binds to it: without fractions.
      String moment = text("lastmodified").replaceFirst("\\.[0-9]+", "");
      String written = ClearValue.text(decrypted(text("mac"), moment).bytes);
      if (written == null
          || !MessageDigest.isEqual(
              written.getBytes(StandardCharsets.UTF_8),
              computed.getBytes(StandardCharsets.UTF_8))) {
        throw changed();
      }
      return clear;
    }

    private JsonObject object(JsonObject object, List<String> path) {
      JsonObject clear = Json.object();
      for (JsonObject.Member member : object) {
        List<String> longer = new ArrayList<>(path);
        longer.add(member.getName());
        JsonValue value = value(member.getValue(), longer);
        if (value == null) {
          throw changed();
        }
        clear.add(member.getName(), value);
      }
      return clear;
    }

    /** Null for a comment, which sops makes an element of a list. */
    private @Nullable JsonValue value(JsonValue value, List<String> path) {
      if (value.isObject()) {
        return object(value.asObject(), path);
      }
      if (value.isArray()) {
        JsonArray clear = new JsonArray();
        // The number of an element is no part of its path.
        for (JsonValue element : value.asArray()) {
          JsonValue inClear = value(element, path);
          if (inClear != null) {
            clear.add(inClear);
          }
        }
        return clear;
      }
      return value.isNull() ? value : leaf(value, path);
    }

    private @Nullable JsonValue leaf(JsonValue value, List<String> path) {
      boolean isEncrypted = rule.test(path);
      ClearValue clear;
      if (!isEncrypted) {
        clear = inClear(value);
      } else if (!value.isString()) {
        throw changed();
      } else if (value.asString().isEmpty()) {
        clear = ClearValue.of(value, isYaml);
      } else {
        clear = decrypted(value.asString(), String.join(":", path) + ":");
      }
      if (isEncrypted || !isOfEncryptedOnly) {
        hash.update(clear.bytes);
      }
      return clear.value;
    }

    private ClearValue inClear(JsonValue value) {
      if (value.isNumber() && Double.isInfinite(value.asDouble())) {
        throw changed(); // sops writes none that is so large.
      }
      return ClearValue.of(value, isYaml);
    }

    private ClearValue decrypted(String encrypted, String boundTo) {
      Matcher parts = ENCRYPTED.matcher(encrypted);
      if (!parts.matches()) {
        throw changed();
      }
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] vector = Base64.getDecoder().decode(parts.group(2));
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, vector));
        cipher.updateAAD(boundTo.getBytes(StandardCharsets.UTF_8));
        byte[] start = cipher.update(Base64.getDecoder().decode(parts.group(1)));
        byte[] rest = cipher.doFinal(Base64.getDecoder().decode(parts.group(3)));
        ByteBuffer all = ByteBuffer.allocate((start == null ? 0 : start.length) + rest.length);
        all.put(start == null ? new byte[0] : start).put(rest);
        ClearValue clear = ClearValue.of(all.array(), parts.group(4));
        if (clear == null) {
          throw changed();
        }
        return clear;
      } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
        throw changed();
      }
    }
  }

  @Override
  public String toString() {
    return "SopsFile[" + name + "]";
  }
}

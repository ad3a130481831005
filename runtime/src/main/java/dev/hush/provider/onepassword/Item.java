package dev.hush.provider.onepassword;

import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Provided;
import dev.hush.provider.WholeContent;
import dev.hush.provider.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An item as 1Password writes it in JSON, by Connect and by its command alike. */
final class Item {

  private final Json json;

  Item(Json json) {
    this.json = json;
  }

  /** What a reference to this item means. */
  Provided provided(Reference reference, SecretAddress address) {
    return reference.field() == null
        ? new Provided.Values(all(address))
        : one(reference, reference.field(), address);
  }

  /** As where one field is named, what is in no section comes first. */
  private Map<String, String> all(SecretAddress address) {
    Map<String, String> values = new LinkedHashMap<>();
    add(values, true, address);
    add(values, false, address);
    return values;
  }

  private void add(Map<String, String> values, boolean ofNoSection, SecretAddress address) {
    Set<String> known = Set.copyOf(values.keySet());
    for (Json field : json.get("fields").elements()) {
      String value = field.get("value").string();
      String name = field.get("label").string();
      boolean isWanted = field.get("section").isNull() == ofNoSection;
      if (value == null || value.isEmpty() || name == null || !isWanted || known.contains(name)) {
        continue;
      }
      String other = values.putIfAbsent(name, value);
      if (other != null && !other.equals(value)) {
        throw AddressParts.wrong(
            address,
            "has several fields called " + SafeText.printable(name),
            "rename one, or name each with its section: op://VAULT/ITEM/SECTION/FIELD");
      }
    }
  }

  private Provided one(Reference reference, String name, SecretAddress address) {
    List<Json> named =
        json.get("fields").elements().stream()
            .filter(field -> isCalled(field, name) && isIn(field, reference.section()))
            .toList();
    if (named.size() > 1) {
      // As the command: what is in no section comes first.
      List<Json> inNone = named.stream().filter(field -> field.get("section").isNull()).toList();
      named = inNone.isEmpty() ? named : inNone;
    }
    if (named.isEmpty()) {
      throw AddressParts.missing("the item of " + address, "field", name);
    }
    if (named.size() > 1) {
      throw AddressParts.wrong(address, "means more than one field", "name the section");
    }
    String member =
        reference.attribute() == null
            ? "value"
            : reference.attribute().equals("otp") || reference.attribute().equals("totp")
                ? "totp"
                : reference.attribute();
    Json value = named.get(0).get(member);
    if (value.isNull() && !member.equals("value")) {
      throw new SecretUnavailableException(
          "the field of " + address + " has no attribute " + SafeText.printable(member),
          "correct ?attribute=");
    }
    byte[] bytes = value.plaintext().getBytes(StandardCharsets.UTF_8);
    return WholeContent.isEncoded(address)
        ? WholeContent.ofBytes(AddressParts.variable(name), bytes, address, "the field")
        : new Provided.Value(AddressParts.variable(name), value.plaintext());
  }

  private boolean isIn(Json field, @Nullable String section) {
    if (section == null) {
      return true;
    }
    String id = field.get("section").get("id").string();
    if (id == null) {
      return false;
    }
    return id.equalsIgnoreCase(section)
        || section.equalsIgnoreCase(field.get("section").get("label").string())
        || json.get("sections").elements().stream()
            .anyMatch(
                known ->
                    id.equals(known.get("id").string())
                        && section.equalsIgnoreCase(known.get("label").string()));
  }

  private static boolean isCalled(Json field, String name) {
    return name.equalsIgnoreCase(field.get("label").string())
        || name.equalsIgnoreCase(field.get("id").string());
  }
}

package dev.hush.provider.onepassword;

import dev.hush.InvalidSecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.WholeContent;
import dev.hush.provider.http.HttpCall;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A secret reference of 1Password, taken apart.
 *
 * @param section null if none is named
 * @param field null for all of them
 * @param attribute null if none is named
 */
record Reference(
    String vault,
    String item,
    @Nullable String section,
    @Nullable String field,
    @Nullable String attribute,
    String text) {

  private static final Set<String> PARAMETERS = Set.of("attribute", "ssh-format", "encoding");

  /**
   * Reads an address.
   *
   * @throws InvalidSecretException if it is no reference
   */
  static Reference of(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    WholeContent.check(address);
    Map<String, String> query = new TreeMap<>(address.query());
    query.remove("encoding"); // That is for us, not for the command.
    List<String> names = Arrays.asList(address.location().split("/", -1));
    if (names.size() < 2
        || names.size() > 4
        || names.stream().anyMatch(String::isBlank)
        || address.location().chars().anyMatch(Character::isISOControl)) {
      throw AddressParts.wrong(
          address,
          "is no reference",
          "write op://VAULT/ITEM/FIELD or op://VAULT/ITEM/SECTION/FIELD");
    }
    if (names.size() == 2 && !address.query().isEmpty()) {
      throw AddressParts.wrong(
          address, "names an attribute and no field", "write op://VAULT/ITEM/FIELD?attribute=...");
    }
    return new Reference(
        names.get(0),
        names.get(1),
        names.size() == 4 ? names.get(2) : null,
        names.size() == 2 ? null : names.get(names.size() - 1),
        parts.parameter("attribute").orElse(null),
        "op://" + address.location() + HttpCall.query(query));
  }
}

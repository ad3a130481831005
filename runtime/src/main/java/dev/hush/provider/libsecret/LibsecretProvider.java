package dev.hush.provider.libsecret;

import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.Places;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.json.TextSecret;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code libsecret:COLLECTION/ITEM}: an item in the keyring of the desktop, by its label or the
 * last name of its object's path, and {@code libsecret:COLLECTION?NAME=VALUE}: by its attributes;
 * with both, what has both. The grammar is Dagger's. Exactly one item may be meant.
 *
 * <p>A collection is named by the last name of its path ({@code login}), by an alias ({@code
 * default}) or by its label. A slash in a label stands for itself.
 *
 * <p>The parameters {@code field}, {@code fields} and {@code encoding} are no attributes: the first
 * two choose from an item that is a JSON object, the third is for an item that is no text.
 */
public final class LibsecretProvider implements SecretProvider {

  private static final Set<String> OF_JSON = Set.of("field", "fields", "encoding");

  private final UnaryOperator<@Nullable String> environment;
  private final Duration timeLimit;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param timeLimit for one batch
   */
  public LibsecretProvider(UnaryOperator<@Nullable String> environment, Duration timeLimit) {
    this.environment = environment;
    this.timeLimit = timeLimit;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("libsecret");
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  private static AddressParts parts(SecretAddress address) {
    return AddressParts.of(address, address.query().keySet());
  }

  private static Place place(SecretAddress address) {
    AddressParts parts = parts(address);
    TextSecret.check(parts, address);
    String location = address.location();
    int slash = location.indexOf('/');
    String collection = slash < 0 ? location : location.substring(0, slash);
    String item = slash < 0 ? null : location.substring(slash + 1).replace("/", "%2F");
    Map<String, String> attributes = new TreeMap<>();
    for (String name : address.query().keySet()) {
      if (name.chars().anyMatch(Character::isISOControl)) {
        throw AddressParts.wrong(address, "has a control character", "correct it");
      }
      if (!OF_JSON.contains(name)) {
        attributes.put(name, parts.parameter(name).orElseThrow());
      }
    }
    if (item == null && attributes.isEmpty()) {
      throw AddressParts.wrong(
          address,
          "names a collection and no item",
          "write libsecret:COLLECTION/LABEL or libsecret:COLLECTION?ATTRIBUTE=VALUE");
    }
    return new Place(
        parts.segments(collection).get(0),
        item == null ? null : parts.segments(item).get(0),
        attributes);
  }

  /** All on one connection. */
  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return List.of(List.copyOf(addresses));
  }

  @Override
  public Provided read(SecretAddress address) {
    Place place = place(address);
    try (Keyring keyring = open()) {
      return provided(keyring.value(place, address), place, address);
    }
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Places<Place> places = Places.of(batch, LibsecretProvider::place);
    if (places.all().isEmpty()) {
      return answers(places, place -> new byte[0]);
    }
    try (Keyring keyring = open()) {
      return answers(places, place -> keyring.value(place, places.anAddress(place)));
    } catch (SecretException noKeyring) {
      return answers(
          places,
          place -> {
            throw noKeyring;
          });
    }
  }

  private static Map<SecretAddress, Answer> answers(
      Places<Place> places, Function<Place, byte[]> read) {
    return places.answers(read, (value, address) -> provided(value, place(address), address));
  }

  private Keyring open() {
    // Ends before whoever waits for it stops waiting, and says better what it waited for.
    Duration own = timeLimit.minusMillis(timeLimit.toMillis() / 10);
    return new Keyring(SecretService.open(SessionBus.sockets(environment), own));
  }

  private static Provided provided(byte[] value, Place place, SecretAddress address) {
    return TextSecret.provided(
        value, Objects.requireNonNullElse(place.item(), ""), parts(address), address);
  }
}

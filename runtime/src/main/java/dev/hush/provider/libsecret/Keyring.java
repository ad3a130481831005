package dev.hush.provider.libsecret;

import dev.hush.InvalidSecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SafeText;
import dev.hush.address.SecretAddress;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the one item that is meant, and reads it. What it learns about collections is used for all
 * addresses of a batch, for as long as that takes.
 *
 * <p>A name is that of a path before it is a label, as in Dagger. Of several items none is chosen.
 *
 * <p>Not thread-safe.
 */
final class Keyring implements Closeable {

  private static final int MOST_SHOWN = 5;

  private final SecretService service;
  private final Map<String, String> collections = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();

  /**
   * @param service is closed with this
   */
  Keyring(SecretService service) {
    this.service = service;
  }

  /**
   * The value of an item.
   *
   * @param address of the place, for messages
   * @throws SecretNotFoundException if there is no such item
   * @throws InvalidSecretException if several items are meant
   * @throws SecretUnavailableException if it is locked, or the service does not answer
   */
  byte[] value(Place place, SecretAddress address) {
    try {
      return service.value(only(place, address));
    } catch (SecretService.LockedException e) {
      throw new SecretUnavailableException(
          "the item of " + address + " is locked", "unlock it at the screen");
    } catch (SecretService.GoneException e) {
      throw notFound(place, address);
    }
  }

  private String only(Place place, SecretAddress address) throws SecretService.GoneException {
    String collection = collection(place.collection(), address);
    List<String> items =
        place.attributes().isEmpty()
            ? service.items(collection)
            : service.items(collection, place.attributes());
    String name = place.item();
    if (name != null) {
      items = called(name, items);
    }
    if (items.isEmpty()) {
      throw notFound(place, address);
    }
    if (items.size() > 1) {
      throw new InvalidSecretException(
          address + " means " + items.size() + " items",
          "add an attribute that only one of them has, as ?NAME=VALUE, or name it by its path: "
              + shown(items, last(collection) + "/"));
    }
    return items.get(0);
  }

  private List<String> called(String name, List<String> items) {
    List<String> byPath = items.stream().filter(item -> last(item).equals(name)).toList();
    if (!byPath.isEmpty()) {
      return byPath;
    }
    List<String> byLabel = new ArrayList<>();
    for (String item : items) {
      try {
        String label = labels.get(item);
        if (label == null) {
          label = service.labelOfItem(item);
          labels.put(item, label);
        }
        if (label.equals(name)) {
          byLabel.add(item);
        }
      } catch (SecretService.GoneException removedMeanwhile) {
        // Then it is not the one.
      }
    }
    return byLabel;
  }

  /** The path of a collection that is not locked. */
  private String collection(String name, SecretAddress address) throws SecretService.GoneException {
    String known = collections.get(name);
    if (known != null) {
      return known;
    }
    String found = find(name, address);
    try {
      service.unlock(found);
    } catch (SecretService.LockedException e) {
      throw new SecretUnavailableException(
          "the collection of " + address + " is locked",
          "unlock it at the screen, or with gnome-keyring-daemon --unlock where there is none");
    }
    collections.put(name, found);
    return found;
  }

  private String find(String name, SecretAddress address) {
    List<String> all = service.collections();
    for (String collection : all) {
      if (last(collection).equals(name)) {
        return collection;
      }
    }
    String aliased = service.collectionCalled(name);
    if (aliased != null) {
      return aliased;
    }
    List<String> byLabel = new ArrayList<>();
    for (String collection : all) {
      try {
        if (service.labelOfCollection(collection).equals(name)) {
          byLabel.add(collection);
        }
      } catch (SecretService.GoneException removedMeanwhile) {
        // Then it is not the one.
      }
    }
    if (byLabel.isEmpty()) {
      throw new SecretNotFoundException(
          "the keyring has no collection for " + address,
          all.isEmpty() ? "unlock or make one" : "it has the collections " + shown(all, ""));
    }
    if (byLabel.size() > 1) {
      throw new InvalidSecretException(
          address + " means " + byLabel.size() + " collections",
          "name it by its path: " + shown(byLabel, ""));
    }
    return byLabel.get(0);
  }

  private static SecretNotFoundException notFound(Place place, SecretAddress address) {
    return new SecretNotFoundException(
        "there is no item of "
            + address
            + (place.attributes().isEmpty() ? "" : " with these attributes")
            + " in the keyring",
        "store it with secret-tool, or correct its label or attributes");
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String shown(List<String> paths, String before) {
    return new TreeSet<>(paths)
            .stream()
                .limit(MOST_SHOWN)
                .map(path -> SafeText.printable(before + last(path)))
                .collect(Collectors.joining(", "))
        + (paths.size() > MOST_SHOWN ? ", ..." : "");
  }

  @Override
  public void close() {
    service.close();
  }
}

package dev.hush.provider.libsecret;

import dev.hush.SecretUnavailableException;
import java.io.Closeable;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The Secret Service of the session, whoever plays it: GNOME's keyring, KDE's wallet, KeePassXC.
 *
 * <p>Collections and items are told by the paths of their objects. Nothing here shows a dialog, or
 * waits for one: what needs somebody at the screen is told as locked.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://specifications.freedesktop.org/secret-service-spec/latest/">Secret Service
 *     specification</a>
 */
final class SecretService implements Closeable {

  private static final String NAME = "org.freedesktop.secrets";
  private static final String PATH = "/org/freedesktop/secrets";
  private static final String SERVICE = "org.freedesktop.Secret.Service";
  private static final String COLLECTION = "org.freedesktop.Secret.Collection";
  private static final String ITEM = "org.freedesktop.Secret.Item";
  private static final String NOTHING = "/";

  private static final String[] IS_GONE = {
    "org.freedesktop.Secret.Error.NoSuchObject",
    "org.freedesktop.DBus.Error.UnknownObject",
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.UnknownInterface"
  };

  private static final String[] IS_ABSENT = {
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.Spawn."
  };

  private final BusConnection bus;
  private String session = NOTHING;

  /** Null if values come as they are. */
  private @Nullable SecretKeySpec key;

  private SecretService(BusConnection bus) {
    this.bus = bus;
  }

  /** Something is locked, and only somebody at the screen can unlock it. */
  static final class LockedException extends Exception {}

  /** What was there is there no more. */
  static final class GoneException extends Exception {}

  /** A method that may find that there is no such object. */
  private interface Asked<T> {
    T get() throws BusErrorException, MalformedMessageException;
  }

  /**
   * Opens a session with the service.
   *
   * @param sockets of the session bus
   * @param timeLimit until it is closed
   * @throws SecretUnavailableException if there is no bus, or no service on it
   */
  static SecretService open(List<Path> sockets, Duration timeLimit) {
    BusConnection bus = BusConnection.open(sockets, timeLimit);
    SecretService service = new SecretService(bus);
    try {
      service.introduce();
      service.agree();
      return service;
    } catch (RuntimeException e) {
      bus.close();
      throw e;
    }
  }

  /**
   * A call that needs nothing comes first: GNOME's keyring may end, for everybody, when the first
   * call of a client opens a session before the keyring has noted the client.
   *
   * @see <a href="https://gitlab.gnome.org/GNOME/gnome-keyring/-/issues/196">gnome-keyring 196</a>
   */
  private void introduce() {
    try {
      call(PATH, "org.freedesktop.DBus.Peer", "Ping", "", new MessageWriter(), "");
    } catch (BusErrorException e) {
      if (e.is(IS_ABSENT)) {
        throw unavailable(e);
      }
      // Whoever does not know the call is there.
    }
  }

  private void agree() {
    try {
      KeyAgreement agreement = new KeyAgreement();
      MessageReader answer =
          openSession(
              new MessageWriter()
                  .text(KeyAgreement.ALGORITHM)
                  .signature("ay")
                  .octets(agreement.ours()));
      key = agreement.key(answer.variant("ay").octets());
      session = answer.text();
    } catch (BusErrorException e) {
      // The only other algorithm that is specified; the bus is open to this user alone either way.
      if (!e.is("org.freedesktop.DBus.Error.NotSupported")) {
        throw unavailable(e);
      }
      agreeOnNothing();
    } catch (MalformedMessageException e) {
      throw bus.failed(e);
    } catch (GeneralSecurityException e) {
      throw notEncrypted();
    }
  }

  private void agreeOnNothing() {
    session =
        ask(
            () -> {
              MessageReader answer =
                  openSession(new MessageWriter().text("plain").signature("s").text(""));
              answer.variant("s").text();
              return answer.text();
            });
  }

  private MessageReader openSession(MessageWriter arguments) throws BusErrorException {
    return call(PATH, SERVICE, "OpenSession", "sv", arguments, "vo");
  }

  /** All collections. */
  List<String> collections() {
    return ask(() -> property(PATH, SERVICE, "Collections", "ao").paths());
  }

  /** The collection that goes by another name, such as {@code default}; null if none does. */
  @Nullable String collectionCalled(String alias) {
    String path =
        ask(
            () ->
                call(PATH, SERVICE, "ReadAlias", "s", new MessageWriter().text(alias), "o").text());
    return path.equals(NOTHING) ? null : path;
  }

  /** What people call a collection. */
  String labelOfCollection(String collection) throws GoneException {
    return of(() -> property(collection, COLLECTION, "Label", "s").text());
  }

  /** All items of a collection that is not locked. */
  List<String> items(String collection) throws GoneException {
    return of(() -> property(collection, COLLECTION, "Items", "ao").paths());
  }

  /** The items of a collection that have all of these attributes, and maybe others. */
  List<String> items(String collection, Map<String, String> attributes) throws GoneException {
    return of(
        () ->
            call(
                    collection,
                    COLLECTION,
                    "SearchItems",
                    "a{ss}",
                    new MessageWriter().dictionary(attributes),
                    "ao")
                .paths());
  }

  /** What people call an item. */
  String labelOfItem(String item) throws GoneException {
    return of(() -> property(item, ITEM, "Label", "s").text());
  }

  /**
   * Unlocks a collection if it is locked.
   *
   * @throws LockedException if that takes somebody at the screen
   */
  void unlock(String collection) throws LockedException, GoneException {
    if (isLocked(collection)) {
      unlockObject(collection);
      if (isLocked(collection)) {
        throw new LockedException();
      }
    }
  }

  private boolean isLocked(String collection) throws GoneException {
    return of(() -> property(collection, COLLECTION, "Locked", "b").truth());
  }

  /** The prompt, if one is needed, is an object that shows nothing until it is called to. */
  private void unlockObject(String path) throws LockedException, GoneException {
    String prompt =
        of(
            () -> {
              MessageReader answer =
                  call(
                      PATH,
                      SERVICE,
                      "Unlock",
                      "ao",
                      new MessageWriter().paths(List.of(path)),
                      "aoo");
              answer.paths();
              return answer.text();
            });
    if (!prompt.equals(NOTHING)) {
      throw new LockedException();
    }
  }

  /**
   * The value of an item.
   *
   * @throws LockedException if the item is locked, and only somebody at the screen can unlock it
   */
  byte[] value(String item) throws LockedException, GoneException {
    for (boolean unlocked = false; ; unlocked = true) {
      try {
        MessageReader answer =
            call(item, ITEM, "GetSecret", "o", new MessageWriter().text(session), "(oayays)")
                .align(8);
        answer.text();
        byte[] parameters = answer.octets();
        byte[] value = answer.octets();
        return key == null ? value : KeyAgreement.decrypted(key, parameters, value);
      } catch (BusErrorException e) {
        if (e.is(IS_GONE)) {
          throw new GoneException();
        }
        if (!e.is("org.freedesktop.Secret.Error.IsLocked")) {
          throw unavailable(e);
        }
        if (unlocked) {
          throw new LockedException();
        }
        unlockObject(item);
      } catch (MalformedMessageException e) {
        throw bus.failed(e);
      } catch (GeneralSecurityException e) {
        throw notEncrypted();
      }
    }
  }

  private MessageReader property(String path, String face, String property, String type)
      throws BusErrorException, MalformedMessageException {
    return call(
            path,
            "org.freedesktop.DBus.Properties",
            "Get",
            "ss",
            new MessageWriter().text(face).text(property),
            "v")
        .variant(type);
  }

  private MessageReader call(
      String path,
      String face,
      String method,
      String signature,
      MessageWriter arguments,
      String answer)
      throws BusErrorException {
    return bus.call(new MethodCall(NAME, path, face, method, signature, arguments, answer));
  }

  private <T> T of(Asked<T> asked) throws GoneException {
    try {
      return asked.get();
    } catch (BusErrorException e) {
      if (e.is(IS_GONE)) {
        throw new GoneException();
      }
      throw unavailable(e);
    } catch (MalformedMessageException e) {
      throw bus.failed(e);
    }
  }

  private <T> T ask(Asked<T> asked) {
    try {
      return asked.get();
    } catch (BusErrorException e) {
      throw unavailable(e);
    } catch (MalformedMessageException e) {
      throw bus.failed(e);
    }
  }

  private SecretUnavailableException unavailable(BusErrorException e) {
    if (e.is(IS_ABSENT)) {
      return SecretUnavailableException.identityRefused(
          "there is no keyring on " + bus.name(),
          "start gnome-keyring-daemon, KWallet, or KeePassXC with its Secret Service");
    }
    if (e.is("org.freedesktop.DBus.Error.AccessDenied")) {
      return SecretUnavailableException.identityRefused(
          bus.name() + " does not let this process ask the keyring", "see its policy");
    }
    if (e.is(
        "org.freedesktop.DBus.Error.NoReply",
        "org.freedesktop.DBus.Error.Timeout",
        "org.freedesktop.DBus.Error.TimedOut",
        "org.freedesktop.DBus.Error.LimitsExceeded")) {
      return SecretUnavailableException.temporary(
          "the keyring on " + bus.name() + " did not answer", "try again", Duration.ZERO);
    }
    return new SecretUnavailableException(
        "the keyring on " + bus.name() + " answered with " + e.shown(),
        "see whether secret-tool can read it");
  }

  private SecretUnavailableException notEncrypted() {
    return new SecretUnavailableException(
        "the keyring on " + bus.name() + " does not encrypt as the Secret Service has it",
        "see whether secret-tool can read it");
  }

  @Override
  public void close() {
    bus.close();
  }
}

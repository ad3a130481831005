package dev.hush.provider.libsecret;

import dev.hush.SecretUnavailableException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the session bus of the user is: {@code DBUS_SESSION_BUS_ADDRESS}, or {@code bus} in the
 * folder {@code XDG_RUNTIME_DIR}. No bus is started, and no other one looked for.
 *
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#addresses">D-Bus
 *     specification, Server Addresses</a>
 */
final class SessionBus {

  private static final String ADDRESS = "DBUS_SESSION_BUS_ADDRESS";
  private static final String FOLDER = "XDG_RUNTIME_DIR";

  private SessionBus() {}

  /**
   * The sockets where it may be, in the order in which to try them; never empty.
   *
   * @param environment the variables of the process, null for one that is not set
   * @throws SecretUnavailableException if there is none, or none that can be reached from Java
   */
  static List<Path> sockets(UnaryOperator<@Nullable String> environment) {
    String addresses = environment.apply(ADDRESS);
    String folder = environment.apply(FOLDER);
    if (addresses == null || addresses.isBlank()) {
      if (folder == null || folder.isBlank()) {
        throw unavailable(
            "there is no session bus: neither " + ADDRESS + " nor " + FOLDER + " is set",
            "start from the desktop's session, or under dbus-run-session");
      }
      return List.of(path(folder, FOLDER).resolve("bus"));
    }
    List<Path> sockets = new ArrayList<>();
    boolean isAbstract = false;
    for (String address : addresses.split(";")) {
      if (address.startsWith("unix:")) {
        for (String pair : address.substring("unix:".length()).split(",")) {
          int equals = pair.indexOf('=');
          String value = pair.substring(equals + 1);
          switch (pair.substring(0, Math.max(0, equals))) {
            case "path" -> sockets.add(path(unescaped(value), ADDRESS));
            case "abstract" -> isAbstract = true;
            case "runtime" -> {
              if (folder != null && value.equals("yes")) {
                sockets.add(path(folder, FOLDER).resolve("bus"));
              }
            }
            default -> {
              // Such as guid, by which an address is recognised, not reached.
            }
          }
        }
      }
    }
    if (sockets.isEmpty()) {
      throw unavailable(
          ADDRESS
              + (isAbstract
                  ? " is a unix:abstract= address, which Java cannot reach"
                  : " has no unix:path= address"),
          "have the bus listen on a path: dbus-daemon --session --address=unix:path=FILE");
    }
    return List.copyOf(sockets);
  }

  private static Path path(String text, String variable) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw unavailable(variable + " names no path", "correct it");
    }
  }

  private static String unescaped(String value) {
    if (value.indexOf('%') < 0) {
      return value;
    }
    byte[] escaped = value.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] != '%') {
        bytes.write(escaped[i]);
        continue;
      }
      int high = i + 2 < escaped.length ? Character.digit(escaped[i + 1], 16) : -1;
      int low = i + 2 < escaped.length ? Character.digit(escaped[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw unavailable(ADDRESS + " has a % that is no escape", "correct it");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static SecretUnavailableException unavailable(String reason, String remedy) {
    return SecretUnavailableException.identityRefused(reason, remedy);
  }
}

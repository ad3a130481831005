package dev.hush.provider.libsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.SecretUnavailableException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the session bus is looked for. */
@NullUnmarked // The environment may answer null.
class SessionBusTest {

  private static List<Path> sockets(@Nullable String addresses, @Nullable String folder) {
    Map<String, String> environment = new HashMap<>();
    environment.put("DBUS_SESSION_BUS_ADDRESS", addresses);
    environment.put("XDG_RUNTIME_DIR", folder);
    return SessionBus.sockets(environment::get);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          unix:path=/run/user/1/bus            | -           | /run/user/1/bus
          unix:path=/tmp/b,guid=00ff           | /run/user/1 | /tmp/b
          unix:guid=00ff,path=/tmp/b           | -           | /tmp/b
          unix:path=/tmp/a%20b%2c%c3%bc        | -           | /tmp/a b,ü
          unix:abstract=/tmp/a;unix:path=/b    | -           | /b
          tcp:host=localhost;unix:path=/b      | -           | /b
          unix:path=/a;unix:path=/b            | -           | /a /b
          unix:runtime=yes                     | /run/user/1 | /run/user/1/bus
          -                                    | /run/user/1 | /run/user/1/bus
          ''                                   | /run/user/1 | /run/user/1/bus
          """)
  void isFound(@Nullable String addresses, @Nullable String folder, String sockets) {
    String[] expected =
        addresses != null && addresses.contains("%20")
            ? new String[] {sockets}
            : sockets.split(" ");

    assertThat(sockets(addresses, folder))
        .containsExactlyElementsOf(Stream.of(expected).map(Path::of).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                          | -   | there is no session bus: neither DBUS_SESSION_BUS_ADDRESS nor
          ''                         | ''  | there is no session bus
          unix:abstract=/tmp/dbus-1  | /r  | unix:abstract= address, which Java cannot reach
          tcp:host=localhost,port=12 | /r  | has no unix:path= address
          unix:runtime=yes           | -   | has no unix:path= address
          autolaunch:                | /r  | has no unix:path= address
          nonsense                   | /r  | has no unix:path= address
          unix:path=/a%2             | /r  | has a % that is no escape
          unix:path=/a%zz            | /r  | has a % that is no escape
          unix:path=/a%00            | /r  | names no path
          """)
  void isNotFoundWithAReason(@Nullable String addresses, @Nullable String folder, String reason) {
    assertThatThrownBy(() -> sockets(addresses, folder))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessageContaining(reason);
  }
}

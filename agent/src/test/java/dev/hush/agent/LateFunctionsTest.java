package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.MalformedURLException;
import java.net.URI;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where class loaders say that a class is from. */
class LateFunctionsTest {

  @ParameterizedTest
  @CsvSource({
    "file:/x/app.jar, /x/app.jar",
    "file:/x/a%20b/classes/, /x/a b/classes/",
    "file:/web/WEB-INF/classes/com/acme/Orders.class, /web/WEB-INF/classes/",
    "jar:file:/x/boot.jar!/BOOT-INF/classes!/, file:/x/boot.jar!/BOOT-INF/classes!/"
  })
  void theJarOrFolderOfAClass(String location, String told) throws MalformedURLException {
    ProtectionDomain domain =
        new ProtectionDomain(
            new CodeSource(URI.create(location).toURL(), (Certificate[]) null), null);

    assertThat(LateFunctions.location("com/acme/Orders", domain)).isEqualTo(told);
  }

  @Test
  void aLoaderMaySayNothing() {
    assertThat(LateFunctions.location("com/acme/Orders", null)).isNull();
    assertThat(LateFunctions.location("com/acme/Orders", new ProtectionDomain(null, null)))
        .isNull();
  }
}

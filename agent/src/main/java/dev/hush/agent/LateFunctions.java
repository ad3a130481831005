package dev.hush.agent;

import dev.hush.address.SafeText;
import dev.hush.function.FunctionSearch;
import dev.hush.runtime.HushRuntime;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Says which functions became known later than at start-up, when their class was loaded; it is told
 * each class that has functions, and where it is from.
 */
final class LateFunctions implements BiConsumer<String, @Nullable ProtectionDomain> {

  private final FunctionSearch search;

  LateFunctions(FunctionSearch search) {
    this.search = search;
  }

  @Override
  public void accept(String type, @Nullable ProtectionDomain domain) {
    if (domain == null
        || domain.getCodeSource() == null
        || domain.getCodeSource().getLocation() == null) {
      return;
    }
    String location = decoded(domain.getCodeSource().getLocation());
    String name = type.replace('/', '.');
    if (search.isLate(name, location)) {
      HushRuntime.warn(
          "functions of "
              + name
              + ", and perhaps others of "
              + SafeText.printable(location)
              + ", are in no index, so their secrets are fetched at the first call: compile them with"
              + " the annotation processor, or, for a jar without an index, name its packages in the"
              + " setting 'scan'");
    }
  }

  private static String decoded(URL location) {
    try {
      return location.toURI().getSchemeSpecificPart();
    } catch (URISyntaxException notEncoded) {
      return location.getPath();
    }
  }
}

package dev.hush.agent;

import dev.hush.address.SafeText;
import dev.hush.function.FunctionSearch;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says which functions became known later than at start-up, when their class was loaded; it is told
 * each class that has functions, and where it is from.
 */
final class LateFunctions implements BiConsumer<String, @Nullable ProtectionDomain> {

  private final FunctionSearch search;
  private final Consumer<String> warnings;

  LateFunctions(FunctionSearch search, Consumer<String> warnings) {
    this.search = search;
    this.warnings = warnings;
  }

  @Override
  public void accept(String type, @Nullable ProtectionDomain domain) {
    String name = type.replace('/', '.');
    String location = location(type, domain);
    if (location == null) {
      String itsPackage = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      tellElsewhere(name, "package " + itsPackage, "its package");
    } else if (!tellElsewhere(name, location, SafeText.printable(location))
        && search.isLate(name, location)) {
      warnings.accept(
          "functions of "
              + name
              + ", and perhaps others of "
              + SafeText.printable(location)
              + ", are in no index, so their secrets are fetched at the first call: compile them with"
              + " the annotation processor, or, for a jar without an index, name its packages in the"
              + " setting 'scan'");
    }
  }

  private boolean tellElsewhere(String type, String place, String shown) {
    boolean isElsewhere = search.isElsewhere(type, place);
    if (isElsewhere) {
      warnings.accept(
          "functions of "
              + type
              + (shown.isBlank() ? " are" : ", and perhaps others of " + shown + ", are")
              + " on no class path, so their secrets are fetched at the first call: 'hush check"
              + " -cp' says before whether they are there");
    }
    return isElsewhere;
  }

  /** The jar or folder that a class is from, as its loader says; null: it says nothing. */
  static @Nullable String location(String type, @Nullable ProtectionDomain domain) {
    if (domain == null
        || domain.getCodeSource() == null
        || domain.getCodeSource().getLocation() == null) {
      return null;
    }
    String location = decoded(domain.getCodeSource().getLocation());
    // That of Payara and GlassFish says the class file.
    String file = type.concat(".class");
    return location.endsWith(file)
        ? location.substring(0, location.length() - file.length())
        : location;
  }

  private static String decoded(URL location) {
    try {
      return location.toURI().getSchemeSpecificPart();
    } catch (URISyntaxException notEncoded) {
      return location.getPath();
    }
  }
}

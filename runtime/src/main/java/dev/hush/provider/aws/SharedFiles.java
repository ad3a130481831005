package dev.hush.provider.aws;

import dev.hush.SecretNotFoundException;
import dev.hush.provider.text.Utf8Text;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files {@code config} and {@code credentials} that the tools of AWS share, as its SDKs read
 * them: sections of properties, of which some have properties of their own on indented lines. What
 * the credentials file says goes before what the other says.
 *
 * <p>Never shows what it holds.
 *
 * @param sections by {@code profile NAME}, {@code sso-session NAME} or {@code services NAME}, each
 *     with its properties; an indented one is {@code property.indented}
 */
record SharedFiles(Map<String, Map<String, String>> sections) {

  private static final int LARGEST = 4 << 20;
  private static final Pattern SECTION =
      Pattern.compile(
          "\\[\\s*(?:(profile|sso-session|services)\\s+)?(\"[^\"]*\"|'[^']*'|[^\\]]*?)\\s*\\].*");
  private static final Pattern COMMENT = Pattern.compile("\\s[#;].*");

  /** Reads both files; one that is absent says nothing. */
  static SharedFiles read(Path config, Path credentials) {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    add(sections, config, false);
    add(sections, credentials, true);
    return new SharedFiles(Collections.unmodifiableMap(sections));
  }

  private static void add(
      Map<String, Map<String, String>> sections, Path file, boolean hasProfilesOnly) {
    String text;
    try {
      text = Utf8Text.read(file, LARGEST);
    } catch (SecretNotFoundException absent) {
      return;
    }
    Map<String, String> section = new LinkedHashMap<>();
    String property = "";
    int indent = 0;
    for (String line : Utf8Text.withoutMark(text).split("\r?\n")) {
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[")) {
        section =
            sections.computeIfAbsent(name(line, hasProfilesOnly), none -> new LinkedHashMap<>());
        property = "";
        continue;
      }
      int equals = stripped.indexOf('=');
      if (equals <= 0) {
        continue;
      }
      // Keys have no case, as for the SDK; names of profiles do.
      String name = stripped.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      String value = COMMENT.matcher(stripped.substring(equals + 1)).replaceFirst("").strip();
      // Deeper than the last property: some indent all that is in a section.
      int spaces = line.indexOf(stripped);
      boolean isIndented = spaces > indent && !property.isEmpty();
      if (!isIndented) {
        property = name;
        indent = spaces;
      }
      section.put(isIndented ? property + "." + name : name, value);
    }
  }

  private static String name(String line, boolean hasProfilesOnly) {
    Matcher section = SECTION.matcher(line);
    if (!section.matches()) {
      return "none";
    }
    String name = section.group(2).replaceAll("^[\"']|[\"']$", "");
    String kind = section.group(1);
    if (kind != null) {
      return kind + " " + name;
    }
    // The config file has "[default]" and "[profile NAME]", the other one "[NAME]".
    return hasProfilesOnly || name.equals("default") ? "profile " + name : "none " + name;
  }

  /** The properties of a section; empty if there is none. */
  Map<String, String> section(String name) {
    return sections.getOrDefault(name, Map.of());
  }

  @Override
  public String toString() {
    return "SharedFiles" + sections.keySet();
  }
}

package dev.hush.agent;

import dev.hush.function.FunctionSearch;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says at the start if the application may write to standard output by native code, where no Java
 * code is asked and nothing is masked: if a library is there by which applications do. It is known
 * by the name of its jar, for nothing is opened or loaded for this.
 */
final class NativeOutput {

  /** What to say, by how the jar's name begins. */
  private static final Map<String, String> REMARKS = new LinkedHashMap<>();

  static {
    REMARKS.put(
        "jna-",
        "JNA is on the class path: what native code writes to standard output and error is not"
            + " masked; let Java code write it");
    REMARKS.put(
        "jruby-",
        "JRuby is on the class path: what it writes to standard output and error by native code is"
            + " not masked; with -Djruby.native.enabled=false Java code writes it");
  }

  private NativeOutput() {}

  /** The lines to say of an application. */
  static List<String> remarks(FunctionSearch search) {
    List<String> jars = new ArrayList<>(search.jars());
    if (jars.isEmpty()) { // Nothing was searched, or there is no jar.
      jars.addAll(List.of(System.getProperty("java.class.path", "").split(File.pathSeparator)));
    }
    List<String> remarks = new ArrayList<>();
    for (Map.Entry<String, String> remark : REMARKS.entrySet()) {
      for (String jar : jars) {
        if (jar.startsWith(remark.getKey(), lastName(jar)) && jar.endsWith(".jar")) {
          remarks.add(remark.getValue());
          break;
        }
      }
    }
    return remarks;
  }

  private static int lastName(String path) {
    return Math.max(path.lastIndexOf('/'), path.lastIndexOf(File.separatorChar)) + 1;
  }
}

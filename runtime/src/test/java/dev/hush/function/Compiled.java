package dev.hush.function;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Sources of an application, compiled into a folder, and archives made of it. */
final class Compiled {

  private Compiled() {}

  /** Compiles types, each given by its source; what Hush has is imported into it. */
  static Path into(Path folder, String... sources) throws IOException {
    Files.createDirectories(folder);
    List<SimpleJavaFileObject> units = new ArrayList<>();
    for (String source : sources) {
      String text = source.replaceFirst(";", "; import dev.hush.annotations.*; import dev.hush.*;");
      units.add(
          new SimpleJavaFileObject(URI.create("string:///" + name(source) + ".java"), SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return text;
            }
          });
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-d", folder.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
    if (!compiler.getTask(null, null, null, options, null, units).call()) {
      throw new IllegalArgumentException("does not compile");
    }
    return folder;
  }

  private static final JavaFileObject.Kind SOURCE = JavaFileObject.Kind.SOURCE;

  private static String name(String source) {
    var type = Pattern.compile("(?:class|interface|record|enum) (\\w+)").matcher(source);
    if (!type.find()) {
      throw new IllegalArgumentException("declares no type");
    }
    return type.group(1);
  }

  /** A jar of what the folder holds. */
  static Path jar(Path jar, Path folder) throws IOException {
    return jar(jar, "", folder, Map.of());
  }

  /**
   * A jar of what the folder holds, below a prefix, and of stored files by their names, as Spring
   * Boot nests jars.
   */
  static Path jar(Path jar, String prefix, Path folder, Map<String, Path> stored)
      throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(prefix + folder.relativize(each).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(each));
      }
      for (Map.Entry<String, Path> nested : stored.entrySet()) {
        byte[] bytes = Files.readAllBytes(nested.getValue());
        JarEntry entry = new JarEntry(nested.getKey());
        entry.setMethod(JarEntry.STORED);
        entry.setSize(bytes.length);
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        entry.setCrc(checksum.getValue());
        out.putNextEntry(entry);
        out.write(bytes);
      }
    }
    return jar;
  }
}

package dev.hush.agent;

import dev.hush.function.TypeDeclaration;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a developer has annotated from what a generator of proxies and mocks has copied, and
 * finds what a compiler has left at the interface whose bodies it has put elsewhere: both need
 * types that were loaded before.
 *
 * <p>An annotation is a copy if a supertype has it too, on the type or on a method of that name,
 * and no compiler wrote this class file. A compiler does not mark as synthetic what a source
 * declares, and notes the lines of the source. If asked not to, it notes them in no class; so a
 * class without lines is a generator's, if a supertype in its package has some, or if it is in no
 * file at all. A class that a developer compiles without lines and loads from elsewhere keeps all
 * annotations but those that merely repeat one of a supertype; if a supertype cannot be read, it
 * keeps none, and a line says so.
 */
final class KnownTypes {

  private record Known(TypeDeclaration type, List<String> supertypes, boolean hasLines) {}

  private final Map<ClassLoader, Map<String, Known>> types = new WeakHashMap<>();
  private final Consumer<String> warning;

  /**
   * @param warning takes of what it cannot be told whether it is a copy
   */
  KnownTypes(Consumer<String> warning) {
    this.warning = warning;
  }

  /** What the developer has declared of a type that is about to be loaded. */
  TypeDeclaration declared(ClassLoader loader, TypeDeclarationReader reader) {
    TypeDeclaration type = reader.declaration();
    if (reader.isSynthetic() || !reader.hasLines()) {
      type = withoutCopies(loader, reader, type);
    }
    synchronized (types) {
      types
          .computeIfAbsent(loader, unknown -> new HashMap<>())
          .put(type.name(), new Known(type, reader.supertypes(), reader.hasLines()));
    }
    return type;
  }

  /** The type that one of this name may have bodies of; null: there is none. */
  @Nullable TypeDeclaration owner(ClassLoader loader, String type) {
    String owner = TypeDeclaration.owner(type);
    if (owner == null) {
      return null;
    }
    TypeDeclaration loaded = loadedOwner(loader, type);
    if (loaded != null) {
      return loaded;
    }
    Known known = known(loader, owner);
    return known == null ? null : known.type();
  }

  /** The same, if it has functions and is loaded. */
  @Nullable TypeDeclaration loadedOwner(ClassLoader loader, String type) {
    String owner = TypeDeclaration.owner(type);
    if (owner == null) {
      return null;
    }
    Known known = loaded(loader, owner);
    return known == null ? null : known.type();
  }

  private TypeDeclaration withoutCopies(
      ClassLoader loader, TypeDeclarationReader reader, TypeDeclaration type) {
    boolean isAnyCopied = reader.isSynthetic() || !isInAFile(loader, type.name());
    String inPackage = type.name().substring(0, type.name().lastIndexOf('.') + 1);
    List<TypeDeclaration> copied = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(reader.supertypes());
    for (String name = waiting.poll(); name != null; name = waiting.poll()) {
      if (name.startsWith("java.") || !seen.add(name)) {
        continue;
      }
      Known supertype = known(loader, name);
      if (supertype == null) {
        if (isAnyCopied && !reader.hasLines()) {
          warning.accept(
              "@Function on "
                  + type.name()
                  + " has no effect, because it is in no file and without line numbers, as what is"
                  + " generated, and its supertype "
                  + name
                  + " cannot be read: compile it with -g");
          return type.withoutCopies(null);
        }
        continue;
      }
      waiting.addAll(supertype.supertypes());
      if (isAnyCopied
          || (supertype.hasLines()
              && name.startsWith(inPackage)
              && name.indexOf('.', inPackage.length()) < 0)) {
        copied.add(supertype.type());
      }
    }
    return type.withoutCopies(copied);
  }

  /**
   * The type that this loader means by a name; null: it was not loaded and cannot be read. Another
   * loader's of that name may be another version of it.
   */
  private @Nullable Known known(ClassLoader loader, String name) {
    Known known = loaded(loader, name);
    if (known == null) {
      // A loader that looks into its parent last reads its own version.
      known = read(loader, name);
    }
    try {
      for (ClassLoader parent = loader.getParent();
          known == null && parent != null;
          parent = parent.getParent()) {
        known = loaded(parent, name);
      }
    } catch (SecurityException notTold) {
      return known;
    }
    return known;
  }

  private @Nullable Known loaded(ClassLoader loader, String name) {
    synchronized (types) {
      Map<String, Known> ofLoader = types.get(loader);
      return ofLoader == null ? null : ofLoader.get(name);
    }
  }

  private static @Nullable Known read(ClassLoader loader, String name) {
    try (InputStream stream = loader.getResourceAsStream(file(name))) {
      if (stream == null) {
        return null;
      }
      TypeDeclarationReader reader = TypeDeclarationReader.readAll(stream.readAllBytes());
      return new Known(reader.declaration(), reader.supertypes(), reader.hasLines());
    } catch (IOException | RuntimeException unreadable) {
      return null;
    }
  }

  private static boolean isInAFile(ClassLoader loader, String name) {
    try {
      return loader.getResource(file(name)) != null;
    } catch (RuntimeException unknown) {
      return true;
    }
  }

  private static String file(String name) {
    return name.replace('.', '/') + ".class";
  }
}

package dev.hush.annotations.processor;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Looks for functions of local and anonymous classes, which no processor is shown: within the
 * bodies of methods, as far as the compiler has the JDK's interface to its syntax trees.
 */
interface Bodies {

  /** Whether there may be one somewhere in the type. */
  boolean mayHaveFunctions(TypeElement type);

  /** Those of this compilation. */
  static Bodies of(ProcessingEnvironment environment) {
    try {
      return new OfTheJdk(Trees.instance(environment));
    } catch (IllegalArgumentException | LinkageError anotherCompiler) {
      // Eclipse's: there such functions are known when their class is loaded.
      return type -> false;
    }
  }

  /** By the annotation's name alone: what the body means is not known yet. */
  final class OfTheJdk extends TreeScanner<Boolean, @Nullable Void> implements Bodies {
    private final Trees trees;

    private OfTheJdk(Trees trees) {
      this.trees = trees;
    }

    @Override
    public boolean mayHaveFunctions(TypeElement type) {
      Tree tree = trees.getTree(type);
      return tree != null && Boolean.TRUE.equals(scan(tree, null));
    }

    @Override
    public Boolean visitAnnotation(AnnotationTree annotation, @Nullable Void none) {
      String name = annotation.getAnnotationType().toString();
      return name.equals("Function") || name.endsWith(".Function");
    }

    @Override
    public Boolean reduce(@Nullable Boolean one, @Nullable Boolean other) {
      return Boolean.TRUE.equals(one) || Boolean.TRUE.equals(other);
    }
  }
}

package dev.hush.annotations.processor;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;

/**
 * Refuses, where it stands in the source, what would fail when the application starts, and writes
 * the index by which the agent finds functions without a scan.
 *
 * <p>The index is a file {@code META-INF/hush/functions/com/acme/Orders.function} for each
 * top-level type that has functions in it or in a type nested in it, of whatever kind. It says only
 * that: what the functions are, the agent reads from the class files beside it. So an index cannot
 * contradict the classes, whichever of them were compiled when, with this processor or without: a
 * file too many costs a look. One file for each type is what incremental compilers ask of a
 * processor, and what is still complete when archives are merged into one.
 */
public final class FunctionProcessor extends AbstractProcessor {

  private static final String INDEX = "META-INF/hush/functions/";

  /** Called by the compiler. */
  public FunctionProcessor() {}

  /** All: annotations within a method's body are not among those that a compiler looks for. */
  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of("*");
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Refusals refusals = new Refusals(processingEnv.getMessager());
    Set<Element> indexed = new HashSet<>();
    for (Element function : round.getElementsAnnotatedWith(Function.class)) {
      refusals.checkFunction(function);
      indexed.add(topLevelType(function));
    }
    round.getElementsAnnotatedWith(SecretRef.class).forEach(refusals::checkParameter);
    Bodies bodies = Bodies.of(processingEnv);
    for (Element root : round.getRootElements()) {
      if (root instanceof TypeElement type
          && (indexed.contains(root) || bodies.mayHaveFunctions(type))) {
        index(type);
      }
    }
    return false;
  }

  private static Element topLevelType(Element function) {
    Element element = function;
    while (element.getEnclosingElement() instanceof TypeElement enclosing) {
      element = enclosing;
    }
    return element;
  }

  private void index(TypeElement type) {
    String name = processingEnv.getElementUtils().getBinaryName(type).toString();
    try (Writer file =
        processingEnv
            .getFiler()
            .createResource(
                StandardLocation.CLASS_OUTPUT,
                "",
                INDEX + name.replace('.', '/') + ".function",
                type)
            .openWriter()) {
      file.write(name + "\n");
    } catch (IOException unwritable) {
      // Without it functions would be known late, so a build that goes on would be worse.
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "the index of functions cannot be written: " + unwritable,
              type);
    }
  }
}

package dev.hush.annotations.processor;

import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/**
 * Claims the annotations, because compilers warn of those that no processor claims. {@link
 * FunctionProcessor} cannot do it: it is shown all that there are, and would claim them from
 * others.
 */
@SupportedAnnotationTypes({"dev.hush.annotations.Function", "dev.hush.annotations.SecretRef"})
public final class ClaimProcessor extends AbstractProcessor {

  /** Called by the compiler. */
  public ClaimProcessor() {}

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    return true;
  }
}

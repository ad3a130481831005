package dev.hush.annotations.processor;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import dev.hush.annotations.processor.address.Schemes;
import dev.hush.annotations.processor.address.SecretAddress;
import java.lang.annotation.Annotation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Reports what of a declaration would be refused at start-up. The rules for addresses and names are
 * those of the runtime: the same files, compiled into this package.
 */
final class Refusals {

  /** What such a text says is known when it has been evaluated, at start-up. */
  private static final String EXPRESSION = "{{";

  private final Messager messager;

  Refusals(Messager messager) {
    this.messager = messager;
  }

  void checkFunction(Element function) {
    AnnotationMirror annotation = annotation(function, Function.class);
    if (annotation == null) {
      return;
    }
    if (function.getKind() == ElementKind.METHOD) {
      Set<Modifier> modifiers = function.getModifiers();
      boolean isAbstract = modifiers.contains(Modifier.ABSTRACT);
      if (isAbstract || modifiers.contains(Modifier.NATIVE)) {
        error(
            "@Function has no effect here, because the method is "
                + (isAbstract ? "abstract" : "native")
                + ": annotate the method that implements it",
            function,
            annotation,
            null);
      }
    }
    AnnotationValue secrets = member(annotation, "secrets");
    for (AnnotationValue reference : values(secrets)) {
      if (reference.getValue() instanceof AnnotationMirror secret) {
        checkReference(function, secret);
      }
    }
  }

  void checkParameter(Element parameter) {
    AnnotationMirror reference = annotation(parameter, SecretRef.class);
    if (reference != null) {
      checkReference(parameter, reference);
    }
  }

  private void checkReference(Element element, AnnotationMirror reference) {
    AnnotationValue value = member(reference, "value");
    if (value != null && value.getValue() instanceof String text) {
      if (text.contains(EXPRESSION)) {
        checkExpressions(text, element, reference, value);
      } else if (text.indexOf(':') < 0) {
        checkName(text, element, reference, value);
      } else {
        checkAddress(text, element, reference, value);
      }
    }
    AnnotationValue environment = member(reference, "environment");
    if (environment != null
        && environment.getValue() instanceof String text
        && !text.isEmpty()
        && !Naming.isEnvironment(text)) {
      error(
          Naming.noName(text) + ": " + Naming.ENVIRONMENT_REMEDY, element, reference, environment);
    }
    AnnotationValue as = member(reference, "as");
    if (as != null && as.getValue() instanceof String text && !text.isEmpty()) {
      checkKey(text, element, reference, as);
    }
    checkKeys(element, reference, "requiredKeys");
    checkKeys(element, reference, "visible");
  }

  private void checkExpressions(
      String text, Element element, AnnotationMirror reference, AnnotationValue value) {
    String problem = Braces.problem(text);
    if (problem != null) {
      error(
          problem + "; if two braces are meant as they are, write {{ '{{' }}",
          element,
          reference,
          value);
    }
  }

  private void checkAddress(
      String text, Element element, AnnotationMirror reference, AnnotationValue value) {
    try {
      String scheme = SecretAddress.parse(text).scheme();
      String meant = Schemes.KNOWN.contains(scheme) ? "" : Schemes.unknown(scheme, Schemes.KNOWN);
      if (!meant.isEmpty()) {
        // No error: a provider of the application's own may read it.
        warning(meant, element, reference, value);
      }
    } catch (IllegalArgumentException malformed) {
      error(String.valueOf(malformed.getMessage()), element, reference, value);
    }
  }

  private void checkName(
      String text, Element element, AnnotationMirror reference, AnnotationValue value) {
    if (!Naming.isName(text)) {
      error(Naming.noName(text) + ": " + Naming.nameRemedy(text), element, reference, value);
    }
    String file = Naming.dotenv(text);
    if (file != null) {
      warning("this is the name of a secret: a .env file is " + file, element, reference, value);
    }
  }

  private void checkKey(
      String text, Element element, AnnotationMirror reference, AnnotationValue value) {
    if (!Naming.isKey(text)) {
      error(Naming.noKey(text) + ": " + Naming.KEY_REMEDY, element, reference, value);
    }
  }

  private void checkKeys(Element element, AnnotationMirror reference, String name) {
    Set<String> seen = new HashSet<>();
    for (AnnotationValue key : values(member(reference, name))) {
      if (key.getValue() instanceof String text) {
        checkKey(text, element, reference, key);
        if (!seen.add(text)) {
          warning(name + " has the key twice: leave one out", element, reference, key);
        }
      }
    }
  }

  private void error(
      String problem,
      Element element,
      AnnotationMirror annotation,
      @Nullable AnnotationValue value) {
    messager.printMessage(Diagnostic.Kind.ERROR, problem, element, annotation, value);
  }

  private void warning(
      String problem, Element element, AnnotationMirror annotation, AnnotationValue value) {
    messager.printMessage(Diagnostic.Kind.WARNING, problem, element, annotation, value);
  }

  private static @Nullable AnnotationMirror annotation(
      Element element, Class<? extends Annotation> type) {
    for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
      if (annotation.getAnnotationType().toString().equals(type.getName())) {
        return annotation;
      }
    }
    return null;
  }

  /** What the source gives a member; null: it leaves the member at its default. */
  private static @Nullable AnnotationValue member(AnnotationMirror annotation, String name) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> member :
        annotation.getElementValues().entrySet()) {
      if (member.getKey().getSimpleName().contentEquals(name)) {
        return member.getValue();
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // of an array, by AnnotationValue.getValue
  private static List<? extends AnnotationValue> values(@Nullable AnnotationValue array) {
    return array != null && array.getValue() instanceof List<?> values
        ? (List<? extends AnnotationValue>) values
        : List.of();
  }
}

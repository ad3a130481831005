package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.utils.OperatorUtils;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose answer depends on what its operands are. Asked often enough, any of them would
 * tell a value letter by letter, so it refuses a text that holds one; but two whole secrets may be
 * equal.
 */
final class Comparison extends BinaryExpression<Boolean> {

  /** Compares what holds no secret. */
  interface Operation {
    boolean of(@Nullable Object left, @Nullable Object right, Rendering rendering, int line);
  }

  private final Operation operation;
  private final boolean isEquality;
  private final SecretLookup secrets;

  private Comparison(Operation operation, boolean isEquality, SecretLookup secrets) {
    this.operation = operation;
    this.isEquality = isEquality;
    this.secrets = secrets;
  }

  /** {@code ==}, or its opposite. */
  static Comparison equality(boolean opposite, SecretLookup secrets) {
    return new Comparison(
        (left, right, rendering, line) -> OperatorUtils.equals(left, right) != opposite,
        true,
        secrets);
  }

  static Comparison contains(SecretLookup secrets) {
    return new Comparison(Comparison::contains, false, secrets);
  }

  /** {@code <} and its like. */
  static Comparison order(BiPredicate<Object, Object> order, SecretLookup secrets) {
    return new Comparison(
        (left, right, rendering, line) -> order.test(left, right), false, secrets);
  }

  @Override
  public Boolean evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
    Object left = getLeftExpression().evaluate(self, context);
    Object right = getRightExpression().evaluate(self, context);
    Rendering rendering = ((Rendering) context).at(getLineNumber());
    if (isEquality && (left == null || right == null)) {
      return operation.of(left, right, rendering, getLineNumber());
    }
    if (isEquality && isWholeSecret(left) && isWholeSecret(right)) {
      return operation.of(
          ((Text) left).inClear(), ((Text) right).inClear(), rendering, getLineNumber());
    }
    if (Text.isIn(left, secrets, rendering) || Text.isIn(right, secrets, rendering)) {
      throw new TemplateException(
          "an operator would tell what letters a secret has",
          "compare whole secrets only, with == or !=",
          getLineNumber());
    }
    return operation.of(left, right, rendering, getLineNumber());
  }

  private static boolean isWholeSecret(@Nullable Object value) {
    return value instanceof Text text && text.isWholeSecret();
  }

  private static boolean contains(
      @Nullable Object in, @Nullable Object wanted, Rendering rendering, int line) {
    if (in == null) {
      return false;
    }
    if (in instanceof Collection<?> elements) {
      return wanted instanceof Collection<?> several
          ? several.stream().allMatch(one -> isAmong(elements, one, rendering))
          : isAmong(elements, wanted, rendering);
    }
    if (in instanceof Map<?, ?> map) {
      return map.containsKey(wanted);
    }
    if (in instanceof String text) {
      String other = Rendering.text(wanted);
      return other.isEmpty() || new Search(other).next(text, 0) >= 0;
    }
    throw new TemplateException("contains of what is no text, list or map", "", line);
  }

  private static boolean isAmong(
      Collection<?> elements, @Nullable Object wanted, Rendering rendering) {
    for (Object element : elements) {
      rendering.checkTime();
      if (Objects.equals(element, wanted)) {
        return true;
      }
    }
    return false;
  }
}

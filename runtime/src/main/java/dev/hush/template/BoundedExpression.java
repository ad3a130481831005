package dev.hush.template;

import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import org.jspecify.annotations.Nullable;

/** An expression whose value has to pass before it is used. */
final class BoundedExpression implements Expression<Object> {

  /** Lets a value pass, as it is or with something around it. */
  interface Check {
    @Nullable Object pass(@Nullable Object value, Rendering rendering, int line);
  }

  private final Expression<?> expression;
  private final Check check;

  BoundedExpression(Expression<?> expression, Check check) {
    this.expression = expression;
    this.check = check;
  }

  @Override
  @SuppressWarnings("NullAway") // Pebble's values may be null, which its interface does not say.
  public Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
    Object value = expression.evaluate(self, context);
    return check.pass(value, ((Rendering) context).at(getLineNumber()), getLineNumber());
  }

  @Override
  public void accept(NodeVisitor visitor) {
    visitor.visit(this);
  }

  @Override
  public int getLineNumber() {
    return expression.getLineNumber();
  }
}

package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.attributes.ResolvedAttribute;
import io.pebbletemplates.pebble.extension.AbstractExtension;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.extension.Test;
import io.pebbletemplates.pebble.extension.core.DefaultFilter;
import io.pebbletemplates.pebble.extension.core.DefinedTest;
import io.pebbletemplates.pebble.extension.core.EmptyTest;
import io.pebbletemplates.pebble.extension.core.EvenTest;
import io.pebbletemplates.pebble.extension.core.IterableTest;
import io.pebbletemplates.pebble.extension.core.MapTest;
import io.pebbletemplates.pebble.extension.core.NullTest;
import io.pebbletemplates.pebble.extension.core.OddTest;
import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.ForNode;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.node.SetNode;
import io.pebbletemplates.pebble.node.expression.AndExpression;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.ContainsExpression;
import io.pebbletemplates.pebble.node.expression.EqualsExpression;
import io.pebbletemplates.pebble.node.expression.FilterExpression;
import io.pebbletemplates.pebble.node.expression.GreaterThanEqualsExpression;
import io.pebbletemplates.pebble.node.expression.GreaterThanExpression;
import io.pebbletemplates.pebble.node.expression.LessThanEqualsExpression;
import io.pebbletemplates.pebble.node.expression.LessThanExpression;
import io.pebbletemplates.pebble.node.expression.NegativeTestExpression;
import io.pebbletemplates.pebble.node.expression.NotEqualsExpression;
import io.pebbletemplates.pebble.node.expression.OrExpression;
import io.pebbletemplates.pebble.node.expression.PositiveTestExpression;
import io.pebbletemplates.pebble.node.expression.RangeExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import io.pebbletemplates.pebble.operator.Associativity;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.BinaryOperatorImpl;
import io.pebbletemplates.pebble.operator.BinaryOperatorType;
import io.pebbletemplates.pebble.operator.UnaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperatorImpl;
import io.pebbletemplates.pebble.parser.Parser;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.tokenParser.ForTokenParser;
import io.pebbletemplates.pebble.tokenParser.IfTokenParser;
import io.pebbletemplates.pebble.tokenParser.SetTokenParser;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import io.pebbletemplates.pebble.utils.OperatorUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What of Pebble's language there is: listed, so that nothing comes in with a new version.
 *
 * <p>Left out are the tags that read other templates ({@code include}, {@code import}, {@code
 * extends}, {@code embed}), macros and blocks, which can call themselves, and every call of a
 * method. What can grow is replaced by something of the same name that asks {@link Rendering}
 * first.
 */
final class Language extends AbstractExtension {

  private static final int SHOWN = 3;

  private final SecretLookup secrets;

  Language(SecretLookup secrets) {
    this.secrets = secrets;
  }

  /** Of a text that may be a value: enough to recognise a name, and nothing of what is one. */
  static String abbreviated(String text, SecretLookup secrets) {
    if (secrets.holdsSecret(text)) {
      return "***";
    }
    String beginning =
        text.substring(
            0, text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length()))));
    return beginning.replaceAll("[^ -~]", "?") + "...";
  }

  @Override
  public List<TokenParser> getTokenParsers() {
    return List.of(new IfTokenParser(), new BoundedFor(), new BoundedSet());
  }

  @Override
  public List<UnaryOperator> getUnaryOperators() {
    return List.of(new UnaryOperatorImpl("not", 500, UnaryNotExpression.class));
  }

  /** The precedences are those of Pebble's {@code CoreExtension}. */
  @Override
  public List<BinaryOperator> getBinaryOperators() {
    return List.of(
        normal("or", 10, OrExpression::new),
        normal("and", 15, AndExpression::new),
        test("is", PositiveTestExpression::new),
        test("is not", NegativeTestExpression::new),
        normal("contains", 20, ContainsExpression::new),
        normal("==", 30, EqualsExpression::new),
        normal("equals", 30, EqualsExpression::new),
        normal("!=", 30, NotEqualsExpression::new),
        normal(">", 30, GreaterThanExpression::new),
        normal("<", 30, LessThanExpression::new),
        normal(">=", 30, GreaterThanEqualsExpression::new),
        normal("<=", 30, LessThanEqualsExpression::new),
        normal("+", 40, () -> new Arithmetic(OperatorUtils::add)),
        normal("-", 40, () -> new Arithmetic(OperatorUtils::subtract)),
        normal("*", 60, () -> new Arithmetic(OperatorUtils::multiply)),
        normal("/", 60, () -> new Arithmetic(OperatorUtils::divide)),
        normal("%", 60, () -> new Arithmetic(OperatorUtils::mod)),
        new BinaryOperatorImpl(
            "|", 100, FilterExpression::new, BinaryOperatorType.FILTER, Associativity.LEFT),
        normal("~", 110, Concatenation::new),
        normal("..", 120, RangeExpression::new));
  }

  private static BinaryOperator normal(
      String symbol, int precedence, Supplier<BinaryExpression<?>> expression) {
    return new BinaryOperatorImpl(
        symbol, precedence, expression, BinaryOperatorType.NORMAL, Associativity.LEFT);
  }

  private static BinaryOperator test(String symbol, Supplier<BinaryExpression<?>> expression) {
    return new BinaryOperatorImpl(
        symbol, 20, expression, BinaryOperatorType.TEST, Associativity.LEFT);
  }

  @Override
  public Map<String, Filter> getFilters() {
    Map<String, Filter> filters = TextFilter.all(secrets);
    filters.put("default", new DefaultFilter());
    filters.put("join", new JoinFilter());
    return filters;
  }

  @Override
  public Map<String, Test> getTests() {
    return Map.of(
        "defined", new DefinedTest(),
        "empty", new EmptyTest(),
        "even", new EvenTest(),
        "iterable", new IterableTest(),
        "map", new MapTest(),
        "null", new NullTest(),
        "odd", new OddTest());
  }

  @Override
  public Map<String, Function> getFunctions() {
    return Map.of("secret", new SecretFunction(secrets), "range", new BoundedRange());
  }

  @Override
  public List<AttributeResolver> getAttributeResolver() {
    return List.of(Language::attribute);
  }

  /** Pebble's own finds methods and fields of any object by reflection. */
  private static @Nullable ResolvedAttribute attribute(
      @Nullable Object instance,
      @Nullable Object name,
      Object @Nullable [] argumentValues,
      @Nullable ArgumentsNode arguments,
      EvaluationContextImpl context,
      String template,
      int line) {
    if (arguments != null || argumentValues != null) {
      throw new TemplateException("a method is called", "templates know values only", line);
    }
    if (instance instanceof Map<?, ?> map && map.containsKey(name)) {
      return resolved(map.get(name), line);
    }
    if (instance instanceof List<?> list
        && name instanceof Number index
        && index.intValue() >= 0
        && index.intValue() < list.size()) {
      return resolved(list.get(index.intValue()), line);
    }
    if (instance instanceof Map.Entry<?, ?> entry) {
      return "key".equals(name)
          ? resolved(entry.getKey(), line)
          : "value".equals(name) ? resolved(entry.getValue(), line) : null;
    }
    return instance instanceof ForNode.LoopVariables loop ? ofLoop(loop, name) : null;
  }

  private static ResolvedAttribute resolved(@Nullable Object value, int line) {
    if (value instanceof PlainVariables.Ambiguous ambiguous) {
      throw new TemplateException(
          "two variables have the same name in envs: " + ambiguous, "unset one of them", line);
    }
    return new ResolvedAttribute(value);
  }

  private static @Nullable ResolvedAttribute ofLoop(
      ForNode.LoopVariables loop, @Nullable Object name) {
    return switch (String.valueOf(name)) {
      case "first" -> new ResolvedAttribute(loop.isFirst());
      case "last" -> new ResolvedAttribute(loop.isLast());
      case "index" -> new ResolvedAttribute(loop.getIndex());
      case "length" -> new ResolvedAttribute(loop.getLength());
      case "revindex" -> new ResolvedAttribute(loop.getRevindex());
      default -> null;
    };
  }

  /** Pebble's makes numbers of texts, and would so take a value out of masking. */
  private static final class Arithmetic extends BinaryExpression<Object> {
    private final java.util.function.BinaryOperator<Object> operation;

    Arithmetic(java.util.function.BinaryOperator<Object> operation) {
      this.operation = operation;
    }

    @Override
    public Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      Object left = getLeftExpression().evaluate(self, context);
      Object right = getRightExpression().evaluate(self, context);
      if (left instanceof Number && right instanceof Number) {
        return operation.apply(left, right);
      }
      throw new TemplateException(
          "arithmetic with what is no number", "join texts with ~", getLineNumber());
    }
  }

  private static final class Concatenation extends BinaryExpression<Object> {
    @Override
    public Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      String left = Rendering.text(getLeftExpression().evaluate(self, context));
      String right = Rendering.text(getRightExpression().evaluate(self, context));
      ((Rendering) context).characters((long) left.length() + right.length());
      return left + right;
    }
  }

  private static final class BoundedFor implements TokenParser {
    private final ForTokenParser parser = new ForTokenParser();

    @Override
    public String getTag() {
      return parser.getTag();
    }

    @Override
    public RenderableNode parse(Token token, Parser stream) {
      ForNode loop = (ForNode) parser.parse(token, stream);
      return new ForNode(
          loop.getLineNumber(),
          loop.getIterationVariable(),
          new BoundedExpression(loop.getIterable(), Turns::of),
          loop.getBody(),
          loop.getElseBody());
    }
  }

  private static final class BoundedSet implements TokenParser {
    private final SetTokenParser parser = new SetTokenParser();

    @Override
    public String getTag() {
      return parser.getTag();
    }

    @Override
    public RenderableNode parse(Token token, Parser stream) {
      SetNode set = (SetNode) parser.parse(token, stream);
      return new SetNode(
          set.getLineNumber(),
          set.getName(),
          new BoundedExpression(
              set.getValue(), (value, rendering, line) -> rendering.bound(value)));
    }
  }

  private static final class BoundedRange implements Function {
    @Override
    public List<String> getArgumentNames() {
      return List.of("start", "end", "increment");
    }

    @Override
    public Object execute(
        Map<String, Object> arguments, PebbleTemplate self, EvaluationContext context, int line) {
      Object increment = arguments.getOrDefault("increment", 1L);
      if (!(arguments.get("start") instanceof Number start
          && arguments.get("end") instanceof Number end
          && increment instanceof Number step
          && step.longValue() != 0)) {
        throw new TemplateException(
            "a range that is not of whole numbers", "write range(1, 10)", line);
      }
      List<Object> range = new ArrayList<>();
      long last = end.longValue();
      long by = step.longValue();
      for (long i = start.longValue(); by > 0 ? i <= last : i >= last; i += by) {
        ((Rendering) context).turn();
        range.add(i);
      }
      return range;
    }
  }

  private static final class JoinFilter implements Filter {
    @Override
    public List<String> getArgumentNames() {
      return List.of("separator");
    }

    @Override
    public @Nullable Object apply(
        @Nullable Object input,
        Map<String, Object> arguments,
        PebbleTemplate self,
        EvaluationContext context,
        int line) {
      if (input == null) {
        return null;
      }
      if (!(input instanceof List<?> list)) {
        throw new TemplateException("join of what is no list", "", line);
      }
      String separator = Rendering.text(arguments.get("separator"));
      StringJoiner joined = new StringJoiner(separator);
      for (Object element : list) {
        String text = Rendering.text(element);
        ((Rendering) context).characters((long) separator.length() + text.length());
        joined.add(text);
      }
      return joined.toString();
    }
  }
}

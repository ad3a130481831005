package dev.hush.template;

import dev.hush.resolve.SecretLookup;
import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.attributes.ResolvedAttribute;
import io.pebbletemplates.pebble.error.AttributeNotFoundException;
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
import io.pebbletemplates.pebble.node.expression.FilterExpression;
import io.pebbletemplates.pebble.node.expression.NegativeTestExpression;
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

  /** Of a text that may have been pasted: enough to recognise a name. */
  static String abbreviated(String text) {
    String beginning =
        text.substring(
            0, text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length()))));
    return beginning.replaceAll("[^ -~]", "?") + "...";
  }

  @Override
  public List<TokenParser> getTokenParsers() {
    return List.of(new IfTokenParser(), new BoundedFor(), new BoundedSet(), new LineTag());
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
        normal("contains", 20, () -> Comparison.contains(secrets)),
        normal("==", 30, () -> Comparison.equality(false, secrets)),
        normal("equals", 30, () -> Comparison.equality(false, secrets)),
        normal("!=", 30, () -> Comparison.equality(true, secrets)),
        normal(">", 30, () -> Comparison.order(OperatorUtils::gt, secrets)),
        normal("<", 30, () -> Comparison.order(OperatorUtils::lt, secrets)),
        normal(">=", 30, () -> Comparison.order(OperatorUtils::gte, secrets)),
        normal("<=", 30, () -> Comparison.order(OperatorUtils::lte, secrets)),
        normal("+", 40, () -> new Arithmetic(OperatorUtils::add)),
        normal("-", 40, () -> new Arithmetic(OperatorUtils::subtract)),
        normal("*", 60, () -> new Arithmetic(OperatorUtils::multiply)),
        normal("/", 60, () -> new Arithmetic(OperatorUtils::divide)),
        normal("%", 60, () -> new Arithmetic(OperatorUtils::mod)),
        new BinaryOperatorImpl(
            "|", 100, FilterExpression::new, BinaryOperatorType.FILTER, Associativity.LEFT),
        normal("~", 110, Concatenation::new),
        normal("..", 120, RangeExpression::new),
        normal("??", 120, Coalescing::new));
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
    List.of("json", "toJson", "yaml").forEach(name -> filters.put(name, new JsonFilter(secrets)));
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
      ((Rendering) context).at(getLineNumber());
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
      Text left = Text.of(getLeftExpression().evaluate(self, context));
      Text right = Text.of(getRightExpression().evaluate(self, context));
      ((Rendering) context).at(getLineNumber()).characters((long) left.length() + right.length());
      return new Text.Builder().append(left).append(right).built().value();
    }
  }

  /** Kestra's: what is on its right, where there is nothing on its left. */
  private static final class Coalescing extends BinaryExpression<@Nullable Object> {
    @Override
    public @Nullable Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
      Object left;
      try {
        left = getLeftExpression().evaluate(self, context);
      } catch (AttributeNotFoundException absent) {
        left = null;
      }
      return left == null ? getRightExpression().evaluate(self, context) : left;
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
        ((Rendering) context).at(line).turn();
        range.add(i);
      }
      return range;
    }
  }

  private record JsonFilter(SecretLookup secrets) implements Filter {
    @Override
    public List<String> getArgumentNames() {
      return List.of();
    }

    @Override
    public Object apply(
        @Nullable Object input,
        Map<String, Object> arguments,
        PebbleTemplate self,
        EvaluationContext context,
        int line) {
      return Json.of(input, secrets, ((Rendering) context).at(line)).value();
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
      Text separator = Text.of(arguments.get("separator"));
      Text.Builder joined = new Text.Builder();
      boolean isFirst = true;
      for (Object element : list) {
        Text text = Text.of(element);
        ((Rendering) context).at(line).characters((long) separator.length() + text.length());
        (isFirst ? joined : joined.append(separator)).append(text);
        isFirst = false;
      }
      return joined.built().value();
    }
  }
}

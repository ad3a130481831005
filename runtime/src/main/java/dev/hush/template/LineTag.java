package dev.hush.template;

import io.pebbletemplates.pebble.extension.NodeVisitor;
import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.lexer.Token.Type;
import io.pebbletemplates.pebble.node.AbstractRenderableNode;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.parser.Parser;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.io.Writer;

/**
 * Notes the line before something is evaluated, since not all that fails knows where it stands.
 * {@link Tokens} puts it there; no template can.
 */
final class LineTag implements TokenParser {

  /** No name that a template may have. */
  static final String NAME = "{{";

  @Override
  public String getTag() {
    return NAME;
  }

  @Override
  public RenderableNode parse(Token token, Parser parser) {
    parser.getStream().next();
    parser.getStream().expect(Type.EXECUTE_END);
    return new Line(token.getLineNumber());
  }

  private static final class Line extends AbstractRenderableNode {
    Line(int lineNumber) {
      super(lineNumber);
    }

    @Override
    public void render(PebbleTemplateImpl self, Writer writer, EvaluationContextImpl context) {
      ((Rendering) context).at(getLineNumber());
    }

    @Override
    public void accept(NodeVisitor visitor) {
      visitor.visit(this);
    }
  }
}

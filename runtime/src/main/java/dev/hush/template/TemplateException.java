package dev.hush.template;

/** A template asks for what it cannot have. The problem is told in our words, never in its own. */
final class TemplateException extends RuntimeException {

  /** Where a problem is not on one line. */
  static final int NO_LINE = 0;

  private final int line;
  private final String remedy;

  /**
   * @param problem without a full stop, and without any text of the template
   */
  TemplateException(String problem, String remedy, int line) {
    super(problem);
    this.remedy = remedy;
    this.line = line;
  }

  /** A template goes beyond what one may use. */
  static TemplateException limit(String problem) {
    return new TemplateException(problem, "make it smaller", NO_LINE);
  }

  int line() {
    return line;
  }

  String remedy() {
    return remedy;
  }
}

package dev.hush.template;

import io.pebbletemplates.pebble.extension.writer.SpecializedWriter;
import java.io.Writer;

/** The text as it is rendered, each piece of it counted. */
final class Output extends Writer implements SpecializedWriter {

  private final StringBuilder text = new StringBuilder();
  private final Rendering rendering;

  Output(Rendering rendering) {
    this.rendering = rendering;
  }

  /** What an expression says. */
  @Override
  public void write(Object value) {
    writeSpecialized(Text.of(value).inClear());
  }

  /** What stands between expressions. */
  @Override
  public void write(char[] characters, int offset, int length) {
    rendering.characters(length);
    text.append(characters, offset, length);
  }

  @Override
  public void writeSpecialized(String value) {
    rendering.characters(value.length());
    text.append(value);
  }

  @Override
  public void writeSpecialized(int value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(long value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(double value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(float value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(short value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(byte value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void writeSpecialized(char value) {
    writeSpecialized(String.valueOf(value));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return text.toString();
  }
}

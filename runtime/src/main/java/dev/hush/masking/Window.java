package dev.hush.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A part of an array of bytes, seen as a text whose symbols are the bytes. */
final class Window implements CharSequence {

  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[0];
  private int offset;
  private int length;

  Window over(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    return this;
  }

  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return (char) (bytes[offset + index] & 0xff);
  }

  /** Four symbols, the first of them lowest. */
  int four(int index) {
    return (int) FOUR.get(bytes, offset + index);
  }

  /**
   * The same as a string, each symbol a character: what is built into the JVM searches that fast.
   */
  String toLatin1() {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new Window().over(bytes, offset + start, end - start);
  }

  /** Says nothing of the text, which may hold values. */
  @Override
  public String toString() {
    return "Window of " + length + " bytes";
  }
}

package dev.hush.masking;

import java.util.Arrays;

/**
 * A part of a text that is the code of another: of bytes, each with the places of the text that it
 * comes from.
 */
abstract class Region {

  private byte[] bytes = new byte[32];
  private int length;

  /** The bytes so far. */
  final Window window() {
    return new Window().over(bytes, 0, length);
  }

  final int length() {
    return length;
  }

  final void append(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /** Whether nothing but white-space follows: it goes with what stands before. */
  final boolean endsInWhiteSpace(int from) {
    for (int i = from; i < length; i++) {
      if (!WhiteSpace.OF_TEXT.contains(bytes[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  final byte get(int index) {
    return bytes[index];
  }

  /** Adds where in the text the bytes come from. */
  abstract void addSource(int from, int to, Spans spans);

  /** From where on the text is needed to decode the byte, or what follows the last, again. */
  abstract int source(int from);

  /** Where in the text the region ends. */
  abstract int end();
}

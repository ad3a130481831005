package dev.hush.provider.libsecret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Values in the order in which they were marshalled, read strictly: no length leads out of what is
 * there, and what the specification has as zero is zero. Never shows a value.
 */
final class MessageReader {

  private final ByteBuffer buffer;

  /**
   * @param buffer from the beginning of the header or of the body, in the order of its bytes
   */
  MessageReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  boolean isAtEnd() {
    return !buffer.hasRemaining();
  }

  MessageReader align(int boundary) throws MalformedMessageException {
    while (buffer.position() % boundary != 0) {
      if (octet() != 0) {
        throw new MalformedMessageException("has something in its gaps");
      }
    }
    return this;
  }

  int octet() throws MalformedMessageException {
    need(1);
    return buffer.get() & 0xff;
  }

  int number() throws MalformedMessageException {
    align(4);
    need(4);
    return buffer.getInt();
  }

  boolean truth() throws MalformedMessageException {
    int value = number();
    if (value != 0 && value != 1) {
      throw new MalformedMessageException("has a truth value that is none");
    }
    return value == 1;
  }

  String text() throws MalformedMessageException {
    return text(number());
  }

  String signature() throws MalformedMessageException {
    return text(octet());
  }

  private String text(int length) throws MalformedMessageException {
    ByteBuffer encoded = ByteBuffer.wrap(take(length));
    if (octet() != 0) {
      throw new MalformedMessageException("has a text without an end");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedMessageException("has a text that is not UTF-8");
    }
    if (text.indexOf(0) >= 0) {
      throw new MalformedMessageException("has a text with an end inside");
    }
    return text;
  }

  byte[] octets() throws MalformedMessageException {
    return take(number());
  }

  List<String> paths() throws MalformedMessageException {
    int length = number();
    need(length);
    int end = buffer.position() + length;
    List<String> paths = new ArrayList<>();
    while (buffer.position() < end) {
      paths.add(text());
    }
    if (buffer.position() > end) {
      throw new MalformedMessageException("has a list that ends inside of an element");
    }
    return paths;
  }

  /** Goes on to what is inside of a variant, which must be of one type. */
  MessageReader variant(String signature) throws MalformedMessageException {
    if (!signature().equals(signature)) {
      throw new MalformedMessageException("has a variant of another type");
    }
    return this;
  }

  /** Passes a value of a simple type, whatever it is. */
  void skip(String signature) throws MalformedMessageException {
    switch (signature) {
      case "y" -> octet();
      case "n", "q" -> align(2).take(2);
      case "b", "i", "u", "h" -> number();
      case "x", "t", "d" -> align(8).take(8);
      case "s", "o" -> text();
      case "g" -> signature();
      default -> throw new MalformedMessageException("has a header that nobody specified");
    }
  }

  private byte[] take(int length) throws MalformedMessageException {
    need(length);
    byte[] taken = new byte[length];
    buffer.get(taken);
    return taken;
  }

  private void need(int length) throws MalformedMessageException {
    if (length < 0 || length > buffer.remaining()) {
      throw new MalformedMessageException("ends too early");
    }
  }

  @Override
  public String toString() {
    return "MessageReader[***]";
  }
}

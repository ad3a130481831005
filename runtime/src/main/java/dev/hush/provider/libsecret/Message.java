package dev.hush.provider.libsecret;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message that came from the bus.
 *
 * @param type one of the constants, or one that is not specified yet, which is to be ignored
 * @param replySerial of the call that it answers; 0 if it answers none
 * @param errorName empty if it is no error
 * @param signature of the body
 */
record Message(int type, int replySerial, String errorName, String signature, MessageReader body) {

  static final int CALL = 1;
  static final int RETURN = 2;
  static final int ERROR = 3;

  /** What comes before the header's fields. */
  static final int BEGINNING = 16;

  /** A list of some ten thousand items, or a secret that nobody should have. */
  static final int LARGEST = 4 << 20;

  private static final int LARGEST_HEADER = 64 << 10;
  private static final int PROTOCOL_VERSION = 1;
  private static final int ERROR_NAME = 4;
  private static final int REPLY_SERIAL = 5;
  private static final int SIGNATURE = 8;

  /**
   * How many bytes follow the beginning of a message.
   *
   * @param beginning its first {@link #BEGINNING} bytes
   */
  static int rest(byte[] beginning) throws MalformedMessageException {
    ByteBuffer buffer = ordered(beginning);
    if (buffer.get(3) != PROTOCOL_VERSION) {
      throw new MalformedMessageException("is of another version of D-Bus");
    }
    // Each may be up to 2^32 - 1, and is negative then.
    int body = buffer.getInt(4);
    int fields = buffer.getInt(12);
    if (body < 0 || body > LARGEST || fields < 0 || fields > LARGEST_HEADER) {
      throw new MalformedMessageException("is larger than 4 MiB");
    }
    int aligned = (fields + 7) & ~7;
    return aligned + body;
  }

  /**
   * Reads a message.
   *
   * @param bytes all of it
   */
  static Message read(byte[] bytes) throws MalformedMessageException {
    ByteBuffer buffer = ordered(bytes);
    int type = buffer.get(1);
    int bodyLength = buffer.getInt(4);
    int fieldsLength = buffer.getInt(12);
    if (type == 0 || buffer.getInt(8) == 0) {
      throw new MalformedMessageException("has no type or no number");
    }
    // Alignment counts from the beginning of the message.
    MessageReader fields =
        new MessageReader(
            buffer
                .duplicate()
                .order(buffer.order())
                .limit(BEGINNING + fieldsLength)
                .position(BEGINNING));
    int replySerial = 0;
    String errorName = "";
    String signature = "";
    while (!fields.isAtEnd()) {
      switch (fields.align(8).octet()) {
        case ERROR_NAME -> errorName = fields.variant("s").text();
        case REPLY_SERIAL -> replySerial = fields.variant("u").number();
        case SIGNATURE -> signature = fields.variant("g").signature();
        default -> fields.skip(fields.signature());
      }
    }
    ByteBuffer body =
        buffer.duplicate().position(bytes.length - bodyLength).slice().order(buffer.order());
    return new Message(type, replySerial, errorName, signature, new MessageReader(body));
  }

  private static ByteBuffer ordered(byte[] bytes) throws MalformedMessageException {
    return switch (bytes[0]) {
      case 'l' -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      case 'B' -> ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
      default -> throw new MalformedMessageException("begins as no message does");
    };
  }
}

package dev.hush.provider.libsecret;

/**
 * A call of a method of an object on the bus.
 *
 * @param destination whose object it is
 * @param signature of the arguments, empty for none
 * @param answer the signature that the answer must have
 */
record MethodCall(
    String destination,
    String path,
    String face,
    String method,
    String signature,
    MessageWriter arguments,
    String answer) {

  /** As a message. */
  byte[] message(int serial) {
    byte[] body = arguments.toByteArray();
    MessageWriter fields = new MessageWriter();
    field(fields, 1, "o", path);
    field(fields, 2, "s", face);
    field(fields, 3, "s", method);
    field(fields, 6, "s", destination);
    if (!signature.isEmpty()) {
      fields.align(8).octet(8).signature("g").signature(signature);
    }
    byte[] header = fields.toByteArray();
    MessageWriter message =
        new MessageWriter()
            .octet('l')
            .octet(Message.CALL)
            .octet(0)
            .octet(1)
            .number(body.length)
            .number(serial)
            .octets(header)
            .align(8);
    return message.raw(body).toByteArray();
  }

  private static void field(MessageWriter fields, int code, String type, String value) {
    fields.align(8).octet(code).signature(type).text(value);
  }
}

package dev.hush.provider.libsecret;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Values in the order in which they are written, as D-Bus marshals them in little-endian form: each
 * begins at a multiple of its alignment.
 *
 * @see <a
 *     href="https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling">
 *     D-Bus specification, Marshaling</a>
 */
final class MessageWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  MessageWriter align(int boundary) {
    while (bytes.size() % boundary != 0) {
      bytes.write(0);
    }
    return this;
  }

  MessageWriter octet(int value) {
    bytes.write(value);
    return this;
  }

  MessageWriter number(int value) {
    align(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(value >>> shift);
    }
    return this;
  }

  /** A string or the path of an object; has no {@code U+0000}, for which nobody has a form. */
  MessageWriter text(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    number(encoded.length);
    bytes.writeBytes(encoded);
    return octet(0);
  }

  MessageWriter signature(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.US_ASCII);
    octet(encoded.length);
    bytes.writeBytes(encoded);
    return octet(0);
  }

  MessageWriter octets(byte[] value) {
    return number(value.length).raw(value);
  }

  /** What has been marshalled already, from a multiple of its alignment on. */
  MessageWriter raw(byte[] marshalled) {
    bytes.writeBytes(marshalled);
    return this;
  }

  MessageWriter paths(List<String> values) {
    MessageWriter elements = new MessageWriter();
    values.forEach(elements::text);
    // Elements of four bytes alignment follow their length without a gap.
    return octets(elements.toByteArray());
  }

  MessageWriter dictionary(Map<String, String> values) {
    MessageWriter entries = new MessageWriter();
    values.forEach((name, value) -> entries.align(8).text(name).text(value));
    byte[] encoded = entries.toByteArray();
    // The gap before the first entry does not count to the length.
    return number(encoded.length).align(8).raw(encoded);
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}

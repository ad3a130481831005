package dev.hush.stream;

import dev.hush.masking.MaskingOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Looks at the first bytes that a descriptor gets: if they are {@code Content-Length: 123}, the
 * program speaks the protocol of language servers and debug adapters, whose reader counts bytes.
 * Each mask then takes as many bytes as what it covers. Such a program writes nothing in front of
 * its first header, since its reader would not understand it; what looks like one further down is
 * text.
 */
final class FrameHeader extends OutputStream {

  private static final String BEGIN = "Content-Length: ";

  private final MaskingOutputStream masking;

  /** How many bytes of the beginning there were, and then at least one digit. */
  private int matched;

  private boolean decided;

  FrameHeader(MaskingOutputStream masking) {
    this.masking = masking;
  }

  /** Whether there is nothing left to look for. */
  boolean isDecided() {
    return decided;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length && !decided; i++) {
      look(bytes[i]);
    }
    masking.write(bytes, offset, length);
  }

  private void look(byte value) {
    if (matched < BEGIN.length()) {
      decided = value != BEGIN.charAt(matched);
      matched++;
    } else if (value >= '0' && value <= '9') {
      matched++;
    } else {
      decided = true;
      if (matched > BEGIN.length() && (value == '\r' || value == '\n')) {
        masking.keepLength();
      }
    }
  }
}

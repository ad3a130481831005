package dev.hush.jboss;

import dev.hush.logging.LogRecordMasker;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jspecify.annotations.Nullable;

/**
 * Masks records of JBoss LogManager, whose loggers are those of {@code java.util.logging} by name
 * and have their own way to handlers.
 *
 * <p>A masked record is the record itself, changed, as in {@link LogRecordMasker}.
 */
// Same instance means nothing masked.
@SuppressWarnings("ReferenceEquality")
public final class ExtLogRecordMasker {

  private static final String WITHHELD = "***";

  private final UnaryOperator<String> masker;
  private final LogRecordMasker records;

  /**
   * @param masker gives back masked text, and the same instance if there was nothing to mask
   */
  public ExtLogRecordMasker(UnaryOperator<String> masker) {
    this.masker = masker;
    this.records = new LogRecordMasker(masker);
  }

  /** Masks a record on its way to handlers. */
  public void mask(ExtLogRecord record) {
    records.mask(record, ExtLogRecordMasker::text);
    try {
      maskContext(record);
    } catch (Throwable failure) { // Even an Error: the record may hold a value.
      record.setMdc(Map.of());
      record.setNdc("");
      record.setThreadName(WITHHELD);
      record.setMarker(null);
    }
  }

  /** With its parameters in place; then it has none, and no format either. */
  private static @Nullable String text(LogRecord record) {
    return ((ExtLogRecord) record).getFormattedMessage();
  }

  private void maskContext(ExtLogRecord record) {
    Map<String, String> context = record.getMdcCopy();
    Map<String, String> masked = new HashMap<>();
    boolean found = false;
    for (Map.Entry<String, String> entry : context.entrySet()) {
      found |= holdsValue(entry.getKey()) || holdsValue(entry.getValue());
      masked.put(masker.apply(entry.getKey()), mask(entry.getValue()));
    }
    if (found) {
      record.setMdc(masked);
    }
    if (holdsValue(record.getNdc())) {
      record.setNdc(mask(record.getNdc()));
    }
    if (holdsValue(record.getThreadName())) {
      record.setThreadName(mask(record.getThreadName()));
    }
    Object marker = record.getMarker();
    if (marker != null && holdsValue(marker.toString())) {
      record.setMarker(mask(marker.toString()));
    }
    // What was put together is not to be put together again.
    if (record.getParameters() == null && record.getFormatStyle() == FormatStyle.PRINTF) {
      record.setMessage(record.getMessage(), FormatStyle.NO_FORMAT);
    }
  }

  private boolean holdsValue(@Nullable String text) {
    return text != null && masker.apply(text) != text;
  }

  private @Nullable String mask(@Nullable String text) {
    return text == null ? null : masker.apply(text);
  }
}

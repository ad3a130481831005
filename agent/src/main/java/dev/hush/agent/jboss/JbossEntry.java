package dev.hush.agent.jboss;

import dev.hush.jboss.ExtLogRecordMasker;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Masks a record for handlers, in types of the JDK, since whoever calls this is in another class
 * loader.
 */
public final class JbossEntry implements Consumer<Object> {

  private final ExtLogRecordMasker records;

  /** Called by reflection. */
  public JbossEntry(UnaryOperator<String> masker) {
    records = new ExtLogRecordMasker(masker);
  }

  @Override
  public void accept(Object record) {
    records.mask((ExtLogRecord) record);
  }
}

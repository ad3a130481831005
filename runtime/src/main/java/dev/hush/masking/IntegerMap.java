package dev.hush.masking;

/** A hash table from numbers to positive numbers; what is absent is 0. */
final class IntegerMap {

  private long[] keys;
  private int[] values;
  private int size;

  /** An empty table, which {@code expected} numbers will not make grow. */
  IntegerMap(int expected) {
    // At most a third full: most of what it is asked for is absent, and found so at once.
    keys = new long[Math.max(16, 2 * Integer.highestOneBit(Math.min(3 * expected, 1 << 29)))];
    values = new int[keys.length];
  }

  void put(long key, int value) {
    if (2 * size >= keys.length) {
      grow();
    }
    int slot = slot(key);
    if (values[slot] == 0) {
      size++;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  int get(long key) {
    return values[slot(key)];
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (values[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}

package dev.hush.environment;

import org.jspecify.annotations.Nullable;

/**
 * The hand-overs of one task at one place that have not been run yet, in their order; each has a
 * lease of its call. Equal neighbours are one entry that counts them, so that a task which is given
 * a million times by the same call takes no more room than one.
 *
 * <p>Guarded by the lock of whoever has it.
 */
final class Line {

  private static final class Entry {
    final Call call;
    int count;
    @Nullable Entry earlier;
    @Nullable Entry later;

    Entry(Call call, int count) {
      this.call = call;
      this.count = count;
    }
  }

  private @Nullable Entry first;
  private @Nullable Entry last;
  private int size;

  /** Whether nobody's and somebody's, or those of two views, may stand in it. */
  private boolean mayDiffer;

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Puts one at the end.
   *
   * @param call with a lease that this takes over
   * @return how many there are now
   */
  int add(Call call) {
    append(call, 1);
    return size;
  }

  private void append(Call call, int count) {
    Entry end = last;
    if (end == null) {
      first = new Entry(call, count);
      last = first;
    } else if (end.call == call) {
      end.count += count;
      call.release(); // One lease for all.
    } else {
      mayDiffer |= end.call.view != call.view;
      Entry entry = new Entry(call, count);
      entry.earlier = end;
      end.later = entry;
      last = entry;
    }
    size += count;
  }

  @Nullable Call first() {
    return first == null ? null : first.call;
  }

  /** The first one, with a lease; nobody, if its call has ended. */
  @Nullable Call takeFirst() {
    return first == null ? null : take(first);
  }

  /** The last one, with a lease; nobody, if its call has ended. */
  @Nullable Call takeLast() {
    return last == null ? null : take(last);
  }

  private Call take(Entry entry) {
    size--;
    if (entry.count > 1) {
      entry.count--;
      return entry.call.retain() ? entry.call : Call.NOBODY;
    }
    unlink(entry);
    return entry.call;
  }

  private void unlink(Entry entry) {
    Entry earlier = entry.earlier;
    Entry later = entry.later;
    if (earlier == null) {
      first = later;
    } else {
      earlier.later = later;
    }
    if (later == null) {
      last = earlier;
    } else {
      later.earlier = earlier;
    }
    if (first == last) {
      mayDiffer = false;
    }
  }

  /** Whether those who stand here have different views. */
  boolean differ() {
    return mayDiffer;
  }

  /** Drops the first ones until so many are left. */
  void keepLast(int count) {
    while (size > count && first != null) {
      Entry entry = first;
      int dropped = Math.min(entry.count, size - count);
      entry.count -= dropped;
      size -= dropped;
      if (entry.count == 0) {
        unlink(entry);
        entry.call.release();
      }
    }
  }

  /** Puts nobody's before all others. */
  void addNobodyBefore(int count) {
    Entry start = first;
    if (start == null) {
      append(Call.NOBODY, count);
    } else if (start.call == Call.NOBODY) {
      start.count += count;
      size += count;
    } else {
      mayDiffer = true;
      Entry entry = new Entry(Call.NOBODY, count);
      entry.later = start;
      start.earlier = entry;
      first = entry;
      size += count;
    }
  }

  /** Puts nobody's first; if several views stand here, all are nobody's. */
  void nobodyFirst() {
    int nobodys = 0;
    EnvironmentView view = null;
    for (Entry entry = first; entry != null; entry = entry.later) {
      if (entry.call == Call.NOBODY) {
        nobodys += entry.count;
      } else if (view == null || view == entry.call.view) {
        view = entry.call.view;
      } else {
        belongToNobody();
        return;
      }
    }
    if (nobodys > 0) {
      for (Entry entry = first; entry != null; entry = entry.later) {
        if (entry.call == Call.NOBODY) {
          unlink(entry);
        }
      }
      size -= nobodys;
      addNobodyBefore(nobodys);
    }
  }

  /** Makes all of them nobody's. */
  void belongToNobody() {
    int count = size;
    release();
    first = new Entry(Call.NOBODY, count);
    last = first;
    size = count;
    mayDiffer = false;
  }

  /** Drops all. */
  void release() {
    for (Entry entry = first; entry != null; entry = entry.later) {
      entry.call.release();
    }
    first = null;
    last = null;
    size = 0;
  }
}

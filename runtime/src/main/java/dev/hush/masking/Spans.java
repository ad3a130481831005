package dev.hush.masking;

import java.util.Arrays;

/**
 * Where a text is to be masked: half-open intervals, and the marks a {@link Finder} makes on its
 * way.
 *
 * <p>Intervals that share a character are one; intervals that only touch stay apart.
 */
final class Spans {

  /** Start in the upper, end in the lower half, so that the order of numbers is that of starts. */
  private long[] spans = new long[8];

  private int size;
  private boolean ordered = true;

  private int[] marks = new int[0];
  private int firstMark;
  private int endOfMarks;

  void add(int start, int end) {
    // One pass reports by rising ends, so what the new span swallows is at the end of the list.
    while (ordered && size > 0 && end(size - 1) > start && end(size - 1) <= end) {
      start = Math.min(start, start(--size));
    }
    if (size == spans.length) {
      spans = Arrays.copyOf(spans, 2 * size);
    }
    ordered &= size == 0 || end(size - 1) <= start;
    spans[size++] = (long) start << 32 | end;
  }

  void addAll(Spans others) {
    for (int i = 0; i < others.size; i++) {
      add(others.start(i), others.end(i));
    }
  }

  /** Puts the spans in order and unites those that overlap. */
  Spans unite() {
    if (!ordered) {
      Arrays.sort(spans, 0, size);
      int united = 1;
      for (int i = 1; i < size; i++) {
        if (start(i) < end(united - 1)) {
          spans[united - 1] = (long) start(united - 1) << 32 | Math.max(end(united - 1), end(i));
        } else {
          spans[united++] = spans[i];
        }
      }
      size = united;
      ordered = true;
    }
    return this;
  }

  int size() {
    return size;
  }

  int start(int index) {
    return (int) (spans[index] >>> 32);
  }

  int end(int index) {
    return (int) spans[index];
  }

  void clear() {
    size = 0;
    ordered = true;
  }

  /** Forgets the first spans and moves the others towards the beginning of the text. */
  void shift(int forgotten, int distance) {
    for (int i = forgotten; i < size; i++) {
      spans[i - forgotten] = (long) (start(i) - distance) << 32 | (end(i) - distance);
    }
    size -= forgotten;
  }

  void mark(int position) {
    if (endOfMarks == marks.length) {
      int kept = endOfMarks - firstMark;
      int[] target = kept < marks.length / 2 ? marks : new int[Math.max(64, 2 * marks.length)];
      System.arraycopy(marks, firstMark, target, 0, kept);
      marks = target;
      firstMark = 0;
      endOfMarks = kept;
    }
    marks[endOfMarks++] = position;
  }

  /** The position that was marked {@code back} marks ago, 1 being the last. */
  int marked(int back) {
    return marks[endOfMarks - back];
  }

  /** Forgets all but the last marks and moves those. */
  void keepMarks(int count, int distance) {
    firstMark = endOfMarks - count;
    for (int i = firstMark; distance != 0 && i < endOfMarks; i++) {
      marks[i] -= distance;
    }
  }
}

package dev.hush.masking;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;

/**
 * The automaton of Aho and Corasick: one step for each symbol of a text, whatever the text.
 *
 * <p><b>Invariant:</b> after a text, the state is the longest suffix of the text that begins a
 * pattern. So its depth is exactly what a stream has to hold back, and the longest pattern that
 * ends here is a property of the state. Shorter ones that end here lie inside it, which is why
 * nobody asks for them.
 *
 * <p><b>Layout:</b> the trie is cut into chains. A chain is what one pattern added to those before
 * it; its nodes have consecutive numbers, so nearly every node finds its child by adding one. Only
 * where chains fork is there an entry in a hash table. A node costs seven bytes.
 */
final class Automaton {

  static final int ROOT = 0;

  private static final int SHALLOW = 0x0f;
  private static final int CONTINUES = 0x10;
  private static final int FORKS = 0x20;
  private static final int MATCHES = 0x40;

  private final char[] symbols;
  private final int[] failures;
  private final byte[] flags;

  private final int[] children = new int[256];
  private final IntegerMap forks;
  private final IntegerMap lengths;

  private final int[] chainStarts;
  private final int[] chainDepths;

  /** The patterns: each once and none empty. */
  Automaton(Collection<String> distinct) {
    // Not by Arrays.sort, which looks at a system property the first time (useLegacyMergeSort):
    // the application's main may still want to set it.
    String[] patterns = new TreeSet<>(distinct).toArray(new String[0]);
    int[] shared = new int[patterns.length];
    int nodes = 1;
    for (int i = 0; i < patterns.length; i++) {
      shared[i] = i == 0 ? 0 : shared(patterns[i - 1], patterns[i]);
      nodes += patterns[i].length() - shared[i];
    }
    symbols = new char[nodes];
    failures = new int[nodes];
    flags = new byte[nodes];
    forks = new IntegerMap(patterns.length);
    lengths = new IntegerMap(patterns.length);
    chainStarts = new int[patterns.length];
    chainDepths = new int[patterns.length];
    int[] chainParents = new int[patterns.length];
    insert(patterns, shared, chainParents);
    connect(chainParents);
  }

  private static int shared(String left, String right) {
    int length = Math.min(left.length(), right.length());
    int shared = 0;
    while (shared < length && left.charAt(shared) == right.charAt(shared)) {
      shared++;
    }
    return shared;
  }

  /**
   * @param patterns in natural order, so that what a pattern shares with any before it, it shares
   *     with the last, and its own part is never empty
   */
  private void insert(String[] patterns, int[] shared, int[] chainParents) {
    int[] trunks = new int[patterns.length]; // the chain that each chain branches off
    int next = 1;
    for (int chain = 0; chain < patterns.length; chain++) {
      String pattern = patterns[chain];
      int length = pattern.length();
      int depth = shared[chain];
      char first = pattern.charAt(depth);
      chainStarts[chain] = next;
      chainDepths[chain] = depth + 1;
      if (depth == 0) {
        if (first < children.length) {
          children[first] = next;
        } else {
          flags[ROOT] |= FORKS;
          forks.put(fork(ROOT, first), next);
        }
      } else {
        int trunk = chain - 1;
        while (depth < chainDepths[trunk]) {
          trunk = trunks[trunk];
        }
        trunks[chain] = trunk;
        int parent = chainStarts[trunk] + depth - chainDepths[trunk];
        chainParents[chain] = parent;
        if (parent == next - 1) {
          flags[parent] |= CONTINUES;
        } else {
          flags[parent] |= FORKS;
          forks.put(fork(parent, first), next);
        }
      }
      pattern.getChars(depth, length, symbols, next);
      while (depth < length) {
        depth++;
        flags[next++] = (byte) (Math.min(depth, SHALLOW) | CONTINUES);
      }
      flags[next - 1] = (byte) ((flags[next - 1] & ~CONTINUES) | MATCHES);
      lengths.put(next - 1, length);
    }
  }

  /** Level by level, since a node's failure lies on a higher level than the node. */
  private void connect(int[] chainParents) {
    int[] byDepth = byDepth();
    // The chains that reach the level, by their node there and the node after their last.
    int[] nodes = new int[byDepth.length];
    int[] ends = new int[byDepth.length];
    int count = 0;
    int waiting = 0;
    for (int depth = 1; count > 0 || waiting < byDepth.length; depth++) {
      int remaining = 0;
      for (int i = 0; i < count; i++) {
        int node = nodes[i];
        connect(node, node - 1);
        if (node + 1 < ends[i]) {
          nodes[remaining] = node + 1;
          ends[remaining++] = ends[i];
        }
      }
      count = remaining;
      for (; waiting < byDepth.length && chainDepths[byDepth[waiting]] == depth; waiting++) {
        int chain = byDepth[waiting];
        int node = chainStarts[chain];
        int end = chain + 1 < chainStarts.length ? chainStarts[chain + 1] : symbols.length;
        connect(node, chainParents[chain]);
        if (node + 1 < end) {
          nodes[count] = node + 1;
          ends[count++] = end;
        }
      }
    }
  }

  /** The chains in the order of the depths that they begin at, counted rather than compared. */
  private int[] byDepth() {
    int deepest = 0;
    for (int depth : chainDepths) {
      deepest = Math.max(deepest, depth);
    }
    int[] places = new int[deepest + 2];
    for (int depth : chainDepths) {
      places[depth + 1]++;
    }
    for (int depth = 1; depth < places.length; depth++) {
      places[depth] += places[depth - 1];
    }
    int[] byDepth = new int[chainDepths.length];
    for (int chain = 0; chain < byDepth.length; chain++) {
      byDepth[places[chainDepths[chain]]++] = chain;
    }
    return byDepth;
  }

  private void connect(int node, int parent) {
    if (parent == ROOT) {
      return;
    }
    int failure = step(failures[parent], symbols[node]);
    failures[node] = failure;
    if ((flags[failure] & MATCHES) != 0 && (flags[node] & MATCHES) == 0) {
      flags[node] |= MATCHES;
      lengths.put(node, lengths.get(failure));
    }
  }

  int step(int state, int symbol) {
    while (true) {
      int child = child(state, symbol);
      if (child != ROOT || state == ROOT) {
        return child;
      }
      state = failures[state];
    }
  }

  private int child(int node, int symbol) {
    if (node == ROOT && symbol < children.length) {
      return children[symbol];
    }
    int flag = flags[node];
    if ((flag & CONTINUES) != 0 && symbols[node + 1] == symbol) {
      return node + 1;
    }
    return (flag & FORKS) == 0 ? ROOT : forks.get(fork(node, symbol));
  }

  private static long fork(int node, int symbol) {
    return ((long) node << 16) | symbol;
  }

  boolean matches(int state) {
    return (flags[state] & MATCHES) != 0;
  }

  /** The length of the longest pattern that ends in a state that {@link #matches}. */
  int longest(int state) {
    return lengths.get(state);
  }

  /** Whether the state's depth is less than {@code depth}, at most 15; quicker than asking it. */
  boolean isShallow(int state, int depth) {
    return (flags[state] & SHALLOW) < depth;
  }

  /** The last symbol of what a state other than the root stands for. */
  char symbol(int state) {
    return symbols[state];
  }

  int depth(int state) {
    if (state == ROOT) {
      return 0;
    }
    int index = Arrays.binarySearch(chainStarts, state);
    int chain = index >= 0 ? index : -index - 2;
    return chainDepths[chain] + state - chainStarts[chain];
  }
}

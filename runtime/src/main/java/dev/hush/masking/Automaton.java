package dev.hush.masking;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.IntStream;

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
  private final IntegerMap forks = new IntegerMap();
  private final IntegerMap lengths = new IntegerMap();

  private final int[] chainStarts;
  private final int[] chainDepths;

  /** The patterns: each once and none empty. */
  Automaton(Collection<String> distinct) {
    String[] patterns = distinct.stream().sorted().toArray(String[]::new);
    int nodes = 1;
    for (int i = 0; i < patterns.length; i++) {
      nodes += patterns[i].length() - (i == 0 ? 0 : shared(patterns[i - 1], patterns[i]));
    }
    symbols = new char[nodes];
    failures = new int[nodes];
    flags = new byte[nodes];
    chainStarts = new int[patterns.length];
    chainDepths = new int[patterns.length];
    int[] chainParents = new int[patterns.length];
    insert(patterns, chainParents);
    connect(chainParents);
  }

  private static int shared(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      if (left.charAt(i) != right.charAt(i)) {
        return i;
      }
    }
    return length;
  }

  private void insert(String[] patterns, int[] chainParents) {
    int next = 1;
    for (int chain = 0; chain < patterns.length; chain++) {
      String pattern = patterns[chain];
      int node = ROOT;
      int depth = 0;
      // In natural order a pattern's new part is never empty: it follows its own prefixes.
      for (int child; (child = child(node, pattern.charAt(depth))) != ROOT; depth++) {
        node = child;
      }
      chainParents[chain] = node;
      chainStarts[chain] = next;
      chainDepths[chain] = depth + 1;
      char first = pattern.charAt(depth);
      if (node == ROOT && first < children.length) {
        children[first] = next;
      } else if (node != ROOT && node == next - 1) {
        flags[node] |= CONTINUES;
      } else {
        flags[node] |= FORKS;
        forks.put(fork(node, first), next);
      }
      for (; depth < pattern.length(); depth++, next++) {
        symbols[next] = pattern.charAt(depth);
        flags[next] = (byte) (Math.min(depth + 1, SHALLOW) | CONTINUES);
      }
      flags[next - 1] = (byte) ((flags[next - 1] & ~CONTINUES) | MATCHES);
      lengths.put(next - 1, pattern.length());
    }
  }

  /** Level by level, since a node's failure lies on a higher level than the node. */
  private void connect(int[] chainParents) {
    int[] chains =
        IntStream.range(0, chainStarts.length)
            .boxed()
            .sorted(Comparator.comparingInt(chain -> chainDepths[chain]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] active = new int[chains.length];
    int count = 0;
    int waiting = 0;
    for (int depth = 1; count > 0 || waiting < chains.length; depth++) {
      while (waiting < chains.length && chainDepths[chains[waiting]] == depth) {
        active[count++] = chains[waiting++];
      }
      int remaining = 0;
      for (int i = 0; i < count; i++) {
        int chain = active[i];
        int node = chainStarts[chain] + depth - chainDepths[chain];
        connect(node, depth == chainDepths[chain] ? chainParents[chain] : node - 1);
        int end = chain + 1 < chainStarts.length ? chainStarts[chain + 1] : symbols.length;
        if (node + 1 < end) {
          active[remaining++] = chain;
        }
      }
      count = remaining;
    }
  }

  private void connect(int node, int parent) {
    if (parent != ROOT) {
      failures[node] = step(failures[parent], symbols[node]);
    }
    int failure = failures[node];
    if ((flags[node] & MATCHES) == 0 && (flags[failure] & MATCHES) != 0) {
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

  int depth(int state) {
    if (state == ROOT) {
      return 0;
    }
    int index = Arrays.binarySearch(chainStarts, state);
    int chain = index >= 0 ? index : -index - 2;
    return chainDepths[chain] + state - chainStarts[chain];
  }
}

package dev.hush.masking;

import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Replaces every occurrence of every form of every registered value by {@value #MASK}.
 *
 * <p>Occurrences that overlap are replaced by one mask; occurrences that only touch by one each.
 * {@link Forms} says which spellings of a value are its forms. A value stays registered for the
 * life of the masker.
 *
 * <p>All methods may be called from any thread at any time. Registering prepares a new snapshot
 * beside the old one, so masking never waits for it; when {@code register} returns, the value is
 * masked everywhere. If masking fails for whatever reason, the text is withheld.
 */
public final class SecretMasker {

  /** What stands in place of a value, whatever its length. */
  public static final String MASK = "***";

  /** Short enough for a prompt or a progress bar not to seem to hang. */
  private static final Duration LONGEST_HOLD = Duration.ofMillis(100);

  private static final SecretMasker SHARED = new SecretMasker();

  private final Set<String> registered = ConcurrentHashMap.newKeySet();
  private final Set<String> unmasked = new LinkedHashSet<>();
  private final Releaser releaser = new Releaser();
  private final Duration longestHold;
  private volatile MaskingPolicy policy;
  private volatile Snapshot snapshot = Snapshot.empty();
  private volatile long generation;

  /** A masker with the {@linkplain MaskingPolicy#standard() standard policy}. */
  public SecretMasker() {
    this(MaskingPolicy.standard());
  }

  /** A masker with a policy. */
  public SecretMasker(MaskingPolicy policy) {
    this(policy, LONGEST_HOLD);
  }

  /**
   * @param longestHold how long its streams may hold what may be the beginning of a value
   */
  SecretMasker(MaskingPolicy policy, Duration longestHold) {
    this.policy = policy;
    this.longestHold = longestHold;
  }

  /** The masker of this process. */
  public static SecretMasker shared() {
    return SHARED;
  }

  /** Sets the policy for values registered from now on. */
  public void use(MaskingPolicy policy) {
    this.policy = policy;
  }

  /**
   * Registers a value. Registering it again changes nothing and costs little; many values at once
   * are best given as {@linkplain #register(Map) a map}.
   *
   * @param name the value's name in {@link #unmasked()}
   * @return whether the value is masked: not if it is blank, or if the policy excludes it
   */
  public boolean register(String name, String value) {
    return registered.contains(value) || register(Map.of(name, value));
  }

  /**
   * Registers values by their names, as {@link #register(String, String)} does, but prepares only
   * once.
   *
   * @return whether all the values are masked
   */
  public synchronized boolean register(Map<String, String> values) {
    MaskingPolicy policy = this.policy;
    Set<String> accepted = new LinkedHashSet<>();
    boolean all = true;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String value = entry.getValue();
      if (registered.contains(value)) {
        continue;
      }
      if (policy.masks(value)) {
        accepted.add(value);
      } else {
        all = false;
        if (!value.isBlank()) {
          unmasked.add(entry.getKey());
        }
      }
    }
    if (!accepted.isEmpty()) {
      List<Forms> forms = new ArrayList<>();
      accepted.forEach(value -> forms.add(Forms.of(value, policy)));
      snapshot = snapshot.with(forms);
      generation++;
      // Not before the snapshot is there: whoever finds the value here may rely on it.
      registered.addAll(accepted);
    }
    return all;
  }

  /**
   * A number that has grown when {@code register} returns, if it registered anything: what a text
   * held was decided for good if the number is still what it was before the text was masked.
   */
  public long generation() {
    return generation;
  }

  /** The names of values that the policy excluded, each once, blank values aside. */
  public synchronized List<String> unmasked() {
    return List.copyOf(unmasked);
  }

  /** The text with all values masked; the same instance if it holds none. */
  public String mask(String text) {
    try {
      Snapshot.Finders finders = snapshot.text();
      Finder folding = finders.folding();
      if (!finders.exact().occursIn(text) && (folding == null || !folding.occursIn(text))) {
        return text;
      }
      return masked(text, finders);
    } catch (Throwable e) { // Even an Error: the text may hold a value.
      return MASK;
    }
  }

  private static String masked(String text, Snapshot.Finders finders) {
    Spans spans = new Spans();
    finders.exact().find(text, spans);
    if (finders.folding() != null) {
      finders.folding().find(text, spans);
    }
    spans.unite();
    StringBuilder masked = new StringBuilder(text.length());
    int position = 0;
    for (int i = 0; i < spans.size(); i++) {
      masked.append(text, position, spans.start(i)).append(MASK);
      position = spans.end(i);
    }
    return masked.append(text, position, text.length()).toString();
  }

  /**
   * A stream that passes on what is written to it with all values masked.
   *
   * @param charset in which text is written to the stream
   * @throws IllegalArgumentException if nothing can be written in the charset
   */
  public MaskingOutputStream mask(OutputStream out, Charset charset) {
    return new MaskingOutputStream(this, out, charset);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Duration longestHold() {
    return longestHold;
  }

  Releaser releaser() {
    return releaser;
  }
}

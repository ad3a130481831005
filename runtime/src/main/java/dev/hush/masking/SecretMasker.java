package dev.hush.masking;

import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
 * life of the masker, unless it was {@linkplain #registerUntilReleased registered until released}.
 * Of what was {@linkplain #registerDerived derived} from values, the {@value #MOST_DERIVED} texts
 * that were registered last stay.
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

  /** What a character of a form takes: itself and a node of the automaton. */
  private static final int BYTES = 8;

  /** How many derived texts there are at most. */
  public static final int MOST_DERIVED = 1000;

  /** How much of the memory for all values derived texts may take. */
  private static final int SHARE_OF_DERIVED = 4;

  /** While a value is registered the old automaton is still there beside the new one. */
  private static final int SHARE_OF_MEMORY = 3;

  private static final SecretMasker SHARED = new SecretMasker();

  /** Whether everything that masking needs has been seen to work in this JVM. */
  private static volatile boolean rehearsed;

  private final Set<String> registered = ConcurrentHashMap.newKeySet();
  private final Set<String> unmasked = new LinkedHashSet<>();

  /** Those that may turn out to be no secret; none of them is among the registered. */
  private final Set<String> provisional = new LinkedHashSet<>();

  private final MaskingRemarks remarks = new MaskingRemarks(this);
  private final Releaser releaser = new Releaser();
  private final Complaint complaint = new Complaint();
  private final Duration longestHold;

  /** How many characters all forms of all values may have. */
  private final long largest;

  /** By what they are of, the one that was registered longest ago first. */
  private final Map<String, Forms> derived = new LinkedHashMap<>(16, 0.75f, true);

  private long size;
  private long derivedSize;
  private Snapshot withoutDerived = Snapshot.empty();
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

  SecretMasker(MaskingPolicy policy, Duration longestHold) {
    this(policy, longestHold, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY / BYTES);
  }

  /**
   * @param longestHold how long its streams may hold what may be the beginning of a value
   * @param largest how many characters all forms of all values may have
   */
  SecretMasker(MaskingPolicy policy, Duration longestHold, long largest) {
    this.policy = policy;
    this.longestHold = longestHold;
    this.largest = largest;
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
   * @throws ValueTooLargeException if there is not enough memory to mask it
   */
  public boolean register(String name, String value) {
    return registered.contains(value) || register(Map.of(name, value));
  }

  /**
   * Registers values by their names, as {@link #register(String, String)} does, but prepares only
   * once.
   *
   * @return whether all the values are masked
   * @throws ValueTooLargeException if there is not enough memory to mask one of them; none of those
   *     that are new has been registered then
   * @throws IllegalStateException if masking does not work in this JVM
   */
  public boolean register(Map<String, String> values) {
    rehearse();
    return add(values);
  }

  private static void rehearse() {
    if (!rehearsed) {
      Rehearsal.hold();
      rehearsed = true;
    }
  }

  synchronized boolean add(Map<String, String> values) {
    MaskingPolicy policy = this.policy;
    Set<String> accepted = new LinkedHashSet<>();
    List<Forms> forms = new ArrayList<>();
    long size = this.size;
    boolean all = true;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String value = entry.getValue();
      if (registered.contains(value)) {
        continue;
      }
      if (provisional.remove(value)) {
        registered.add(value);
        continue;
      }
      if (policy.masks(value)) {
        if (accepted.add(value)) {
          Forms added = Forms.of(entry.getKey(), value, policy, largest - size);
          forms.add(added);
          size += added.size();
        }
      } else {
        all = false;
        if (!value.isBlank()) {
          unmasked.add(entry.getKey());
        }
      }
    }
    if (!accepted.isEmpty()) {
      publish(withoutDerived.with(forms));
      this.size = size;
      // Not before the snapshot is there: whoever finds the value here may rely on it.
      registered.addAll(accepted);
    }
    remarks.add(values);
    return all;
  }

  /**
   * Registers values that may turn out to be no secret, and says nothing of those that the policy
   * excludes: who {@linkplain #register(Map) registers} one of them settles that it is one, who
   * {@linkplain #release releases} it that it is not.
   *
   * @throws ValueTooLargeException as {@link #register(Map)}
   */
  public void registerUntilReleased(Map<String, String> values) {
    rehearse();
    addUntilReleased(values);
  }

  private synchronized void addUntilReleased(Map<String, String> values) {
    Set<String> accepted = new LinkedHashSet<>();
    List<Forms> forms = new ArrayList<>();
    long size = this.size;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String value = entry.getValue();
      boolean isKnown = registered.contains(value) || provisional.contains(value);
      if (!isKnown && policy.masks(value) && accepted.add(value)) {
        Forms added = Forms.of(entry.getKey(), value, policy, largest - size);
        forms.add(added);
        size += added.size();
      }
    }
    if (!accepted.isEmpty()) {
      publish(withoutDerived.with(forms));
      this.size = size;
      provisional.addAll(accepted);
    }
  }

  /** Masks these values no longer, unless somebody has registered them for good. */
  public synchronized void release(Collection<String> values) {
    boolean isOther = false;
    for (String value : values) {
      isOther |= provisional.remove(value);
    }
    if (!isOther) {
      return;
    }
    List<Forms> forms = new ArrayList<>();
    registered.forEach(value -> forms.add(Forms.of(value, policy)));
    provisional.forEach(value -> forms.add(Forms.of(value, policy)));
    publish(Snapshot.empty().with(forms));
    size = forms.stream().mapToLong(Forms::size).sum();
  }

  private void publish(Snapshot changed) {
    snapshot = derived.isEmpty() ? changed : changed.with(derived.values());
    withoutDerived = changed;
    generation++;
  }

  /**
   * Registers a text that was made of a value, such as the value in upper case, for a while: only
   * the {@value #MOST_DERIVED} texts that were registered last are masked, fewer if they take more
   * than a quarter of the memory for all values. Registering one again makes it the last. Nothing
   * is told of it by {@link #unmasked()} or {@link #remarks()}.
   *
   * <p>A text that is a level or a frequent word of configuration, such as {@code production}, is
   * not masked: logs are full of it, whatever it was made of.
   *
   * @throws ValueTooLargeException if there is not enough memory to mask it
   * @throws IllegalStateException if masking does not work in this JVM
   */
  public void registerDerived(String name, String text) {
    rehearse();
    addDerived(name, text);
  }

  private synchronized void addDerived(String name, String text) {
    if (registered.contains(text)
        || derived.get(text) != null
        || !policy.masks(text)
        || CommonWords.isOfLogs(text)
        || masked(text, withoutDerived).equals(MASK)) {
      return;
    }
    long most = (largest - size) / SHARE_OF_DERIVED;
    Forms forms = Forms.of(name, text, policy, most);
    derived.put(text, forms);
    derivedSize += forms.size();
    Iterator<Forms> oldest = derived.values().iterator();
    while (derived.size() > MOST_DERIVED || derivedSize > most) {
      derivedSize -= oldest.next().size();
      oldest.remove();
    }
    snapshot = withoutDerived.with(derived.values());
    generation++;
  }

  /**
   * A number that has grown when {@code register} returns, if it registered anything, or {@code
   * release} released anything: what a text held was decided for good if the number is still what
   * it was before the text was masked.
   */
  public long generation() {
    return generation;
  }

  /** The names of values that the policy excluded, each once, blank values aside. */
  public synchronized List<String> unmasked() {
    return List.copyOf(unmasked);
  }

  /** What is to be told of the registered values. */
  public MaskingRemarks remarks() {
    return remarks;
  }

  /** The text with all values masked; the same instance if it holds none. */
  public String mask(String text) {
    try {
      Snapshot current = snapshot;
      return current.isClean(text) ? text : masked(text, current);
    } catch (Throwable e) { // Even an Error: the text may hold a value.
      complaint.make(e);
      return MASK;
    }
  }

  private static String masked(String text, Snapshot snapshot) {
    Spans spans = new Spans();
    snapshot.find(text, spans);
    if (spans.size() == 0) {
      return text;
    }
    StringBuilder masked = new StringBuilder(text.length());
    int position = 0;
    for (int i = 0; i < spans.size(); i++) {
      long number = JsonNumber.around(text, spans.start(i), spans.end(i));
      if (spans.end(i) <= position) {
        continue; // in a number that is masked already
      }
      if (number == JsonNumber.NONE) {
        masked.append(text, position, spans.start(i)).append(MASK);
        position = spans.end(i);
      } else if ((int) (number >>> 32) >= position) {
        masked.append(text, position, (int) (number >>> 32)).append('"').append(MASK).append('"');
        position = (int) number;
      }
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
    return new MaskingOutputStream(this, out, charset, false);
  }

  /**
   * As {@link #mask(OutputStream, Charset)}, for a reader who does not wait for half a line: what
   * may be the beginning of a value is held until the next byte or the end, however long that
   * takes.
   */
  public MaskingOutputStream maskToTheEnd(OutputStream out, Charset charset) {
    return new MaskingOutputStream(this, out, charset, true);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Duration longestHold() {
    return longestHold;
  }

  Complaint complaint() {
    return complaint;
  }

  Releaser releaser() {
    return releaser;
  }
}

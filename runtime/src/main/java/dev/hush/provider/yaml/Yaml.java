package dev.hush.provider.yaml;

import dev.hush.SecretUnavailableException;
import dev.hush.provider.text.Utf8Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML that may come from anybody: whatever it says, it takes bounded time, memory and stack,
 * and a key that stands twice is an error, because readers differ in which of the two they take.
 *
 * <p>Maps and lists are made here, from the events of a library: its own way to make them follows
 * nested collections on the stack, and knows no limit for what aliases multiply.
 *
 * <p>Never shows what it has read.
 */
public final class Yaml {

  private static final int DEEPEST = 200;

  /** What aliases may repeat, all together, in values and their characters. */
  private static final int MOST_REPEATED = 1 << 20;

  private static final String TAG = "tag:yaml.org,2002:";

  private final String name;
  private final Function<Scalar, @Nullable Object> meaning;
  private final Iterator<Event> events;
  private final Map<Anchor, Anchored> anchored = new HashMap<>();
  private long size;
  private long repeated;

  /**
   * A value that is neither a map nor a list.
   *
   * @param isPlain whether it has no quotes, so that it may be something else than text
   */
  public record Scalar(String text, boolean isPlain) {

    /** Whether it stands for nothing. */
    public boolean isNull() {
      return isPlain && text.matches("|~|null|Null|NULL");
    }

    @Override
    public String toString() {
      return "Scalar[***]";
    }
  }

  /** What an alias repeats, and how much that is. */
  private record Anchored(@Nullable Object value, long size) {}

  private Yaml(String text, String name, Function<Scalar, @Nullable Object> meaning) {
    this.name = name;
    this.meaning = meaning;
    LoadSettings settings =
        LoadSettings.builder().setLabel("").setCodePointLimit(Integer.MAX_VALUE).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /**
   * The documents of a text.
   *
   * @param name of it, for messages
   * @param meaning what a scalar becomes; null for nothing
   * @return each a map, a list, or what a scalar became
   * @throws SecretUnavailableException if it is no YAML, or too large; shows nothing of it
   */
  public static List<@Nullable Object> documents(
      String text, String name, Function<Scalar, @Nullable Object> meaning) {
    try {
      return new Yaml(Utf8Text.withoutMark(text), name, meaning).all();
    } catch (YamlEngineException wrong) {
      // Without it as the cause: its message quotes the text.
      throw new SecretUnavailableException(
          name + " is not YAML" + place(wrong), "correct it, or have it written anew");
    }
  }

  private static String place(YamlEngineException wrong) {
    Optional<Mark> mark =
        wrong instanceof MarkedYamlEngineException marked
            ? marked.getProblemMark().or(marked::getContextMark)
            : Optional.empty();
    return mark.map(at -> ": line " + (at.getLine() + 1)).orElse("");
  }

  private List<@Nullable Object> all() {
    List<@Nullable Object> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case DocumentStart -> anchored.clear();
        case Scalar, SequenceStart, MappingStart, Alias -> documents.add(value(event, 0));
        default -> {
          // Where documents and the text begin and end.
        }
      }
    }
    return documents;
  }

  private @Nullable Object value(Event event, int depth) {
    if (depth > DEEPEST) {
      throw refused(event, "is nested too deeply");
    }
    if (event instanceof AliasEvent alias) {
      return repeated(alias);
    }
    long before = size++;
    Object value;
    if (event instanceof MappingStartEvent map) {
      check(map.getTag(), "map", event);
      value = map(depth);
    } else if (event instanceof SequenceStartEvent list) {
      check(list.getTag(), "seq", event);
      value = list(depth);
    } else {
      value = meaning.apply(scalar(event));
    }
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(anchor -> anchored.put(anchor, new Anchored(value, size - before)));
    return value;
  }

  private @Nullable Object repeated(AliasEvent alias) {
    Anchored known = anchored.get(alias.getAlias());
    if (known == null) {
      // Nothing can contain itself: it is known only when it is complete.
      throw refused(alias, "has an alias without its anchor");
    }
    size += known.size();
    repeated += known.size();
    if (repeated > MOST_REPEATED) {
      throw refused(alias, "repeats too much by its aliases");
    }
    return known.value();
  }

  private Map<String, @Nullable Object> map(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      if (!(event instanceof ScalarEvent)) {
        throw refused(event, "has a key that is no text");
      }
      Scalar key = scalar(event);
      if (key.isPlain() && key.text().equals("<<")) {
        throw refused(event, "has a merge key, which is not understood");
      }
      if (map.containsKey(key.text())) {
        throw refused(event, "has a key twice");
      }
      map.put(key.text(), value(events.next(), depth + 1));
    }
    return map;
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      list.add(value(event, depth + 1));
    }
    return list;
  }

  private Scalar scalar(Event event) {
    ScalarEvent scalar = (ScalarEvent) event;
    check(scalar.getTag(), "str", event);
    size += scalar.getValue().length();
    return new Scalar(scalar.getValue(), scalar.isPlain() && scalar.getTag().isEmpty());
  }

  private void check(Optional<String> tag, String usual, Event event) {
    if (!tag.orElse("!").equals("!") && !tag.orElse("").equals(TAG + usual)) {
      throw refused(event, "has a tag that is not understood");
    }
  }

  private SecretUnavailableException refused(Event event, String problem) {
    return new SecretUnavailableException(
        name
            + " "
            + problem
            + event.getStartMark().map(at -> ": line " + (at.getLine() + 1)).orElse(""),
        "correct it, or have it written anew");
  }
}

package dev.hush.logback;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.helpers.BasicMarkerFactory;

/** A masked copy of a marker. */
final class MaskedMarker implements Marker {

  private final String name;
  private final String text;
  private final List<Marker> references;

  MaskedMarker(String name, String text, List<Marker> references) {
    this.name = name;
    this.text = text;
    this.references = references;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public void add(Marker reference) {
    throw new UnsupportedOperationException("a marker of a logged event");
  }

  @Override
  public boolean remove(Marker reference) {
    throw new UnsupportedOperationException("a marker of a logged event");
  }

  @Override
  @SuppressWarnings("deprecation")
  public boolean hasChildren() {
    return hasReferences();
  }

  @Override
  public boolean hasReferences() {
    return !references.isEmpty();
  }

  @Override
  public Iterator<Marker> iterator() {
    return Collections.unmodifiableList(references).iterator();
  }

  @Override
  public boolean contains(Marker other) {
    return contains(other.getName());
  }

  @Override
  public boolean contains(String other) {
    return name.equals(other)
        || references.stream().anyMatch(reference -> reference.contains(other));
  }

  /** Markers are equal if their names are, across classes: the contract of {@link Marker}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Marker marker && name.equals(marker.getName());
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  /** Logback's receivers accept SLF4J's own class only (HardenedLoggingEventInputStream). */
  private Object writeReplace() {
    Marker basic = new BasicMarkerFactory().getDetachedMarker(name);
    references.forEach(basic::add);
    return basic;
  }
}

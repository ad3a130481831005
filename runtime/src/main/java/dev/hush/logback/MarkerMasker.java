package dev.hush.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Marker;
import org.slf4j.helpers.BasicMarker;

/** Masks the markers of an event, and those that they refer to. */
final class MarkerMasker {

  private final TextMasker texts;

  MarkerMasker(TextMasker texts) {
    this.texts = texts;
  }

  @SuppressWarnings("deprecation") // the only way before Logback 1.3
  static List<Marker> of(ILoggingEvent event) {
    if (LogbackFeature.FLUENT_EVENTS.isPresent()) {
      List<Marker> markers = event.getMarkerList();
      return markers == null ? List.of() : markers;
    }
    Marker marker = event.getMarker();
    return marker == null ? List.of() : List.of(marker);
  }

  boolean holdValue(List<Marker> markers) {
    for (int i = 0; i < markers.size(); i++) {
      if (holdsValue(markers.get(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsValue(Marker marker) {
    if (texts.holdsValue(marker.getName())
        // One of another class, logstash-logback-encoder's for example, has more to tell.
        || (marker.getClass() != BasicMarker.class && texts.holdsValue(marker.toString()))) {
      return true;
    }
    for (Iterator<Marker> references = marker.iterator(); references.hasNext(); ) {
      if (holdsValue(references.next())) {
        return true;
      }
    }
    return false;
  }

  List<Marker> mask(List<Marker> markers) {
    if (markers.isEmpty()) {
      return List.of();
    }
    List<Marker> masked = new ArrayList<>(markers.size());
    for (Marker marker : markers) {
      masked.add(holdsValue(marker) ? mask(marker) : marker);
    }
    return masked;
  }

  private Marker mask(Marker marker) {
    List<Marker> references = new ArrayList<>();
    marker.iterator().forEachRemaining(reference -> references.add(mask(reference)));
    return new MaskedMarker(
        texts.apply(marker.getName()), texts.apply(marker.toString()), references);
  }
}

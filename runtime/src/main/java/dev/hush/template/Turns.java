package dev.hush.template;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a loop goes through, each turn of which is counted. */
final class Turns extends AbstractCollection<@Nullable Object> {

  private final Collection<?> elements;
  private final Rendering rendering;

  private Turns(Collection<?> elements, Rendering rendering) {
    this.elements = elements;
    this.rendering = rendering;
  }

  /**
   * @param value what stands behind {@code in}
   */
  static @Nullable Object of(@Nullable Object value, Rendering rendering, int line) {
    if (value == null) {
      return null;
    }
    if (value instanceof Collection<?> elements) {
      return new Turns(elements, rendering);
    }
    if (value instanceof Map<?, ?> map) {
      return new Turns(map.entrySet(), rendering);
    }
    throw new TemplateException("a loop over what is no list", "", line);
  }

  @Override
  public int size() {
    return elements.size();
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    Iterator<?> iterator = elements.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public @Nullable Object next() {
        rendering.turn();
        return rendering.bound(iterator.next());
      }
    };
  }
}

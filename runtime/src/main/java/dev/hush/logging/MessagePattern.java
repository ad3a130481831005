package dev.hush.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A message with places for arguments, {@code {}}, that comes again and again, taken apart once.
 * SLF4J looks for the places at each event, and on Java 17 copies what is between them letter by
 * letter: to put the arguments in here saves what it costs to scan the text for values.
 *
 * <p><b>Invariant:</b> the text is the one that SLF4J makes of the same message and arguments if
 * none of these is the exception that was thrown (MessageFormatter.arrayFormat with null for it).
 * What is rare is left to it.
 */
public final class MessagePattern {

  private static final String PLACE = "{}";

  /** What a few numbers and names take. */
  private static final int ROOM = 50;

  private final int length;

  /** What is around the places: one more than there are. */
  private final String[] pieces;

  private MessagePattern(int length, String[] pieces) {
    this.length = length;
    this.pieces = pieces;
  }

  /** To be called before the first event by who formats any: the first time takes 5 to 25 ms. */
  public static void prepare() {
    Concatenation.prepare();
  }

  /** A message taken apart. */
  public static MessagePattern of(String message) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int places = places(message); places > 0; places--) {
      int at = message.indexOf(PLACE, from);
      pieces.add(message.substring(from, at));
      from = at + PLACE.length();
    }
    pieces.add(message.substring(from));
    return new MessagePattern(message.length(), pieces.toArray(new String[0]));
  }

  /**
   * How many arguments certainly are written into a message. None if there is a backslash: escaped
   * places do not count, and doubly escaped ones do, which is not worth telling apart.
   */
  public static int places(String message) {
    int count = 0;
    if (message.indexOf('\\') < 0) {
      for (int at = message.indexOf(PLACE);
          at >= 0;
          at = message.indexOf(PLACE, at + PLACE.length())) {
        count++;
      }
    }
    return count;
  }

  /** The same of this one. */
  public int places() {
    return pieces.length - 1;
  }

  /**
   * The message with its arguments in place.
   *
   * @param text gives the text of an argument that is no string and no whole number
   * @return null if it is not known here: without a place, or with fewer arguments than places
   */
  public @Nullable String with(@Nullable Object[] arguments, Function<Object, String> text) {
    int places = places();
    if (places == 0 || arguments.length < places) {
      return null;
    }
    return switch (places) {
      case 1 -> Concatenation.of(pieces[0], text(arguments[0], text), pieces[1]);
      case 2 ->
          Concatenation.of(
              pieces[0], text(arguments[0], text), pieces[1], text(arguments[1], text), pieces[2]);
      case 3 ->
          Concatenation.of(
              pieces[0],
              text(arguments[0], text),
              pieces[1],
              text(arguments[1], text),
              pieces[2],
              text(arguments[2], text),
              pieces[3]);
      default -> many(arguments, text);
    };
  }

  /**
   * The arguments as a text shows them that was made of this message, and masked: those that stand
   * in it as they are, and the one that does not. So the text need not be looked for values piece
   * by piece, and what is given back holds none, being pieces of it.
   *
   * @param text gives the text of an argument, as for {@link #with}
   * @return null if that cannot be told
   */
  public @Nullable Object @Nullable [] shown(
      String masked, @Nullable Object[] arguments, Function<Object, String> text) {
    int last = places() - 1;
    if (last < 0 || arguments.length != places()) {
      return null;
    }
    @Nullable Object[] shown = new Object[arguments.length];
    if (!masked.startsWith(pieces[0])) {
      return null;
    }
    int begin = pieces[0].length();
    int first = 0;
    for (; first < last; first++) {
      String argument = text(arguments[first], text);
      int end = begin + argument.length();
      if (!masked.startsWith(argument, begin) || !masked.startsWith(pieces[first + 1], end)) {
        break;
      }
      shown[first] = kept(arguments[first], argument);
      begin = end + pieces[first + 1].length();
    }
    int end = masked.length();
    for (; last >= first; last--) {
      end -= pieces[last + 1].length();
      if (end < begin || !masked.startsWith(pieces[last + 1], end)) {
        return null;
      }
      if (last == first) {
        break;
      }
      String argument = text(arguments[last], text);
      end -= argument.length();
      if (end < begin || !masked.startsWith(argument, end)) {
        return null;
      }
      shown[last] = kept(arguments[last], argument);
    }
    shown[first] = masked.substring(begin, end);
    return shown;
  }

  private static @Nullable Object kept(@Nullable Object argument, String text) {
    return argument == null || Settled.of(argument) == Settled.YES ? argument : text;
  }

  private String many(@Nullable Object[] arguments, Function<Object, String> text) {
    StringBuilder formatted = new StringBuilder(length + ROOM);
    int places = places();
    for (int i = 0; i < places; i++) {
      formatted.append(pieces[i]).append(text(arguments[i], text));
    }
    return formatted.append(pieces[places]).toString();
  }

  private static String text(@Nullable Object argument, Function<Object, String> text) {
    if (argument instanceof String string) {
      return string;
    }
    if (argument instanceof Integer number) {
      return Integer.toString(number);
    }
    if (argument instanceof Long number) {
      return Long.toString(number);
    }
    return argument == null ? "null" : text.apply(argument);
  }
}

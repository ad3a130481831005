package dev.hush.log4j;

import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/** A message of which everything is masked: its text, which stays as it is, and its arguments. */
record MaskedMessage(
    @Nullable String text, @Nullable Object @Nullable [] arguments, @Nullable Throwable throwable)
    implements Message {

  @Override
  public @Nullable String getFormattedMessage() {
    return text;
  }

  @Override
  public @Nullable String getFormat() {
    return text;
  }

  @Override
  @SuppressWarnings("NullAway") // an argument may be null, whatever Log4j's signature says
  public @Nullable Object @Nullable [] getParameters() {
    return arguments;
  }

  @Override
  public @Nullable Throwable getThrowable() {
    return throwable;
  }

  @Override
  public @Nullable String toString() {
    return text;
  }
}

package dev.hush.provider.aws;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What AWS calls so: who signs. Never shown.
 *
 * @param sessionToken null for those of a user, which have none
 * @param end when AWS will refuse them; null for never
 */
record Credentials(
    String accessKey, String secretKey, @Nullable String sessionToken, @Nullable Instant end) {

  @Override
  public String toString() {
    return "Credentials[***]";
  }
}

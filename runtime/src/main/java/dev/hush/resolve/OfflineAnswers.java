package dev.hush.resolve;

import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.OfflineCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When the offline copy speaks for a manager: while that cannot be reached, or is not able to
 * answer. A refused identity, a missing permission and "not found" are answers, of which the last
 * two take what they are about out of the copy.
 *
 * <p>What comes from the copy is good for a minute only, so that the manager is asked again in the
 * background, and its value takes the copy's place as soon as it can be had.
 */
final class OfflineAnswers {

  private static final Duration ASKED_AGAIN = Duration.ofMinutes(1);

  private final OfflineCopy copy;
  private final AddressReader reader;
  private final Consumer<String> warnings;

  OfflineAnswers(OfflineCopy copy, AddressReader reader, Consumer<String> warnings) {
    this.copy = copy;
    this.reader = reader;
    this.warnings = warnings;
  }

  /** Brings the copy up to date with what managers have answered. */
  void note(Map<SecretAddress, Answer> answers) {
    Map<OfflineCopy.Place, Answer.Found> given = new LinkedHashMap<>();
    List<OfflineCopy.Place> gone = new ArrayList<>();
    answers.forEach(
        (address, answer) -> {
          boolean isGone = isGone(answer);
          OfflineCopy.Place place =
              isGone || answer instanceof Answer.Found ? place(address) : null;
          if (place != null && isGone) {
            gone.add(place);
          } else if (place != null && answer instanceof Answer.Found found) {
            given.put(place, found);
          }
        });
    if (!given.isEmpty() || !gone.isEmpty()) {
      copy.keep(given, gone);
    }
  }

  /**
   * Notes the answers, and completes them.
   *
   * @param isKnown whether this process has read something there itself, which is used then
   * @return the same answers, with what the copy has where a manager could not be reached
   */
  Map<SecretAddress, Answer> completed(
      Map<SecretAddress, Answer> answers, Predicate<SecretAddress> isKnown) {
    note(answers);
    List<OfflineCopy.Place> wanted = new ArrayList<>();
    answers.forEach(
        (address, answer) -> {
          if (unreachable(answer) != null && !isKnown.test(address)) {
            OfflineCopy.Place place = place(address);
            if (place != null) {
              wanted.add(place);
            }
          }
        });
    if (wanted.isEmpty()) {
      return answers;
    }
    Map<SecretAddress, Answer> completed = new LinkedHashMap<>(answers);
    copy.read(wanted)
        .forEach(
            (address, copied) -> {
              SecretUnavailableException reason = unreachable(completed.get(address));
              warnings.accept(
                  address
                      + " is from the offline copy, "
                      + told(copied.age())
                      + " old"
                      + (reason == null || address.isHidden() ? "" : ": " + reason.reason()));
              completed.put(address, new Answer.Found(copied.provided(), ASKED_AGAIN));
            });
    return completed;
  }

  private OfflineCopy.@Nullable Place place(SecretAddress address) {
    String origin = reader.origin(address);
    return origin == null ? null : new OfflineCopy.Place(address, origin);
  }

  private static boolean isGone(Answer answer) {
    return answer instanceof Answer.Failed failed
        && (failed.failure() instanceof SecretNotFoundException
            || (failed.failure() instanceof SecretUnavailableException unavailable
                && unavailable.isWithheld()));
  }

  /** Why nothing was said; null if something was. */
  private static @Nullable SecretUnavailableException unreachable(@Nullable Answer answer) {
    return answer instanceof Answer.Failed failed
            && failed.failure() instanceof SecretUnavailableException unavailable
            && unavailable.retryAfter() != null
        ? unavailable
        : null;
  }

  /** In the largest unit that there is one of. */
  private static String told(Duration age) {
    if (age.toDays() > 0) {
      return counted(age.toDays(), "day");
    }
    if (age.toHours() > 0) {
      return counted(age.toHours(), "hour");
    }
    return counted(age.toMinutes(), "minute");
  }

  private static String counted(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}

package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.OfflineCopy;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When the offline copy speaks for a manager, and when it must not. */
class OfflineAnswersTest {

  private static final SecretAddress ADDRESS = SecretAddress.parse("vault:db");

  private final List<String> warnings = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final Timing timing =
      new Timing(clock::get, time -> clock.addAndGet(time.toNanos()), () -> 0.5);
  private final Manager manager = new Manager();
  private final Memory memory = new Memory();
  private final AddressReader reader =
      new AddressReader(List.of(manager), List.of(), timing, warnings::add);

  /** A process that starts: it has the copy, and nothing else of others before it. */
  private AddressValues process() {
    return new AddressValues(
        reader,
        Duration.ZERO,
        timing,
        warnings::add,
        new OfflineAnswers(memory, reader, warnings::add));
  }

  private static final class Manager implements SecretProvider {
    Object answer = "hunter2";
    @Nullable String origin = "who asks";

    @Override
    public Set<String> schemes() {
      return Set.of("vault");
    }

    @Override
    public Provided read(SecretAddress address) {
      if (answer instanceof RuntimeException failure) {
        throw failure;
      }
      return new Provided.Value("KEY", answer.toString());
    }

    @Override
    public @Nullable String origin(SecretAddress address) {
      return origin;
    }
  }

  private static final class Memory implements OfflineCopy {
    final Map<Place, Provided> kept = new LinkedHashMap<>();
    Duration age = Duration.ofMinutes(200);

    @Override
    public void keep(Map<Place, Answer.Found> given, Collection<Place> gone) {
      given.forEach((place, found) -> kept.put(place, found.provided()));
      kept.keySet().removeAll(gone);
    }

    @Override
    public Map<SecretAddress, Copied> read(Collection<Place> wanted) {
      Map<SecretAddress, Copied> copied = new LinkedHashMap<>();
      for (Place place : wanted) {
        Provided provided = kept.get(place);
        if (provided != null) {
          copied.put(place.address(), new Copied(provided, age));
        }
      }
      return copied;
    }
  }

  private static final SecretException DOWN =
      SecretUnavailableException.temporary("Vault takes no connections", "", Duration.ZERO);

  private Answer read(AddressValues values) {
    return Objects.requireNonNull(values.read(List.of(ADDRESS)).get(ADDRESS));
  }

  private static String value(Answer answer) {
    return answer instanceof Answer.Failed failed
        ? failed.failure().reason()
        : ((Provided.Value) ((Answer.Found) answer).provided()).value();
  }

  @Test
  void aStartWithoutTheManagerHasWhatItGaveBefore() {
    read(process());
    manager.answer = DOWN;

    assertThat(value(read(process()))).isEqualTo("hunter2");
    assertThat(warnings)
        .containsExactly(
            "vault:db is from the offline copy, 3 hours old: Vault takes no connections");
  }

  static Stream<Arguments> answersAndWhatBecomesOfTheCopy() {
    return Stream.of(
        Arguments.of(DOWN, true, true),
        Arguments.of(SecretUnavailableException.identityRefused("401", ""), false, true),
        Arguments.of(SecretUnavailableException.withheld("403", ""), false, false),
        Arguments.of(new SecretNotFoundException("404", ""), false, false),
        Arguments.of(new SecretUnavailableException("a wrong certificate", ""), false, true),
        Arguments.of(new InvalidSecretException("no address", ""), false, true),
        Arguments.of(new IllegalStateException("a mistake in a provider"), false, true));
  }

  @ParameterizedTest
  @MethodSource("answersAndWhatBecomesOfTheCopy")
  void onlyWhoDoesNotAnswerIsSpokenFor(RuntimeException answer, boolean isUsed, boolean stays) {
    read(process());
    manager.answer = answer;

    assertThat(read(process()) instanceof Answer.Found).isEqualTo(isUsed);
    assertThat(memory.kept.isEmpty()).isNotEqualTo(stays);
  }

  @Test
  void anOpenBreakerIsNoAnswer() {
    read(process());
    manager.answer = DOWN;
    for (int i = 0; i < 3; i++) {
      read(process());
    }
    warnings.clear();

    assertThat(value(read(process()))).isEqualTo("hunter2");
    assertThat(warnings).singleElement().asString().contains("times before");
  }

  @Test
  void anotherTenantGetsNothing() {
    read(process());
    manager.origin = "another tenant";
    manager.answer = DOWN;

    assertThat(value(read(process()))).isEqualTo("Vault takes no connections");
  }

  @Test
  void whatHasNoOriginIsNotKept() {
    manager.origin = null;
    read(process());
    assertThat(memory.kept).isEmpty();
  }

  @Test
  void whatThisProcessHasReadItselfComesBeforeTheCopy() {
    AddressValues values =
        new AddressValues(
            reader,
            Duration.ofMinutes(10),
            timing,
            warnings::add,
            new OfflineAnswers(memory, reader, warnings::add));
    read(values);
    memory.kept.replaceAll((place, provided) -> new Provided.Value("KEY", "of another process"));
    manager.answer = DOWN;
    clock.addAndGet(Duration.ofMinutes(11).toNanos());

    assertThat(value(read(values))).isEqualTo("hunter2");
    assertThat(warnings).singleElement().asString().contains("the old value of vault:db stays");
  }

  @Test
  void theManagersValueTakesItsPlaceAsSoonAsItCanBeHadAndThenForGood() {
    read(process());
    manager.answer = DOWN;
    AddressValues values = process();
    Refresh refresh = new Refresh(values, timing, warnings::add);
    read(values);
    Duration timeToLive = Objects.requireNonNull(values.timeToLive(ADDRESS));
    assertThat(timeToLive).isEqualTo(Duration.ofMinutes(1));
    List<String> seen = new ArrayList<>();
    refresh.add(
        ADDRESS, timeToLive, provided -> () -> seen.add(((Provided.Value) provided).value()));

    clock.addAndGet(refresh.untilNext());
    refresh.refreshDue();
    assertThat(seen).isEmpty();

    manager.answer = "rotated";
    clock.addAndGet(Duration.ofMinutes(2).toNanos());
    refresh.refreshDue();
    assertThat(seen).containsExactly("rotated");
    assertThat(values.timeToLive(ADDRESS)).isNull();
    assertThat(refresh.untilNext()).isEqualTo(Long.MAX_VALUE);
    assertThat(memory.kept.values()).containsExactly(new Provided.Value("KEY", "rotated"));
  }

  @Test
  void whatAManagerWithdrawsWhileItIsUsedIsForgottenToo() {
    AddressValues values = process();
    read(values);
    manager.answer = SecretUnavailableException.withheld("403", "");
    values.readAgain(List.of(ADDRESS));

    assertThat(memory.kept).isEmpty();
  }
}

package dev.hush.provider;

import dev.hush.SecretException;
import dev.hush.address.SecretAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Addresses by the places in a manager that they lead to: several fields of one secret lead to one
 * place, which is read once. An address that is written wrongly leads to none, and costs the others
 * nothing.
 *
 * @param <P> says where something is, and is equal to what says the same
 */
public final class Places<P> {

  private final Map<P, List<SecretAddress>> addresses = new LinkedHashMap<>();
  private final Map<SecretAddress, SecretException> wrong = new LinkedHashMap<>();

  private Places() {}

  /**
   * Takes addresses apart.
   *
   * @param place of an address; throws {@link SecretException} if it leads to none
   */
  public static <P> Places<P> of(
      Collection<SecretAddress> addresses, Function<SecretAddress, P> place) {
    Places<P> places = new Places<>();
    for (SecretAddress address : addresses) {
      try {
        places
            .addresses
            .computeIfAbsent(place.apply(address), none -> new ArrayList<>())
            .add(address);
      } catch (SecretException failure) {
        places.wrong.put(address, failure);
      }
    }
    return places;
  }

  /** The places, in the order of their first addresses. */
  public List<P> all() {
    return List.copyOf(addresses.keySet());
  }

  /** One address of a place, for what is said about the place. */
  public SecretAddress anAddress(P place) {
    return Objects.requireNonNull(addresses.get(place)).get(0);
  }

  /** Batches of {@link SecretProvider#batches}: each place by itself. */
  public Collection<List<SecretAddress>> batches() {
    return batches(place -> Optional.empty(), 1);
  }

  /**
   * Batches of {@link SecretProvider#batches}.
   *
   * @param together places with an equal answer are read together, those without one by themselves
   * @param most places of one batch
   */
  public Collection<List<SecretAddress>> batches(Function<P, Optional<?>> together, int most) {
    List<List<SecretAddress>> batches = new ArrayList<>();
    wrong.keySet().forEach(address -> batches.add(List.of(address)));
    Map<Object, List<List<SecretAddress>>> groups = new LinkedHashMap<>();
    addresses.forEach(
        (place, its) ->
            together
                .apply(place)
                .ifPresentOrElse(
                    group -> groups.computeIfAbsent(group, none -> new ArrayList<>()).add(its),
                    () -> batches.add(List.copyOf(its))));
    for (List<List<SecretAddress>> group : groups.values()) {
      for (int from = 0; from < group.size(); from += most) {
        batches.add(
            group.subList(from, Math.min(group.size(), from + most)).stream()
                .flatMap(List::stream)
                .toList());
      }
    }
    return batches;
  }

  /**
   * An answer for each address.
   *
   * @param read what is at a place; throws {@link SecretException} if nothing can be had there
   * @param choose what an address asks for of that
   */
  public <T> Map<SecretAddress, Answer> answers(
      Function<P, T> read, BiFunction<T, SecretAddress, Provided> choose) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    wrong.forEach((address, failure) -> answers.put(address, new Answer.Failed(failure)));
    addresses.forEach(
        (place, its) -> {
          try {
            T there = read.apply(place);
            its.forEach(
                address ->
                    answers.put(address, Answer.of(address, () -> choose.apply(there, address))));
          } catch (SecretException failure) {
            its.forEach(address -> answers.put(address, new Answer.Failed(failure)));
          }
        });
    return answers;
  }
}

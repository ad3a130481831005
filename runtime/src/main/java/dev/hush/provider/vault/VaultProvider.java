package dev.hush.provider.vault;

import dev.hush.InvalidSecretException;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.PersonalLogin;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code vault:PATH.FIELD}: one field of a secret in HashiCorp Vault or OpenBao, and {@code
 * vault:PATH}: all its fields.
 *
 * <p>The path is in the mount that {@code ?mount=} names, or {@code VAULT_PATH_PREFIX}, or {@code
 * secret}, as in Dagger. Whether a mount keeps versions (KV version 2) is asked once for each, or
 * said by {@code ?kv=}. {@code ?version=} names one, {@code ?namespace=} another name space than
 * {@code VAULT_NAMESPACE}. What another engine makes on demand, such as the users of a database, is
 * good for as long as its lease says; the lease is renewed before that is over, and what Vault does
 * not prolong is made anew.
 *
 * <p>All fields of one place are one request.
 */
public final class VaultProvider implements SecretProvider {

  private static final Set<String> PARAMETERS =
      Set.of("field", "version", "mount", "namespace", "kv");

  private final VaultSettings settings;
  private final VaultSession session;
  private final Duration timeLimit;
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<Place, Lease> leases = new ConcurrentHashMap<>();
  private final ReentrantLock asking = new ReentrantLock();

  /**
   * A provider that asks nobody to log in.
   *
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .vault-token} is
   * @param timeLimit for one batch, with all its retries
   */
  public VaultProvider(UnaryOperator<@Nullable String> environment, Path home, Duration timeLimit) {
    this(environment, home, timeLimit, null);
  }

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param home of the user, where {@code .vault-token} is
   * @param timeLimit for one batch, with all its retries, but without waiting for a person
   * @param person who may be asked to log in; null for nobody
   */
  public VaultProvider(
      UnaryOperator<@Nullable String> environment,
      Path home,
      Duration timeLimit,
      @Nullable PersonalLogin person) {
    this.settings = new VaultSettings(environment, home);
    this.session = new VaultSession(settings, this::holdsLeases, timeLimit, person);
    this.timeLimit = person == null ? timeLimit : timeLimit(environment, timeLimit, person);
  }

  /**
   * How long reading may take: as long as it may anyway, and the time that a person is waited for
   * where one may have to log in.
   */
  public static Duration timeLimit(
      UnaryOperator<@Nullable String> environment, Duration timeLimit, PersonalLogin person) {
    return new VaultSettings(environment, Path.of("")).asksForPersonalLogin()
        ? timeLimit.plus(person.patience())
        : timeLimit;
  }

  /**
   * Where a secret is: what one request reads.
   *
   * @param kv 1 or 2, or 0 if the mount is to be asked
   * @param version 0 for the newest
   */
  private record Place(
      List<String> mount, List<String> path, @Nullable String namespace, int kv, long version) {

    String mountKey() {
      return namespace + "\n" + String.join("/", mount);
    }
  }

  /**
   * What Vault made for a place, and takes back unless it is renewed. Never the values themselves.
   *
   * @param seconds how long it was good when it was made
   * @param end of it, by {@link System#nanoTime()}
   */
  private record Lease(String id, long seconds, long end) {

    boolean isGood() {
      return end - System.nanoTime() > 0;
    }
  }

  VaultLogin login() {
    return session.login();
  }

  /** A lease ends with the token that it was given to. */
  private boolean holdsLeases() {
    return leases.values().stream().anyMatch(Lease::isGood);
  }

  @Override
  public Set<String> schemes() {
    return Set.of("vault");
  }

  @Override
  public String origin(SecretAddress address) {
    return settings.origin() + "\n" + session.login().origin() + "\n" + place(address);
  }

  /** Whoever has logged in since then is not left alone for what the one before was refused. */
  @Override
  public String domain(SecretAddress address) {
    return "identity " + session.login().identity();
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  @Override
  public Provided read(SecretAddress address) {
    Answer answer = readAll(List.of(address)).get(address);
    if (answer instanceof Answer.Found found) {
      return found.provided();
    }
    throw answer instanceof Answer.Failed failed
        ? failed.failure()
        : new IllegalStateException("no answer");
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    Map<Object, List<SecretAddress>> batches = new LinkedHashMap<>();
    for (SecretAddress address : addresses) {
      Object place = address;
      try {
        place = place(address);
      } catch (InvalidSecretException wrong) {
        // Told when its turn comes.
      }
      batches.computeIfAbsent(place, none -> new ArrayList<>()).add(address);
    }
    return batches.values();
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<Place, Object> fetched = new LinkedHashMap<>();
    for (SecretAddress address : batch) {
      try {
        Place place = place(address);
        String field = AddressParts.of(address, PARAMETERS).field();
        if (!fetched.containsKey(place)) {
          fetched.put(place, fetchedOrFailure(place, address));
        }
        Object there = fetched.get(place);
        answers.put(
            address,
            there instanceof SecretException failure
                ? new Answer.Failed(failure)
                : found(address, field, (Fields) Objects.requireNonNull(there)));
      } catch (SecretException wrong) {
        answers.put(address, new Answer.Failed(wrong));
      }
    }
    return answers;
  }

  @Override
  public Map<SecretAddress, Answer> readAgain(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<Place, Optional<Answer>> renewals = new HashMap<>();
    List<SecretAddress> others = new ArrayList<>();
    for (SecretAddress address : batch) {
      renewals
          .computeIfAbsent(place(address), place -> renewed(place, address))
          .ifPresentOrElse(answer -> answers.put(address, answer), () -> others.add(address));
    }
    answers.putAll(readAll(others));
    return answers;
  }

  /**
   * How it went to renew the lease of a place; empty if it has none, or one that Vault does not
   * prolong as it did at first, so that another has to be made.
   */
  private Optional<Answer> renewed(Place place, SecretAddress address) {
    Lease lease = leases.get(place);
    if (lease == null || !lease.isGood()) {
      return Optional.empty();
    }
    try {
      String body = Json.object(Map.of("lease_id", lease.id(), "increment", lease.seconds()));
      HttpAnswer answer = asked(HttpCall.json("PUT", "/v1/sys/leases/renew", body), place, address);
      if (!answer.isSuccess()) {
        throw failure(answer, address);
      }
      long seconds = VaultToken.seconds(answer.json().get("lease_duration"));
      if (seconds * 2 >= lease.seconds()) {
        leases.put(place, new Lease(lease.id(), lease.seconds(), end(seconds)));
        return Optional.of(new Answer.StillGood(Duration.ofSeconds(seconds)));
      }
    } catch (SecretUnavailableException failure) {
      if (failure.retryAfter() != null) {
        return Optional.of(new Answer.Failed(failure));
      }
    } catch (SecretException notProlonged) {
      // As one that is not known any more.
    }
    leases.remove(place, lease);
    return Optional.empty();
  }

  private static long end(long seconds) {
    return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }

  private Object fetchedOrFailure(Place place, SecretAddress address) {
    try {
      return fetch(place, address);
    } catch (SecretException failure) {
      return failure;
    }
  }

  /** What is at a place, and for how long it is good, if that is said. Never shown. */
  private static final class Fields {
    final Map<String, String> values;
    final @Nullable Duration goodFor;

    Fields(Map<String, String> values, @Nullable Duration goodFor) {
      this.values = values;
      this.goodFor = goodFor;
    }
  }

  private static Answer found(SecretAddress address, @Nullable String field, Fields fields) {
    if (field == null) {
      return new Answer.Found(new Provided.Values(fields.values), fields.goodFor);
    }
    String value = fields.values.get(field);
    return value == null
        ? new Answer.Failed(AddressParts.missing("the secret of " + address, "field", field))
        : new Answer.Found(new Provided.Value(AddressParts.variable(field), value), fields.goodFor);
  }

  private Place place(SecretAddress address) {
    AddressParts parts = AddressParts.of(address, PARAMETERS);
    String mount = parts.parameter("mount").orElseGet(() -> settings.get("PATH_PREFIX", "secret"));
    List<String> mountNames =
        Arrays.stream(mount.split("/")).filter(name -> !name.isEmpty()).toList();
    OptionalLong kv = parts.number("kv");
    if (kv.isPresent() && kv.getAsLong() > 2 || mountNames.isEmpty()) {
      throw AddressParts.wrong(address, "has a kv or a mount that is none", "kv is 1 or 2");
    }
    if (mountNames.stream().anyMatch(name -> name.equals("..") || name.equals("."))) {
      throw AddressParts.wrong(address, "has a mount of dots only", "write the whole path");
    }
    return new Place(
        mountNames,
        parts.place(),
        parts.parameter("namespace").orElse(null),
        (int) kv.orElse(0),
        parts.number("version").orElse(0));
  }

  private HttpAnswer asked(HttpCall request, Place place, SecretAddress address) {
    return session.asked(request, place.namespace(), address.toString());
  }

  private Fields fetch(Place place, SecretAddress address) {
    int kv = place.kv() == 0 ? version(place, address) : place.kv();
    if (kv != 2 && place.version() != 0) {
      throw AddressParts.wrong(
          address, "names a version, and its mount keeps none", "leave out the version");
    }
    List<String> names = new ArrayList<>(place.mount());
    if (kv == 2) {
      names.add("data");
    }
    names.addAll(place.path());
    String query =
        place.version() == 0
            ? ""
            : HttpCall.query(Map.of("version", Long.toString(place.version())));
    HttpAnswer answer = asked(HttpCall.get(HttpCall.path("v1", names) + query), place, address);
    return kv == 2 ? ofVersioned(answer, place, address) : ofPlain(answer, place, address);
  }

  private Fields ofPlain(HttpAnswer answer, Place place, SecretAddress address) {
    if (!answer.isSuccess()) {
      throw failure(answer, address);
    }
    Json json = answer.json();
    String lease = json.get("lease_id").string();
    long seconds = VaultToken.seconds(json.get("lease_duration"));
    // Without a lease, version 1 answers a duration all the same, as a hint.
    if (lease == null || lease.isEmpty() || seconds <= 0) {
      return fields(json.get("data"), address, null);
    }
    if (json.get("renewable").isTrue()) {
      leases.put(place, new Lease(lease, seconds, end(seconds)));
    }
    return fields(json.get("data"), address, Duration.ofSeconds(seconds));
  }

  private Fields ofVersioned(HttpAnswer answer, Place place, SecretAddress address) {
    if (answer.status() == 404 && answer.isJson()) {
      Json metadata = answer.json().get("data").get("metadata");
      if (metadata.isObject()) {
        throw new SecretNotFoundException(
            "the secret of "
                + address
                + (place.version() == 0 ? "" : ", version " + place.version() + ",")
                + (metadata.get("destroyed").isTrue() ? " is destroyed" : " is deleted"),
            metadata.get("destroyed").isTrue()
                ? "write it again, or name another version"
                : "undelete it, or name another version");
      }
    }
    if (!answer.isSuccess()) {
      throw failure(answer, address);
    }
    return fields(answer.json().get("data").get("data"), address, null);
  }

  private Fields fields(Json data, SecretAddress address, @Nullable Duration goodFor) {
    if (!data.isObject()) {
      throw new SecretUnavailableException(
          session.server().name() + " answered without a secret for " + address,
          "see that the address is right");
    }
    return new Fields(data.plaintexts(), goodFor);
  }

  private SecretException failure(HttpAnswer answer, SecretAddress address) {
    return VaultWords.failure(answer, address.toString(), session.login().remedy());
  }

  /** 2 if the mount keeps versions, 1 if not; asked once for each mount. */
  private int version(Place place, SecretAddress address) {
    try {
      // One asks, and those beside it wait for what it learns.
      asking.lockInterruptibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException(
          "interrupted while asking " + session.server().name(), "");
    }
    try {
      Integer known = versions.get(place.mountKey());
      return known == null ? askedVersion(place, address) : known;
    } finally {
      asking.unlock();
    }
  }

  private int askedVersion(Place place, SecretAddress address) {
    List<String> names = new ArrayList<>(place.mount());
    names.addAll(place.path());
    HttpAnswer answer =
        asked(HttpCall.get(HttpCall.path("v1/sys/internal/ui/mounts", names)), place, address);
    if (answer.status() == 404) {
      // A server that does not know the question: older than version 2.
      return 1;
    }
    if (!answer.isSuccess()) {
      throw failure(answer, address);
    }
    boolean keepsVersions =
        "2".equals(answer.json().get("data").get("options").get("version").string());
    versions.put(place.mountKey(), keepsVersions ? 2 : 1);
    return keepsVersions ? 2 : 1;
  }
}

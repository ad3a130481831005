package dev.hush.resolve;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretStore;
import dev.hush.SecretUnavailableException;
import dev.hush.address.NearNames;
import dev.hush.address.SafeText;
import dev.hush.address.Schemes;
import dev.hush.address.SecretAddress;
import dev.hush.masking.SecretMasker;
import dev.hush.masking.ValueTooLargeException;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.OfflineCopy;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.dotenv.DotenvFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what a {@link Secret} describes, checks it against what the description demands, and
 * registers it for masking before it is handed out.
 *
 * <p>Thread-safe. Names that code defines are kept here.
 */
public final class SecretResolver {

  private static final int PARALLEL_NAMES = 8;

  /** Shorter ones decode to a text by chance too often. */
  private static final int SHORTEST_ENCODED = 8;

  /** Stands where a variable's name does; no variable is called so. */
  private static final String UNNAMED = "";

  /** The scheme of the addresses of named secrets, which no provider reads. */
  private static final String NAMED = "secret";

  /** The schemes of what the process has from its start. */
  private static final Set<String> VARIABLES = Set.of("env", "secret-env");

  private final AddressValues addresses;
  private final Refresh refresh;
  private final Map<String, Secret> defined = new ConcurrentHashMap<>();
  private final Set<Secret.Dotenv> warnedOf = ConcurrentHashMap.newKeySet();
  private final Set<String> mistyped = ConcurrentHashMap.newKeySet();
  private final Set<String> hidden = ConcurrentHashMap.newKeySet();
  private final SecretMasker masker;
  private final UnaryOperator<@Nullable String> processEnvironment;
  private final Supplier<SecretStore> store;
  private final Consumer<String> warnings;
  private final LeftOutKeys leftOutKeys;

  /**
   * @param providers an earlier one wins its scheme over a later one
   * @param others asked only for a scheme that none of the providers reads, because looking for
   *     services opens every jar of the class path
   * @param timeToLive of what another machine keeps, where the address says none; zero for the life
   *     of the process
   * @param store of the names that no code defines, in the active deployment environment; asked for
   *     when there is such a name. If a provider reads {@code secret:ENVIRONMENT/NAME} elsewhere,
   *     values are from there: another machine keeps the store
   * @param processEnvironment the variables of the process, without any function's
   * @param warnings takes a line for whoever started the program
   */
  public SecretResolver(
      Collection<? extends SecretProvider> providers,
      Iterable<? extends SecretProvider> others,
      Duration timeToLive,
      SecretMasker masker,
      UnaryOperator<@Nullable String> processEnvironment,
      Supplier<SecretStore> store,
      Consumer<String> warnings) {
    this(providers, others, timeToLive, masker, processEnvironment, store, warnings, null);
  }

  /**
   * The same with an offline copy.
   *
   * @param offline null for none
   */
  public SecretResolver(
      Collection<? extends SecretProvider> providers,
      Iterable<? extends SecretProvider> others,
      Duration timeToLive,
      SecretMasker masker,
      UnaryOperator<@Nullable String> processEnvironment,
      Supplier<SecretStore> store,
      Consumer<String> warnings,
      @Nullable OfflineCopy offline) {
    Timing timing = Timing.ofMachine();
    // An address is shown as far as it was written, and an expression may have put a value there.
    Consumer<String> masked = line -> warnings.accept(masker.mask(line));
    AddressReader reader = new AddressReader(providers, others, timing, masked);
    OfflineAnswers copied = offline == null ? null : new OfflineAnswers(offline, reader, masked);
    this.addresses = new AddressValues(reader, timeToLive, timing, masked, copied);
    this.refresh = new Refresh(addresses, timing, masked);
    this.masker = masker;
    this.processEnvironment = processEnvironment;
    this.store = store;
    this.warnings = masked;
    this.leftOutKeys = new LeftOutKeys(masked);
  }

  /**
   * Gives a secret a name; a later definition of the name replaces an earlier one. What it says is
   * masked from now on, if the process has it already.
   *
   * @return whether it is another definition than before
   */
  public boolean define(String name, Secret secret) {
    boolean isOther = !secret.equals(defined.put(name, secret));
    if (isOther && isOfVariables(secret)) {
      try {
        var unused = variables(secret);
      } catch (SecretException absent) {
        // Told when somebody asks for it.
      }
    }
    return isOther;
  }

  private static boolean isOfVariables(Secret secret) {
    if (!(secret.source() instanceof Secret.Address address)) {
      return false;
    }
    try {
      return VARIABLES.contains(SecretAddress.parse(address.text()).scheme());
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /**
   * Masks values that code makes a secret of, unless they turn out to be visible.
   *
   * @throws InvalidSecretException if one is too large to be masked
   */
  public void made(Map<String, String> values) {
    Map<String, String> toMask = new LinkedHashMap<>();
    values.forEach((key, value) -> toMask.putAll(withDecoded(key, value)));
    masking(() -> masker.registerUntilReleased(toMask));
  }

  /** Masks values no longer that are masked only because code has made a secret of them. */
  public void visible(Collection<String> values) {
    List<String> all = new ArrayList<>();
    values.forEach(value -> all.addAll(withDecoded("", value).values()));
    masker.release(all);
  }

  private static Map<String, String> withDecoded(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(name, value);
    decoded(value).ifPresent(text -> all.put(name + ", decoded", text));
    return all;
  }

  /**
   * The secret's variables, in their order, unmodifiable; empty for an optional secret that does
   * not exist.
   *
   * @throws SecretException if they cannot be had
   */
  public Map<String, String> values(Secret secret) {
    return unnamedRefused(variables(secret));
  }

  private static Map<String, String> unnamedRefused(Map<String, String> variables) {
    if (variables.containsKey(UNNAMED)) {
      throw new InvalidSecretException(
          "the address yields one value and no variable is named for it",
          "name the variable: @SecretRef(value = \"file:./token\", as = \"API_TOKEN\"),"
              + " or in a setting API_TOKEN=file:./token");
    }
    return variables;
  }

  /**
   * The value of a secret that has exactly one.
   *
   * @throws SecretException if it cannot be had
   */
  public String plaintext(Secret secret) {
    Map<String, String> variables = variables(secret);
    if (variables.size() != 1) {
      throw new InvalidSecretException(
          told(secret) + " has " + variables.size() + " values, not one",
          "ask for values() and take the one you need");
    }
    return variables.values().iterator().next();
  }

  /**
   * The variables of these secrets, in their order, each as {@link #values}, and followed: where a
   * time to live is set, they are read again before it is over.
   *
   * @throws SecretException if one of them cannot be had, as it is told to people
   */
  public List<CurrentVariables> currentOfAll(List<Secret> secrets) {
    Map<Secret, Attempt> attempts = registered(secrets, true);
    // Before any is followed: whoever gets nothing asks again, and each time would add a follower.
    attempts.forEach(
        (secret, attempt) -> {
          if (attempt.fetched() == null) {
            throw explained(secret, Objects.requireNonNull(attempt.failure()));
          }
        });
    Map<Secret, CurrentVariables> current = new LinkedHashMap<>();
    attempts.forEach(
        (secret, attempt) ->
            current.put(
                secret,
                followed(secret, Objects.requireNonNull(attempt.fetched()), attempt.origins())));
    return secrets.stream().map(secret -> Objects.requireNonNull(current.get(secret))).toList();
  }

  /**
   * Fetches many secrets beside one another, each address once, and registers them all at once,
   * which takes hardly longer than registering one. They are followed, as by {@link #currentOfAll}.
   */
  public Map<Secret, Resolution> resolveAll(Collection<Secret> secrets) {
    Map<Secret, Attempt> attempts = registered(secrets, true);
    Map<Secret, Resolution> resolutions = new LinkedHashMap<>();
    attempts.forEach((secret, attempt) -> resolutions.put(secret, resolution(secret, attempt)));
    return resolutions;
  }

  /**
   * Fetches and registers as {@link #resolveAll}, for a program that needs them once: they are not
   * followed.
   *
   * @param asVariables whether a value that no variable is named for is refused; if not, there is
   *     no variable of it
   */
  public Map<Secret, Resolution> readAll(Collection<Secret> secrets, boolean asVariables) {
    Map<Secret, Resolution> resolutions = new LinkedHashMap<>();
    registered(secrets, asVariables)
        .forEach((secret, attempt) -> resolutions.put(secret, read(secret, attempt)));
    return resolutions;
  }

  private Resolution read(Secret secret, Attempt attempt) {
    if (attempt.fetched() == null) {
      return new Resolution.Failed(explained(secret, Objects.requireNonNull(attempt.failure())));
    }
    Map<String, String> variables = new LinkedHashMap<>(attempt.fetched().variables());
    variables.remove(UNNAMED);
    return new Resolution.Resolved(CurrentVariables.fixed(variables));
  }

  private Map<Secret, Attempt> registered(Collection<Secret> secrets, boolean asVariables) {
    Map<Secret, Attempt> attempts = attempts(new LinkedHashSet<>(secrets), asVariables);
    try {
      register(attempts.values().stream().map(Attempt::fetched).filter(Objects::nonNull).toList());
    } catch (SecretException refused) {
      attempts.replaceAll((secret, attempt) -> registered(attempt)); // to see whose it is
    }
    return attempts;
  }

  /** All addresses are read together first, then names beside one another. */
  private Map<Secret, Attempt> attempts(Set<Secret> distinct, boolean asVariables) {
    // Not a set: equal ones may name different times to live.
    List<SecretAddress> wanted = new ArrayList<>();
    Set<Secret> named = new LinkedHashSet<>();
    for (Secret secret : distinct) {
      try {
        Secret definition = definition(secret, new LinkedHashSet<>());
        Secret.Source source = definition.source();
        if (source instanceof Secret.Name name && addresses.readsElsewhere(NAMED)) {
          wanted.add(stored(definition, name.name(), null));
        } else if (source instanceof Secret.Address text && !parse(text).scheme().equals(NAMED)) {
          wanted.add(address(text));
        } else if (source instanceof Secret.Address || source instanceof Secret.Name) {
          named.add(secret);
        }
      } catch (SecretException wrong) {
        // Told when the secret's own turn comes.
      }
    }
    Map<SecretAddress, Answer> answers = addresses.read(wanted, refresh::take);
    Map<Secret, Attempt> ofNames =
        named.size() < 2 ? Map.of() : besideOneAnother(named, asVariables);
    Map<Secret, Attempt> attempts = new LinkedHashMap<>();
    for (Secret secret : distinct) {
      Attempt known = ofNames.get(secret);
      attempts.put(secret, known == null ? attempt(secret, answers, asVariables) : known);
    }
    return attempts;
  }

  private Map<Secret, Attempt> besideOneAnother(Set<Secret> named, boolean asVariables) {
    Map<Secret, Attempt> attempts = new LinkedHashMap<>();
    try (FetchThreads fetches = new FetchThreads(PARALLEL_NAMES, SecretResolver::daemon)) {
      Map<Secret, Future<Attempt>> pending = new LinkedHashMap<>();
      named.forEach(
          secret ->
              pending.put(secret, fetches.submit(() -> attempt(secret, Map.of(), asVariables))));
      for (Map.Entry<Secret, Future<Attempt>> fetch : pending.entrySet()) {
        attempts.put(fetch.getKey(), fetch.getValue().get());
      }
      return attempts;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SecretUnavailableException("interrupted while secrets were fetched", "");
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }

  private static Thread daemon(Runnable fetch) {
    Thread thread = new Thread(fetch, "hush-fetch");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * @param answers of addresses that were read already
   */
  private Attempt attempt(Secret secret, Map<SecretAddress, Answer> answers, boolean asVariables) {
    List<SecretAddress> origins = new ArrayList<>();
    try {
      Fetched fetched =
          fetched(
              secret,
              address -> {
                origins.add(address);
                Answer answer = answers.get(address);
                return answer == null ? read(address) : found(answer);
              });
      if (asVariables) {
        unnamedRefused(fetched.variables());
      }
      return new Attempt(fetched, origins, null);
    } catch (SecretException failure) {
      return new Attempt(null, origins, failure);
    }
  }

  private Attempt registered(Attempt attempt) {
    if (attempt.fetched() == null) {
      return attempt;
    }
    try {
      register(List.of(attempt.fetched()));
      return attempt;
    } catch (SecretException refused) {
      return new Attempt(null, attempt.origins(), refused);
    }
  }

  private Resolution resolution(Secret secret, Attempt attempt) {
    return attempt.fetched() == null
        ? new Resolution.Failed(Objects.requireNonNull(attempt.failure()))
        : new Resolution.Resolved(followed(secret, attempt.fetched(), attempt.origins()));
  }

  private CurrentVariables followed(Secret declared, Fetched fetched, List<SecretAddress> origins) {
    CurrentVariables current = CurrentVariables.changing(fetched.variables(), refresh.replacing());
    boolean isFollowed = false;
    for (SecretAddress origin : origins) {
      Duration timeToLive = addresses.timeToLive(origin);
      if (timeToLive != null) {
        isFollowed = true;
        refresh.follow(
            origin, timeToLive, provided -> renewed(current, declared, origin, provided));
      }
    }
    return isFollowed ? current : CurrentVariables.fixed(fetched.variables());
  }

  private Runnable renewed(
      CurrentVariables current, Secret declared, SecretAddress origin, Provided provided) {
    Fetched renewed =
        fetched(declared, address -> address.equals(origin) ? provided : read(address));
    unnamedRefused(renewed.variables());
    if (renewed.variables().equals(current.now())) {
      return () -> {};
    }
    register(List.of(renewed));
    return () -> current.replace(renewed.variables());
  }

  /**
   * One secret of many: what is to be registered before how it went may be told.
   *
   * @param origins the addresses that were read for it
   */
  private record Attempt(
      @Nullable Fetched fetched, List<SecretAddress> origins, @Nullable SecretException failure) {}

  /**
   * @param toMask names for reports, and the values
   * @param definition what the declared secret stands for in the end
   * @param leftOut values whose keys no variable can be called
   */
  private record Fetched(
      Map<String, String> variables,
      Map<String, String> toMask,
      Secret declared,
      Secret definition,
      Map<String, String> leftOut) {}

  private void register(Collection<Fetched> all) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Fetched fetched : all) {
      fetched
          .toMask()
          .forEach(
              (name, value) -> {
                // Two secrets may look alike in a report; neither may take the other's place here.
                if (!value.equals(values.getOrDefault(name, value))) {
                  register(values);
                  values.clear();
                }
                values.put(name, value);
              });
    }
    register(values);
    for (Fetched fetched : all) {
      leftOutKeys.tell(
          describe(fetched.declared()), fetched.definition(), fetched.leftOut().keySet());
    }
  }

  /**
   * Registers values by what reports call them.
   *
   * @throws InvalidSecretException if one is too large to be masked
   */
  void register(Map<String, String> values) {
    masking(() -> masker.register(values));
  }

  /**
   * Registers a text that was made of values, for a while; see {@link
   * SecretMasker#registerDerived}.
   *
   * @throws InvalidSecretException if it is too large to be masked
   */
  void registerDerived(String name, String text) {
    masking(() -> masker.registerDerived(name, text));
  }

  private static void masking(Runnable registering) {
    try {
      registering.run();
    } catch (ValueTooLargeException tooLarge) {
      throw new InvalidSecretException(
          "the value of "
              + tooLarge.name()
              + " is too large to be masked in a heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB",
          "give the JVM more memory (-Xmx), or hand a large text over as a file");
    }
  }

  /** The text with all values masked; the same instance if it holds none. */
  public String masked(String text) {
    return masker.mask(text);
  }

  /** Reads named secrets anew from now on: this process has changed one itself. */
  public void forgetNames() {
    addresses.forget(NAMED);
  }

  /** What reports call what is neither a name nor an address, as far as that may be shown. */
  public static String described(String malformed) {
    return malformed.indexOf(':') < 0
        ? '"' + SafeText.abbreviated(malformed) + '"'
        : describe(Secret.fromAddress(malformed));
  }

  /** What reports call the secret: its name, or its address as far as that may be shown. */
  public static String describe(Secret secret) {
    if (secret.source() instanceof Secret.Address address) {
      try {
        return SecretAddress.parse(address.text()).toString();
      } catch (IllegalArgumentException malformed) {
        int colon = address.text().indexOf(':');
        String scheme = address.text().substring(0, Math.max(0, colon));
        return Schemes.KNOWN.contains(scheme)
            ? "a malformed address of " + scheme + ":"
            : "a malformed address";
      }
    }
    return secret.toString();
  }

  /** As {@link #values}; a value that nothing names goes by {@link #UNNAMED}. */
  private Map<String, String> variables(Secret declared) {
    Fetched fetched;
    try {
      fetched = fetched(declared, this::read);
    } catch (SecretNotFoundException absent) {
      throw explained(declared, absent);
    }
    register(List.of(fetched));
    return fetched.variables();
  }

  /**
   * @param reading of addresses
   */
  private Fetched fetched(Secret declared, Function<SecretAddress, Provided> reading) {
    Secret definition = declared;
    try {
      Set<String> names = new LinkedHashSet<>();
      definition = definition(declared, names);
      return fetched(declared, definition, names, reading);
    } catch (SecretException foreseen) {
      throw isHidden(declared) || isHidden(definition)
          ? Expressions.withoutText(foreseen)
          : withoutValues(foreseen);
    } catch (Exception | Error unforeseen) {
      // What a provider throws against its contract may quote a value: only its kind is told.
      throw new SecretUnavailableException(
          "reading " + told(declared) + " failed with " + unforeseen.getClass().getName(), "");
    }
  }

  /**
   * Notes that an expression made this name or address of a value. A part of it may be in what is
   * said of it, so nothing is; a value that an ordinary one has in it by chance is masked there.
   */
  public void hide(String text) {
    hidden.add(text);
  }

  private boolean isHidden(Secret secret) {
    return hidden.contains(
        secret.source() instanceof Secret.Address address
            ? address.text()
            : secret.source() instanceof Secret.Name named ? named.name() : "");
  }

  private String told(Secret secret) {
    return isHidden(secret) ? SecretMasker.MASK : describe(secret);
  }

  /** Where an expression made the address, what is told of it may be a value. */
  private SecretException withoutValues(SecretException failure) {
    String reason = masked(failure.reason());
    String remedy = masked(failure.remedy());
    if (reason.equals(failure.reason()) && remedy.equals(failure.remedy())) {
      return failure;
    }
    if (failure instanceof SecretNotFoundException) {
      return new SecretNotFoundException(reason, remedy);
    }
    return failure instanceof InvalidSecretException
        ? new InvalidSecretException(reason, remedy)
        : new SecretUnavailableException(reason, remedy);
  }

  /**
   * @param names of the secrets on the way from the declared one to this one
   */
  private Fetched fetched(
      Secret declared,
      Secret secret,
      Set<String> names,
      Function<SecretAddress, Provided> reading) {
    Provided provided;
    try {
      provided = read(secret, names, reading);
    } catch (SecretNotFoundException absent) {
      if (secret.isOptional()) {
        return new Fetched(Map.of(), Map.of(), declared, secret, Map.of());
      }
      throw absent;
    }
    if (!secret.as().isEmpty() && provided instanceof Provided.Values) {
      throw new InvalidSecretException(
          describe(declared) + " yields a map of variables, which 'as' cannot name",
          "leave 'as' out, or choose one value in the address");
    }
    Map<String, String> leftOut = new LinkedHashMap<>();
    Map<String, String> variables = checked(declared, named(secret, provided, leftOut));
    List<String> missing = new ArrayList<>(secret.requiredKeys());
    missing.removeAll(variables.keySet());
    if (!missing.isEmpty()) {
      throw lacking(declared, secret, missing, variables.keySet());
    }
    warnOfVisible(declared, secret, variables.keySet());
    Map<String, String> toMask = new LinkedHashMap<>();
    Set<String> seen = new LinkedHashSet<>();
    variables.forEach(
        (key, value) -> {
          if (!secret.visible().contains(key)) {
            toMask.putAll(withDecoded((told(declared) + " " + key).strip(), value));
          } else if (secret.source() instanceof Secret.Values) {
            seen.add(value);
          }
        });
    seen.removeAll(toMask.values());
    if (!seen.isEmpty()) {
      visible(seen);
    }
    leftOut.forEach((key, value) -> toMask.put((told(declared) + " " + key).strip(), value));
    written(secret, provided)
        .forEach(
            (key, text) -> {
              if (!secret.visible().contains(key)) {
                toMask.put((told(declared) + " " + key).strip() + ", as written", text);
              }
            });
    return new Fetched(variables, toMask, declared, secret, leftOut);
  }

  /** Letters, digits, plus signs, strokes and white space, then up to two equals signs. */
  private static boolean isBase64(String value) {
    int position = 0;
    while (position < value.length() && isSymbolOfBase64(value.charAt(position))) {
      position++;
    }
    int padding = 0;
    while (position > 0 && position < value.length() && value.charAt(position) == '=') {
      position++;
      padding++;
    }
    return position > 0 && padding <= 2 && value.substring(position).isBlank();
  }

  private static boolean isSymbolOfBase64(char symbol) {
    return symbol >= 'A' && symbol <= 'Z'
        || symbol >= 'a' && symbol <= 'z'
        || symbol >= '0' && symbol <= '9'
        || "+/ \t\n\u000b\f\r".indexOf(symbol) >= 0;
  }

  private static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i)) && !Character.isWhitespace(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a value says that is the Base64 of a text. Whoever gets such a value decodes it, and shows
   * what it says rather than the value.
   */
  private static Optional<String> decoded(String value) {
    if (value.length() < SHORTEST_ENCODED || !isBase64(value)) {
      return Optional.empty();
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Base64.getMimeDecoder().decode(value)))
              .toString();
      return hasControls(text) ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException | IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  private static Map<String, String> written(Secret secret, Provided provided) {
    if (provided instanceof Provided.Value single) {
      String written = single.written();
      return written == null ? Map.of() : Map.of(nameOf(secret, single), written);
    }
    return ((Provided.Values) provided).written();
  }

  /**
   * The provided values under the names that they will have.
   *
   * @param leftOut takes those of a whole secret that can have none
   */
  private static Map<String, String> named(
      Secret secret, Provided provided, Map<String, String> leftOut) {
    if (provided instanceof Provided.Value single) {
      return Map.of(nameOf(secret, single), single.value());
    }
    Map<String, String> variables = new LinkedHashMap<>();
    ((Provided.Values) provided)
        .values()
        .forEach((key, value) -> (isVariable(key) ? variables : leftOut).put(key, value));
    return Collections.unmodifiableMap(variables);
  }

  private static boolean isVariable(String key) {
    return AddressParts.variable(key) != null;
  }

  private static String nameOf(Secret secret, Provided.Value single) {
    String given = secret.as().isEmpty() ? single.key() : secret.as();
    return given == null ? UNNAMED : Secret.checkedKey(given);
  }

  private static Map<String, String> checked(Secret declared, Map<String, String> variables) {
    variables.forEach(
        (key, value) -> {
          if (value.indexOf('\0') >= 0) {
            throw new InvalidSecretException(
                (describe(declared) + " " + key).strip()
                    + " holds a NUL character, which no variable can",
                "ask for it in Base64, with ?encoding=base64 where the address allows that, or keep"
                    + " it encoded");
          }
        });
    return variables;
  }

  /** Whoever mistypes a key that is no secret wonders why it is masked. */
  private void warnOfVisible(Secret declared, Secret secret, Collection<String> keys) {
    for (String visible : secret.visible()) {
      List<String> near = keys.contains(visible) ? List.of() : NearNames.of(visible, keys);
      String line =
          describe(declared)
              + " has no key "
              + visible
              + " to be visible"
              + NearNames.question(near);
      if (!near.isEmpty() && mistyped.add(line)) {
        warnings.accept(line);
      }
    }
  }

  private SecretNotFoundException lacking(
      Secret declared, Secret secret, List<String> missing, Collection<String> known) {
    String keys = String.join(", ", missing) + NearSecrets.keys(missing, known);
    if (secret.source() instanceof Secret.Name named) {
      SecretStore active = store.get();
      String environment = environment(secret, active);
      return new SecretNotFoundException(
          "the secret '"
              + named.name()
              + "' in the deployment environment '"
              + environment
              + "' lacks the required "
              + keys,
          (NearSecrets.areMistyped(missing, known) ? "correct the key, or " : "")
              + "add what is missing: "
              + command("update", named.name(), missing, environment));
    }
    return new SecretNotFoundException(
        describe(declared) + " lacks the required " + keys,
        "correct the key, add what is missing, or take it off requiredKeys");
  }

  private static String command(
      String operation, String name, Collection<String> keys, String environment) {
    StringBuilder command = new StringBuilder("java -jar hush-agent.jar secret ");
    command.append(operation).append(' ').append(name);
    (keys.isEmpty() ? List.of("KEY") : keys)
        .forEach(key -> command.append(' ').append(key).append("=-"));
    return environment.equals("local")
        ? command.toString()
        : command.append(" --env ").append(environment).toString();
  }

  private static String environment(Secret secret, SecretStore active) {
    return secret.environment().isEmpty() ? active.environment() : secret.environment();
  }

  /**
   * A failure as it is told to people. For a name that nobody knows: with the names that it may
   * have been meant to be, for which all of a store must be read, and the command that would create
   * it.
   */
  public SecretException explained(Secret declared, SecretException failure) {
    if (!(failure instanceof SecretNotFoundException) || isHidden(declared)) {
      return failure;
    }
    Secret secret;
    try {
      secret = definition(declared, new LinkedHashSet<>());
      if (!(secret.source() instanceof Secret.Name named) || isStored(secret, named.name())) {
        return failure;
      }
      String environment = environment(secret, store.get());
      List<String> instead = addressesOf(named.name());
      return withoutValues(
          new SecretNotFoundException(
              "there is no secret '"
                  + named.name()
                  + "' in the deployment environment '"
                  + environment
                  + "'"
                  + NearSecrets.told(
                      named.name(), defined.keySet(), store.get(), environment, instead),
              (instead.isEmpty() ? "" : "write " + String.join(" or ", instead) + "; or ")
                  + "create it: "
                  + command("create", named.name(), secret.requiredKeys(), environment)
                  + "; or define it with Secrets.define(\""
                  + named.name()
                  + "\", ...)"));
    } catch (SecretException unexplained) {
      return failure;
    }
  }

  /** Addresses on this machine at which there is something of this name. */
  private List<String> addressesOf(String name) {
    String file = NearSecrets.dotenv(name);
    if (file != null) {
      return List.of(file);
    }
    return Stream.of("env:" + name, "dotenv:?key=" + name)
        .filter(
            address ->
                NearSecrets.isVariable(name)
                    && addresses.read(List.of(SecretAddress.parse(address))).values().stream()
                        .allMatch(Answer.Found.class::isInstance))
        .toList();
  }

  /**
   * Whether code or the store has a secret of this name, be it one that cannot be had.
   *
   * @throws SecretException if that cannot be told: it is no name, or the store cannot be read
   */
  boolean isNamed(String name) {
    return defined.containsKey(name) || isStored(Secret.fromName(name), name);
  }

  private boolean isStored(Secret secret, String name) {
    SecretStore active = store.get();
    try {
      active.environment(environment(secret, active)).info(name);
      return true;
    } catch (SecretNotFoundException absent) {
      return false;
    }
  }

  /**
   * What a name stands for in the end, with the demands of everything that named it on the way; the
   * last name, if nothing defines that one, which makes it one of the store.
   *
   * @param names of the secrets on the way; those on this part of it are added
   */
  private Secret definition(Secret declared, Set<String> names) {
    Secret secret = declared;
    String name = name(secret);
    while (name != null) {
      if (!names.add(name)) {
        throw new InvalidSecretException(
            "the secret '" + name + "' is defined by itself",
            "define it from values or an address");
      }
      Secret definition = defined.get(name);
      if (definition == null) {
        return timeToLive(secret) == null ? withDemandsOf(secret, Secret.fromName(name)) : secret;
      }
      secret = withDemandsOf(secret, definition);
      name = name(secret);
    }
    return secret;
  }

  /** Whether a secret is that of the name, or one of its keys, or is defined by it. */
  public boolean leadsTo(Secret secret, String name) {
    Set<String> names = new LinkedHashSet<>();
    Secret last = definition(secret, names);
    while (last.source() instanceof Secret.Address text && parse(text).scheme().equals(NAMED)) {
      String whole = parse(text).location();
      int slash = whole.indexOf('/');
      if (slash < 0) {
        break; // a whole secret with a time to live, whose name is known by now
      }
      last = definition(Secret.fromName(whole.substring(0, slash)), names);
    }
    return names.contains(name);
  }

  /** The name of the secret that this one is, or is a key of; empty if it has none. */
  public static Optional<String> nameIn(Secret secret) {
    try {
      if (secret.source() instanceof Secret.Address text && parse(text).scheme().equals(NAMED)) {
        return Optional.of(parse(text).location().split("/", 2)[0]);
      }
    } catch (SecretException malformed) {
      return Optional.empty();
    }
    return secret.name();
  }

  /** The name that a secret goes by: {@code secret:db} is another spelling of one. */
  private static @Nullable String name(Secret secret) {
    if (secret.source() instanceof Secret.Name named) {
      return named.name();
    }
    if (secret.source() instanceof Secret.Address address) {
      SecretAddress parsed = parse(address);
      if (parsed.scheme().equals(NAMED) && parsed.location().indexOf('/') < 0) {
        return Secret.checkedName(parsed.location());
      }
    }
    return null;
  }

  private static Secret withDemandsOf(Secret reference, Secret definition) {
    Secret secret =
        definition
            .requiredKeys(both(reference.requiredKeys(), definition.requiredKeys()))
            .visible(both(reference.visible(), definition.visible()));
    secret = reference.as().isEmpty() ? secret : secret.as(reference.as());
    secret =
        reference.environment().isEmpty() || !definition.environment().isEmpty()
            ? secret
            : secret.environment(reference.environment());
    return reference.isOptional() ? secret.optional() : secret;
  }

  private static String[] both(List<String> some, List<String> others) {
    Set<String> both = new LinkedHashSet<>(some);
    both.addAll(others);
    return both.toArray(new String[0]);
  }

  private Provided read(
      Secret secret, Set<String> names, Function<SecretAddress, Provided> reading) {
    Secret.Source source = secret.source();
    if (source instanceof Secret.Values known) {
      return new Provided.Values(known.values());
    }
    if (source instanceof Secret.Dotenv dotenv) {
      return read(dotenv);
    }
    if (source instanceof Secret.Address text) {
      SecretAddress address = address(text);
      return address.scheme().equals(NAMED)
          ? readNamed(address, secret, names, reading)
          : reading.apply(address);
    }
    String name = ((Secret.Name) source).name();
    if (addresses.readsElsewhere(NAMED)) {
      return reading.apply(stored(secret, name, null));
    }
    SecretStore active = store.get();
    return new Provided.Values(active.environment(environment(secret, active)).values(name));
  }

  /** How a provider is asked for a named secret of the store. */
  private SecretAddress stored(Secret secret, String name, @Nullable Duration timeToLive) {
    return SecretAddress.parse(
        NAMED
            + ":"
            + environment(secret, store.get())
            + "/"
            + name
            + (timeToLive == null ? "" : "?ttl=" + timeToLive.toNanos() + "ns"));
  }

  private static @Nullable Duration timeToLive(Secret secret) {
    return secret.source() instanceof Secret.Address text
        ? parse(text).timeToLive().orElse(null)
        : null;
  }

  /** {@code secret:NAME/KEY}: one value of a secret that has a name; all, with a time to live. */
  private Provided readNamed(
      SecretAddress address,
      Secret secret,
      Set<String> names,
      Function<SecretAddress, Provided> reading) {
    int slash = address.location().indexOf('/');
    if (slash < 0) {
      return reading.apply(stored(secret, address.location(), timeToLive(secret)));
    }
    String key = address.location().substring(slash + 1);
    String name = Secret.checkedName(address.location().substring(0, slash));
    Duration timeToLive = timeToLive(secret);
    Secret named =
        timeToLive == null
            ? Secret.fromName(name)
            : Secret.fromAddress(NAMED + ":" + name + "?ttl=" + timeToLive.toNanos() + "ns");
    named = isVariable(key) ? named.requiredKeys(key) : named;
    named = secret.environment().isEmpty() ? named : named.environment(secret.environment());
    Fetched whole = fetched(named, definition(named, names), names, reading);
    if (isVariable(key)) {
      String variable = whole.variables().get(key);
      if (variable == null) { // of an optional secret that is not there
        throw new SecretNotFoundException(
            "there is no " + key + " in '" + name + "', which is optional",
            "make what defines it available, or make this reference optional too");
      }
      return new Provided.Value(key, variable);
    }
    String value = whole.leftOut().get(key);
    return new Provided.Value(null, value == null ? Secret.checkedKey(key) : value);
  }

  private SecretAddress address(Secret.Address text) {
    SecretAddress address = parse(text);
    return hidden.contains(text.text()) ? address.hidden() : address;
  }

  private static SecretAddress parse(Secret.Address text) {
    try {
      return SecretAddress.parse(text.text());
    } catch (IllegalArgumentException malformed) {
      throw new InvalidSecretException(String.valueOf(malformed.getMessage()), "");
    }
  }

  private Provided read(SecretAddress address) {
    return found(
        Objects.requireNonNull(addresses.read(List.of(address), refresh::take).get(address)));
  }

  private static Provided found(Answer answer) {
    if (answer instanceof Answer.Failed failed) {
      throw failed.failure();
    }
    return ((Answer.Found) answer).provided();
  }

  private Provided read(Secret.Dotenv dotenv) {
    Path file = DotenvFile.find(dotenv.start(), dotenv.fileName()).orElse(null);
    if (file != null) {
      return new Provided.Values(DotenvFile.values(file, processEnvironment));
    }
    if (warnedOf.add(dotenv)) {
      Path start = dotenv.start();
      Path folder = Files.isDirectory(start) ? start : start.getParent();
      warnings.accept(
          "no "
              + SafeText.printable(dotenv.fileName())
              + " in "
              + SafeText.printable(String.valueOf(folder))
              + " or above it: the secret is empty");
    }
    return new Provided.Values(Map.of());
  }
}

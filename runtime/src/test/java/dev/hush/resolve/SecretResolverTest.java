package dev.hush.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.store.AgeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a secret to its values: checked, registered, handed out, in this order. */
@NullUnmarked // Providers answer with null here, against their contract.
class SecretResolverTest {

  private static final String VALUE = "hunter2-and-more";

  @TempDir private Path folder;
  private final SecretMasker masker = new SecretMasker();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Function<SecretAddress, Provided>> places = new HashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final SecretResolver resolver =
      new SecretResolver(
          List.of(provider("pot"), provider("other", "pot")),
          this::services,
          Duration.ZERO,
          masker,
          name -> "FROM".equals(name) ? "process" : null,
          () -> AgeStore.in(folder.resolve("store"), "local"),
          warnings::add);

  private int searches;
  private int changes;

  private Iterator<SecretProvider> services() {
    searches++;
    return List.of(provider("cellar"), provider("pot")).iterator();
  }

  @Test
  void servicesAreLookedForOnlyWhenNothingElseReadsAScheme() {
    places.put("gold", address -> new Provided.Value("GOLD", address.scheme()));

    resolver.values(Secret.fromAddress("pot:gold"));
    assertThat(searches).isZero();

    assertThat(resolver.values(Secret.fromAddress("cellar:gold"))).containsEntry("GOLD", "cellar");
    assertThat(resolver.values(Secret.fromAddress("cellar:gold"))).hasSize(1);
    assertThat(searches).isEqualTo(1);
  }

  private SecretProvider provider(String... schemes) {
    return new SecretProvider() {
      @Override
      public Set<String> schemes() {
        return Set.of(schemes);
      }

      @Override
      public boolean isLocal() {
        return true;
      }

      @Override
      public Provided read(SecretAddress address) {
        if (schemes.length > 1 && address.scheme().equals("pot")) {
          throw new AssertionError("the earlier provider has this scheme");
        }
        reads.incrementAndGet();
        Function<SecretAddress, Provided> place = places.get(address.location());
        if (place == null) {
          throw new SecretNotFoundException("nothing at " + address, "put something there");
        }
        return place.apply(address);
      }
    };
  }

  private Secret single(String key, String value) {
    places.put("place", address -> new Provided.Value(key, value));
    return Secret.fromAddress("pot:place");
  }

  private Secret several(Map<String, String> values) {
    places.put("place", address -> new Provided.Values(values));
    return Secret.fromAddress("pot:place");
  }

  // what is handed out is masked

  @Test
  void valuesAreMaskedWhenTheyAreHandedOut() {
    assertThat(masker.mask(VALUE)).isEqualTo(VALUE);

    assertThat(resolver.values(single("KEY", VALUE))).containsExactly(entry("KEY", VALUE));

    assertThat(masker.mask("<" + VALUE + ">")).isEqualTo("<***>");
  }

  @Test
  void plaintextIsMaskedWhenItIsHandedOut() {
    assertThat(resolver.plaintext(single(null, VALUE))).isEqualTo(VALUE);

    assertThat(masker.mask(VALUE)).isEqualTo("***");
  }

  @Test
  void valuesOfManyAreMaskedWhenTheyAreHandedOut() {
    resolver.resolveAll(List.of(single("KEY", VALUE), Secret.fromMap(Map.of("A", "other-value"))));

    assertThat(masker.mask(VALUE + " other-value")).isEqualTo("*** ***");
  }

  @Test
  void valueIsMaskedEvenIfItCannotBeNamed() {
    assertThatThrownBy(() -> resolver.values(single(null, VALUE)))
        .isInstanceOf(InvalidSecretException.class);

    assertThat(masker.mask(VALUE)).isEqualTo("***");
  }

  @Test
  void visibleValuesAreNot() {
    Secret secret = several(Map.of("HOST", "db.example", "PASSWORD", VALUE)).visible("HOST");

    assertThat(resolver.values(secret)).hasSize(2);
    assertThat(masker.mask("db.example " + VALUE)).isEqualTo("db.example ***");
  }

  @Test
  void visibleGoesByTheNameThatTheValueWillHave() {
    resolver.values(single("KEY", "visible-value").as("HOST").visible("HOST"));
    assertThat(masker.mask("visible-value")).isEqualTo("visible-value");

    resolver.values(single("HOST", VALUE).as("KEY").visible("HOST"));
    assertThat(masker.mask(VALUE)).isEqualTo("***");
  }

  @Test
  void shortValuesAreReportedByTheirKey() {
    resolver.values(single("PIN", "42"));
    resolver.plaintext(single(null, "7"));

    assertThat(masker.unmasked()).containsExactly("pot:... PIN", "pot:...");
  }

  // names of variables

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of("GIVEN", "", "GIVEN"),
        Arguments.of("GIVEN", "AS", "AS"),
        Arguments.of(null, "AS", "AS"),
        Arguments.of("not a name", "AS", "AS"));
  }

  @ParameterizedTest(name = "the place says {0}, the declaration {1}: {2}")
  @MethodSource("names")
  void singleValueIsNamed(String given, String as, String name) {
    Secret secret = single(given, VALUE);

    assertThat(resolver.values(as.isEmpty() ? secret : secret.as(as)))
        .containsExactly(entry(name, VALUE));
  }

  @Test
  void definitionNamesAsADeclarationDoes() {
    resolver.define("inner", single("GIVEN", VALUE).as("INNER"));
    resolver.define("outer", Secret.fromName("inner"));

    assertThat(resolver.values(Secret.fromName("outer"))).containsOnlyKeys("INNER");
    assertThat(resolver.values(Secret.fromName("outer").as("AS"))).containsOnlyKeys("AS");
  }

  @Test
  void severalValuesKeepTheirOrderAndCannotBeChanged() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Z", "last-first");
    values.put("A", "first-last");

    Map<String, String> resolved = resolver.values(several(values));

    assertThat(resolved.keySet()).containsExactly("Z", "A");
    assertThatThrownBy(() -> resolved.put("A", "x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  // keys that no variable can be called

  @Test
  void aKeyThatIsNoVariableNameIsLeftOutAndMaskedAndToldOnce() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("spring.datasource.password", VALUE);
    values.put("B", "value-of-b");
    values.put("one-time password", "value-of-one-time");
    values.put("MIIEvAIBADANBgkqhkiG9w0BAQ/9w==", "=");
    values.put("keystore.jks", "a\0b");
    Secret whole = several(values).requiredKeys("B");

    assertThat(resolver.values(whole)).containsExactly(entry("B", "value-of-b"));
    assertThat(resolver.readAll(List.of(whole), true)).hasSize(1);

    assertThat(masker.mask(VALUE + " value-of-one-time")).isEqualTo("*** ***");
    assertThat(warnings)
        .containsExactly(
            "pot:... has keys that no variable can be called, and they are left out:"
                + " spring.datasource.password, one-time password, \"MII...\", keystore.jks;"
                + " choose one in the address and name it with as");
  }

  @Test
  void howToGetAKeyThatIsLeftOutIsToldAndWorks() throws IOException {
    Files.writeString(folder.resolve(".env"), "B=value-of-b\na.b-c=value-of-a\n");
    Secret whole = Secret.fromDotenv(folder);

    assertThat(resolver.values(whole)).containsOnlyKeys("B");
    String told = "dotenv:" + folder.resolve(".env") + "?key=a.b-c";
    assertThat(warnings).singleElement().asString().contains(told).contains("as = \"A_B_C\"");

    resolver.define("mine", whole);
    assertThat(resolver.values(Secret.fromAddress("secret:mine/a.b-c").as("X")))
        .containsExactly(entry("X", "value-of-a"));
    assertThatThrownBy(() -> resolver.values(Secret.fromAddress("secret:mine/a.b-c")))
        .hasMessageContaining("no variable is named for it");
    assertThatThrownBy(() -> resolver.values(Secret.fromAddress("secret:mine/no.key").as("X")))
        .hasMessageContaining("not a variable name: \"no....\"");
  }

  // refusals, in the order of the checks

  private record Refusal(String what, Function<SecretResolverTest, Secret> secret, String message) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal(
            "several values cannot be called by one name",
            test -> test.several(Map.of("A", VALUE)).as("B").requiredKeys("C"),
            "pot:... yields a map of variables, which 'as' cannot name"),
        new Refusal(
            "key of a single value",
            test -> test.single("not a name", VALUE),
            "not a variable name: \"not...\""),
        new Refusal(
            "NUL",
            test -> test.single("KEY", VALUE + "\0").requiredKeys("C"),
            "pot:... KEY holds a NUL character"),
        new Refusal(
            "NUL in a value without a name",
            test -> test.single(null, VALUE + "\0"),
            "pot:... holds a NUL character"),
        new Refusal(
            "required keys, all that are missing",
            test -> test.several(Map.of("A", VALUE)).requiredKeys("A", "B", "C"),
            "pot:... lacks the required B, C"),
        new Refusal(
            "required key of a single value that is called otherwise",
            test -> test.single("A", VALUE).as("B").requiredKeys("A"),
            "pot:... lacks the required A"),
        new Refusal(
            "scheme that nobody reads",
            test -> Secret.fromAddress("wtf://" + VALUE),
            "nothing reads wtf:...: the schemes are cellar, other, pot"),
        new Refusal(
            "address that is none", test -> Secret.fromAddress("NO SCHEME:" + VALUE), "an address"),
        new Refusal("nothing there", test -> Secret.fromAddress("pot:none"), "nothing at pot:..."));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refused(Refusal refusal) {
    Secret secret = refusal.secret().apply(this);

    for (Secret declared : List.of(secret, defined(secret))) {
      assertThatThrownBy(() -> resolver.values(declared))
          .isInstanceOf(SecretException.class)
          .hasMessageNotContaining(VALUE)
          .hasNoCause();
    }
    assertThatThrownBy(() -> resolver.values(secret)).hasMessageContaining(refusal.message());
  }

  private Secret defined(Secret secret) {
    resolver.define("defined", secret);
    return Secret.fromName("defined");
  }

  // optional

  @Test
  void optionalIsForAbsentOnesOnly() {
    assertThat(resolver.values(Secret.fromAddress("pot:none").optional())).isEmpty();
    assertThat(resolver.values(Secret.fromName("nobody").optional())).isEmpty();
    assertThat(resolver.values(Secret.fromAddress("pot:none").optional().requiredKeys("A")))
        .isEmpty();

    assertThatThrownBy(() -> resolver.values(Secret.fromAddress("wtf:x").optional()))
        .isInstanceOf(InvalidSecretException.class);
    assertThatThrownBy(
            () -> resolver.values(several(Map.of("A", VALUE)).requiredKeys("B").optional()))
        .isInstanceOf(SecretNotFoundException.class);
    places.put(
        "locked",
        address -> {
          throw new SecretUnavailableException("no permission", "");
        });
    assertThatThrownBy(() -> resolver.values(Secret.fromAddress("pot:locked").optional()))
        .isInstanceOf(SecretUnavailableException.class);
  }

  @Test
  void optionalInTheMiddleOfAChainIsForWhatIsBehindIt() {
    resolver.define("a", Secret.fromName("b").optional());
    assertThat(resolver.values(Secret.fromName("a"))).isEmpty();

    resolver.define("b", Secret.fromName("c"));
    assertThat(resolver.values(Secret.fromName("a"))).isEmpty();
    assertThatThrownBy(() -> resolver.values(Secret.fromName("b")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no secret 'c'");
  }

  // names

  @Test
  void nameThatIsNearlyRightIsSuggested() {
    resolver.define("Database", Secret.fromMap(Map.of()));

    assertThatThrownBy(() -> resolver.values(Secret.fromName("database")))
        .hasMessageContaining(
            "there is no secret 'database' in the deployment environment 'local' (did you mean 'Database'?)");
  }

  // providers that do what they should not

  static Stream<Arguments> misbehaviours() {
    return Stream.of(
        Arguments.of(thrower(new IllegalStateException(VALUE)), "java.lang.IllegalStateException"),
        Arguments.of(thrower(new StackOverflowError(VALUE)), "java.lang.StackOverflowError"),
        Arguments.of(thrower(new NoClassDefFoundError(VALUE)), "java.lang.NoClassDefFoundError"),
        Arguments.of(thrower(new AssertionError(VALUE)), "java.lang.AssertionError"),
        Arguments.of(thrower(new IOException(VALUE)), "java.io.IOException"),
        Arguments.of(
            (Function<SecretAddress, Provided>) address -> null, "java.lang.NullPointerException"),
        Arguments.of(
            (Function<SecretAddress, Provided>)
                address -> new Provided.Values(Collections.singletonMap("A", null)),
            "java.lang.NullPointerException"));
  }

  private static Function<SecretAddress, Provided> thrower(Throwable thrown) {
    return address -> SecretResolverTest.<RuntimeException>sneaky(thrown);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> Provided sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @ParameterizedTest
  @MethodSource("misbehaviours")
  void ofWhatIsUnforeseenOnlyTheKindIsTold(Function<SecretAddress, Provided> place, String kind) {
    places.put("broken", place);
    Secret broken = Secret.fromAddress("pot:broken");
    Secret fine = Secret.fromMap(Map.of("A", "fine-value"));

    assertThatThrownBy(() -> resolver.values(broken))
        .isInstanceOf(SecretUnavailableException.class)
        .hasMessage("reading pot:... failed with " + kind)
        .hasNoCause();
    assertThatThrownBy(() -> resolver.plaintext(broken))
        .isInstanceOf(SecretUnavailableException.class);
    assertThat(resolver.resolveAll(List.of(broken, fine)))
        .hasEntrySatisfying(
            broken, resolution -> assertThat(resolution).isInstanceOf(Resolution.Failed.class))
        .hasEntrySatisfying(
            fine, resolution -> assertThat(resolution).isInstanceOf(Resolution.Resolved.class));
  }

  // many

  @Test
  void eachSecretIsFetchedOnce() {
    single("KEY", VALUE);
    List<Secret> same =
        IntStream.range(0, 5).mapToObj(i -> Secret.fromAddress("pot:place")).toList();

    assertThat(resolver.resolveAll(same)).hasSize(1);
    assertThat(reads).hasValue(1);
    assertThat(resolver.resolveAll(List.of())).isEmpty();
  }

  @Test
  void secretsAreFetchedBesideOneAnother() {
    int many = 8;
    CountDownLatch all = new CountDownLatch(many);
    List<Secret> secrets = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      secrets.add(Secret.fromAddress("pot:" + i).as("A"));
      places.put("" + i, address -> new Provided.Value(null, met(all)));
    }

    assertThat(resolver.resolveAll(secrets).values())
        .hasSize(many)
        .allSatisfy(
            resolution ->
                assertThat(((Resolution.Resolved) resolution).variables())
                    .containsEntry("A", "true"));
  }

  private static String met(CountDownLatch all) {
    all.countDown();
    try {
      return String.valueOf(all.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatFailsDoesNotCostTheOthers() {
    Secret absent = Secret.fromName("nobody");
    Secret malformed = Secret.fromAddress("NO SCHEME:x");
    Secret fine = single("KEY", VALUE);

    Map<Secret, Resolution> resolutions = resolver.resolveAll(List.of(absent, malformed, fine));

    assertThat(resolutions.keySet()).containsExactly(absent, malformed, fine);
    assertThat(((Resolution.Failed) resolutions.get(absent)).failure())
        .isInstanceOf(SecretNotFoundException.class);
    assertThat(((Resolution.Failed) resolutions.get(malformed)).failure())
        .isInstanceOf(InvalidSecretException.class);
    assertThat(resolutions.get(fine)).hasToString("Resolved[KEY]");
  }

  @Test
  void interruptionIsPassedOn() {
    places.put("slow", address -> new Provided.Value("A", met(new CountDownLatch(2))));
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () ->
                resolver.resolveAll(
                    List.of(Secret.fromAddress("pot:slow"), Secret.fromAddress("other:slow"))))
        .isInstanceOf(SecretUnavailableException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  // .env files

  @Test
  void dotenvSeesTheProcess() throws IOException {
    Files.writeString(folder.resolve(".env"), "A=${FROM}-${NONE:-default}\n");

    assertThat(resolver.values(Secret.fromDotenv(folder)))
        .containsExactly(entry("A", "process-default"));
  }

  @Test
  void missingDotenvIsWarnedOfOnceForEachPlace() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    for (int i = 0; i < 2; i++) {
      assertThat(resolver.values(Secret.fromDotenv(inner, ".none"))).isEmpty();
      assertThat(resolver.values(Secret.fromDotenv(folder, ".none"))).isEmpty();
    }

    assertThat(warnings)
        .containsExactly(
            "no .none in " + inner + " or above it: the secret is empty",
            "no .none in " + folder + " or above it: the secret is empty");
  }

  // what reports say

  static Stream<Arguments> descriptions() {
    return Stream.of(
        Arguments.of(Secret.fromName("db"), "db"),
        Arguments.of(Secret.fromAddress("env:" + VALUE), "env:hun..."),
        Arguments.of(Secret.fromAddress("NO SCHEME:" + VALUE), "a malformed address"),
        Arguments.of(Secret.fromMap(Map.of("A", VALUE)), "values of [A]"));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void descriptionShowsNoValue(Secret secret, String description) {
    assertThat(SecretResolver.describe(secret)).isEqualTo(description);
  }

  // named secrets of the store

  private AgeStore store() {
    return AgeStore.in(folder.resolve("store"), "local");
  }

  @Test
  void nameIsLookedUpInTheStoreAndItsValuesAreRegistered() {
    store().create("db", Map.of("A", "value-of-a", "B", "value-of-b"));

    assertThat(resolver.values(Secret.fromName("db")))
        .containsOnly(Map.entry("A", "value-of-a"), Map.entry("B", "value-of-b"));
    assertThat(masker.mask("value-of-a value-of-b")).isEqualTo("*** ***");
    assertThat(store().info("db").lastUsed()).isPresent();
  }

  @Test
  void definitionIsFoundBeforeTheStore() {
    store().create("db", Map.of("A", "stored"));
    resolver.define("db", Secret.fromMap(Map.of("A", "what-is-defined")));

    assertThat(resolver.values(Secret.fromName("db"))).isEqualTo(Map.of("A", "what-is-defined"));
    assertThat(store().info("db").lastUsed()).isEmpty();
  }

  @Test
  void environmentOfTheReferenceWinsOverTheActiveOne() {
    store().create("db", Map.of("A", "local-value"));
    store().environment("prod").create("db", Map.of("A", "prod-value"));
    resolver.define("alias", Secret.fromName("db"));
    resolver.define("always-local", Secret.fromName("db").environment("local"));

    assertThat(resolver.plaintext(Secret.fromName("db").environment("prod")))
        .isEqualTo("prod-value");
    assertThat(resolver.plaintext(Secret.fromName("alias").environment("prod")))
        .isEqualTo("prod-value");
    assertThat(resolver.plaintext(Secret.fromName("always-local").environment("prod")))
        .isEqualTo("local-value");
    assertThat(resolver.plaintext(Secret.fromAddress("secret:db/A").environment("prod")))
        .isEqualTo("prod-value");
  }

  @Test
  void secretAddressIsANameOrOneKeyOfIt() {
    store().create("db", Map.of("A", "value-of-a", "B", "value-of-b"));
    resolver.define("mine", Secret.fromMap(Map.of("C", "value-of-c")).visible("C"));

    assertThat(resolver.values(Secret.fromAddress("secret:db"))).containsOnlyKeys("A", "B");
    assertThat(resolver.values(Secret.fromAddress("secret://db/B")))
        .isEqualTo(Map.of("B", "value-of-b"));
    assertThat(resolver.values(Secret.fromAddress("secret:db/B").as("X")))
        .isEqualTo(Map.of("X", "value-of-b"));
    assertThat(resolver.plaintext(Secret.fromAddress("secret:mine/C"))).isEqualTo("value-of-c");
  }

  @Test
  void secretAddressesDoNotGoInCircles() {
    resolver.define("a", Secret.fromAddress("secret:b"));
    resolver.define("b", Secret.fromAddress("secret:a/K"));

    assertThatThrownBy(() -> resolver.values(Secret.fromName("a")))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("is defined by itself");
  }

  static Stream<Arguments> wrongSecretAddresses() {
    return Stream.of(
        Arguments.of("secret:db/NONE", SecretNotFoundException.class, "lacks the required NONE"),
        Arguments.of("secret:none/A", SecretNotFoundException.class, "there is no secret 'none'"),
        Arguments.of("secret:db/", InvalidSecretException.class, "is empty"),
        Arguments.of("secret:/A", InvalidSecretException.class, "the name is empty"),
        Arguments.of("secret:db/A/B", InvalidSecretException.class, "not a variable name"),
        Arguments.of("secret:db?version=1", InvalidSecretException.class, "unknown parameter"));
  }

  @ParameterizedTest
  @MethodSource("wrongSecretAddresses")
  void secretAddressThatLeadsNowhereIsAnError(
      String address, Class<? extends SecretException> kind, String reason) {
    store().create("db", Map.of("A", "value-of-a"));

    assertThatThrownBy(() -> resolver.values(Secret.fromAddress(address)))
        .isInstanceOf(kind)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("value-of");
  }

  @Test
  void missingKeysAreToldWithSecretEnvironmentAndCommand() {
    store().environment("prod").create("db", Map.of("A", "value-of-a"));

    assertThatThrownBy(
            () ->
                resolver.values(
                    Secret.fromName("db").environment("prod").requiredKeys("A", "B", "C")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessage(
            "the secret 'db' in the deployment environment 'prod' lacks the required B, C; it has A:"
                + " add what is missing: java -jar hush-agent.jar secret update db B=- C=- --env prod");
  }

  @Test
  void unknownNameIsToldWithNearNamesAndTheCommandThatCreatesIt() {
    for (String name : List.of("secret-keys", "secret_key", "other", "keys")) {
      store().create(name, Map.of("A", "value-of-a"));
    }

    assertThatThrownBy(
            () -> resolver.values(Secret.fromName("secret-key").requiredKeys("MY_PASSWORD")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessage(
            "there is no secret 'secret-key' in the deployment environment 'local' (did you mean"
                + " 'secret-keys' or 'secret_key'?): create it: java -jar hush-agent.jar secret"
                + " create secret-key MY_PASSWORD=-; or define it with"
                + " Secrets.define(\"secret-key\", ...)");
  }

  @Test
  void unknownNameThatTheLocalEnvironmentHasIsToldSo() {
    store().create("db", Map.of("A", "value-of-a"));

    assertThatThrownBy(() -> resolver.values(Secret.fromName("db").environment("prod")))
        .hasMessageContaining(
            "there is no secret 'db' in the deployment environment 'prod' (there is one in"
                + " 'local')");
  }

  @Test
  void optionalSecretThatTheStoreLacksIsEmpty() {
    assertThat(resolver.values(Secret.fromName("db").optional())).isEmpty();
  }

  @Test
  void storeThatCannotBeReadIsAnErrorForEveryNameInIt() throws IOException {
    store().create("db", Map.of("A", "value-of-a"));
    Files.writeString(folder.resolve("store").resolve("store.age"), "");

    for (Secret secret : List.of(Secret.fromName("db"), Secret.fromName("other").optional())) {
      assertThatThrownBy(() -> resolver.values(secret))
          .isInstanceOf(SecretUnavailableException.class)
          .hasMessageContaining("store.age");
    }
  }

  @Test
  void everythingThatGoesThroughTheStoreOfTheProgramIsMasked() {
    RegisteringStore registering = new RegisteringStore(store(), masker, () -> changes++);
    registering.create("a", Map.of("K", "created-value"));
    registering.createIfAbsent("b", Map.of("K", "absent-value"));
    registering.update("a", Map.of("K", "updated-value"));
    registering.replace("b", Map.of("K", "replaced-value"));
    store().create("c", Map.of("K", "foreign-value"));
    registering.environment("local").values("c");

    assertThat(changes).isEqualTo(4);
    assertThat(masker.mask("created-value absent-value updated-value replaced-value foreign-value"))
        .isEqualTo("*** *** *** *** ***");
  }

  @Test
  void masksWhatAValueWasDecodedFrom() {
    places.put("place", address -> new Provided.Value("KEY", VALUE, "d3JpdHRl\nbiBzbw=="));
    places.put(
        "places",
        address ->
            new Provided.Values(
                Map.of("A", "first value", "B", "second value"),
                Map.of("A", "written A", "B", "written B")));

    resolver.values(Secret.fromAddress("pot:place"));
    resolver.values(Secret.fromAddress("pot:places").visible("B"));

    assertThat(masker.mask("d3JpdHRl\nbiBzbw==; written A; written B"))
        .isEqualTo("***; ***; written B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cGFzc3dvcmQ=", "cGFzc3dvcmQ", "cGFz\nc3dv\ncmQ=\n"})
  void masksWhatAValueSaysThatIsTheBase64OfAText(String encoded) {
    resolver.values(single("KEY", encoded));

    assertThat(masker.mask("the password, not encoded")).isEqualTo("the ***, not encoded");
  }

  @Test
  void masksTheMembersOfWhatIsTheBase64OfJson() {
    resolver.values(single("KEY", "eyJ1c2VyIjogImFkbWluIiwgImtleSI6ICJwYXNzLXcwcmQifQ=="));

    assertThat(masker.mask("pass-w0rd of admin")).isEqualTo("*** of admin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cGFz", "password", "AAAAAAAAAAA=", "cGFz-c3dvcmQ", "===="})
  void aValueThatIsNoBase64OfATextIsOnlyItself(String value) {
    resolver.values(single("KEY", value));

    assertThat(masker.mask("pas, and much else")).isEqualTo("pas, and much else");
  }

  private SecretResolver withRemote(Function<SecretAddress, Provided> read) {
    SecretProvider remote =
        new SecretProvider() {
          @Override
          public Set<String> schemes() {
            return Set.of("vault");
          }

          @Override
          public Provided read(SecretAddress address) {
            return read.apply(address);
          }
        };
    return new SecretResolver(
        List.of(remote),
        List.of(),
        Duration.ZERO,
        masker,
        name -> null,
        () -> AgeStore.in(folder.resolve("store"), "local"),
        warnings::add);
  }

  @Test
  void aTimeToLiveCountsWhereverItIsDeclared() {
    SecretResolver remote = withRemote(address -> new Provided.Value("KEY", VALUE));
    Secret without = Secret.fromAddress("vault:p.a");
    Secret with = Secret.fromAddress("vault:p.a?ttl=1h");

    assertThat(remote.currentOfAll(List.of(without, with))).allMatch(CurrentVariables::isChanging);
  }

  @Test
  void aWarningShowsNoValueThatAnAddressWasMadeOf() {
    AtomicInteger asked = new AtomicInteger();
    SecretResolver remote =
        withRemote(
            address -> {
              if (asked.incrementAndGet() > 2) {
                throw new SecretUnavailableException("down", "");
              }
              return new Provided.Value("KEY", "another-value");
            });
    masker.register("TENANT", VALUE);
    Secret secret = Secret.fromAddress("vault:tenants/" + VALUE + ".a?ttl=1ns");
    String made = "vault:tenants/x" + VALUE + ".a?ttl=1ns";
    remote.hide(made);

    for (int i = 0; i < 2; i++) {
      remote.values(secret);
      remote.values(Secret.fromAddress(made));
    }

    // Of the first one a value is a part by chance: the rest helps whoever reads it.
    assertThat(warnings)
        .contains("the old value of vault:tenants/***.a stays: down", "the old value of *** stays")
        .noneMatch(warning -> warning.contains(VALUE) || warning.contains("x***"));
  }

  @Test
  void aDefinitionConcernsASecretWithATimeToLiveByItsName() {
    resolver.define("stored", Secret.fromName("elsewhere"));
    Secret reference = Secret.fromAddress("secret:stored?ttl=5m");

    assertThat(resolver.leadsTo(reference, "stored")).isTrue();
    assertThat(resolver.leadsTo(reference, "other")).isFalse();
    assertThat(resolver.leadsTo(Secret.fromAddress("secret:unknown?ttl=5m"), "other")).isFalse();
  }

  @Test
  void aKeyOfAnOptionalSecretThatIsNotThereIsAbsent() {
    resolver.define("perhaps", Secret.fromAddress("pot:none").as("KEY").optional());

    assertThatThrownBy(() -> resolver.values(Secret.fromAddress("secret:perhaps/KEY")))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no KEY in 'perhaps'");
    assertThat(resolver.values(Secret.fromAddress("secret:perhaps/KEY").optional())).isEmpty();
  }
}

package dev.hush.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hush.InvalidSecretException;
import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.environment.EnvironmentViews;
import dev.hush.masking.SecretMasker;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.resolve.Expressions;
import dev.hush.resolve.SecretResolver;
import dev.hush.store.AgeStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How functions get numbers, plans and views, and what is said when they cannot. */
@NullUnmarked // javac 17 does not see that a variable may be absent (JDK-8225377).
class FunctionsTest {

  private static final String VALUE = "hunter2-and-more";
  private static final Function<Set<String>, Set<String>> NOTHING_LATER = names -> Set.of();

  private final Map<String, Supplier<Provided>> places = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final SecretMasker masker = new SecretMasker();
  private final SecretResolver resolver =
      new SecretResolver(
          List.of(new Places()),
          List.of(),
          Duration.ZERO,
          masker,
          name -> null,
          () -> AgeStore.in(Path.of("no", "such", "folder"), "local"),
          warning -> {});
  private final EnvironmentViews views = new EnvironmentViews();
  private final List<String> evaluated = new ArrayList<>();
  private Expressions expressions =
      (name, text) -> {
        evaluated.add(text);
        return text.replace("{{ x }}", "value-of-x").replace("{{ braces }}", "{{ x }}");
      };

  private final class Places implements SecretProvider {
    @Override
    public Set<String> schemes() {
      return Set.of("pot");
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public Provided read(SecretAddress address) {
      reads.incrementAndGet();
      Supplier<Provided> place = places.get(address.location());
      if (place == null) {
        throw new SecretNotFoundException("nothing at " + address, "put something there");
      }
      return place.get();
    }
  }

  private void put(String place, String key, String value) {
    places.put(place, () -> new Provided.Value(key, value));
  }

  private Functions functions(String... applicationWide) {
    return functions(List.of(applicationWide), List.of());
  }

  private Functions functions(List<String> applicationWide, List<String> application) {
    return new Functions(
        resolver,
        expressions,
        views,
        applicationWide.stream().map(SecretReference::to).toList(),
        application.stream().map(SecretReference::to).toList());
  }

  private static FunctionDeclaration declaration(String method, SecretReference... secrets) {
    return new FunctionDeclaration("com.acme.Orders", method, "()V", method, List.of(secrets));
  }

  private static FunctionDeclaration declaration(String method, String... secrets) {
    return declaration(
        method, Stream.of(secrets).map(SecretReference::to).toArray(SecretReference[]::new));
  }

  /** What a function of that number sees of variables. */
  private Map<String, String> seenBy(Functions functions, int number) {
    Object previous = functions.enter(number);
    try {
      return Map.copyOf(views.all(Map.of()));
    } finally {
      functions.exit(previous);
    }
  }

  // numbers

  @Test
  void declarationsAreNumberedFromZeroAndKeepTheirNumbers() {
    Functions functions = functions();

    assertThat(functions.number(declaration("a", "x"))).isZero();
    assertThat(functions.number(declaration("b", "x"))).isEqualTo(1);
    assertThat(functions.number(declaration("a", "y"))).isEqualTo(2);
    assertThat(
            functions.number(
                new FunctionDeclaration("com.acme.Orders", "a", "(I)V", "a", List.of())))
        .isEqualTo(3);
    assertThat(functions.number(declaration("a", "x"))).isZero();
  }

  @Test
  void numbersGivenAtTheSameTimeAreDistinct() throws Exception {
    Functions functions = functions();
    int threads = 4;
    int each = 200;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<Integer>>> results = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int half = thread / 2;
        results.add(
            pool.submit(
                () -> {
                  together.await(1, TimeUnit.MINUTES);
                  List<Integer> numbers = new ArrayList<>();
                  for (int i = 0; i < each; i++) {
                    int number = functions.number(declaration("f" + half + "-" + i, "x"));
                    numbers.add(number);
                  }
                  return numbers;
                }));
      }
      assertThat(results.get(0).get()).isEqualTo(results.get(1).get()).doesNotHaveDuplicates();
      assertThat(results.get(2).get()).isEqualTo(results.get(3).get()).doesNotHaveDuplicates();
      assertThat(results.get(0).get()).doesNotContainAnyElementsOf(results.get(2).get());
    } finally {
      pool.shutdownNow();
    }
  }

  // order

  @Test
  void applicationWideSecretsComeFirstAndLaterOnesOverwrite() {
    put("wide", "KEY", "wide");
    put("wide2", "WIDE", "wide2");
    put("own", "KEY", "own");
    put("own2", "OWN", "own2");
    Functions functions = functions("pot:wide", "pot:wide2");
    FunctionDeclaration function = declaration("f", "pot:own", "pot:own2");
    int atFirstCall = functions.number(function);
    Map<String, String> expected = Map.of("KEY", "own", "WIDE", "wide2", "OWN", "own2");

    assertThat(seenBy(functions, atFirstCall)).isEqualTo(expected);

    Functions atStartUp = functions("pot:wide", "pot:wide2");
    assertThat(atStartUp.resolve(List.of(function), NOTHING_LATER)).isEmpty();
    assertThat(seenBy(atStartUp, atStartUp.number(function))).isEqualTo(expected);
  }

  @Test
  void functionWithoutSecretsSeesTheApplicationWideOnes() {
    put("wide", "KEY", "wide");
    Functions functions = functions("pot:wide");

    assertThat(seenBy(functions, functions.number(declaration("f", new String[0]))))
        .isEqualTo(Map.of("KEY", "wide"));
  }

  // the whole application

  @Test
  void theApplicationSeesItsSecretsInEveryThreadAndItsFunctionsTheirOwn() throws Exception {
    put("wide", "KEY", "wide");
    put("wide2", "WIDE", "wide2");
    put("all", "KEY", "all");
    put("own", "OWN", "own");
    Functions functions = functions(List.of("pot:wide", "pot:wide2"), List.of("pot:all"));
    FunctionDeclaration function = declaration("f", "pot:own");

    assertThat(functions.resolve(List.of(function), NOTHING_LATER)).isEmpty();
    functions.enterApplication();

    Map<String, String> expected = Map.of("KEY", "all", "WIDE", "wide2");
    assertThat(views.all(Map.of())).isEqualTo(expected);
    List<Map<String, String>> elsewhere = new ArrayList<>();
    Thread thread = new Thread(() -> elsewhere.add(Map.copyOf(views.all(Map.of()))));
    thread.start();
    thread.join();
    assertThat(elsewhere).containsExactly(expected);
    assertThat(seenBy(functions, functions.number(function)))
        .isEqualTo(Map.of("KEY", "wide", "WIDE", "wide2", "OWN", "own"));
    assertThat(reads).as("each once").hasValue(4);
    assertThat(masker.mask("wide2")).isEqualTo("***");
  }

  @Test
  void withoutTheSettingTheApplicationSeesNothing() {
    put("wide", "KEY", VALUE);
    Functions functions = functions("pot:wide");

    assertThat(functions.resolve(List.of(), NOTHING_LATER)).isEmpty();
    functions.enterApplication();

    assertThat(views.all(Map.of())).isEmpty();
  }

  @Test
  void whatTheApplicationLacksIsReportedWithItsSettingAndNeverLeftToItsCode() {
    Functions functions = functions(List.of("pot:wide"), List.of("pot:none", "later"));

    assertThat(
            ResolutionFailure.report(
                functions.resolve(List.of(declaration("f", "pot:none", "later")), names -> names)))
        .isEqualTo(
            """
            hush: 2 secrets cannot be had, so the application was not started.

              function  com.acme.Orders#f
              setting   application
                        secrets
              secret    pot:...
              reason    nothing at pot:...
              remedy    put something there

              setting   application
              secret    later
              reason    there is no secret 'later' in the deployment environment 'local'
              remedy    create it: java -jar hush-agent.jar secret create later KEY=-; or define it with Secrets.define("later", ...)
            """);
  }

  @Test
  void whatIsForEveryFunctionIsMissedWhereThereIsNone() {
    assertThat(functions("pot:wide").resolve(List.of(), NOTHING_LATER))
        .extracting(failure -> failure.function().toString())
        .containsExactly("setting 'secrets'");
    assertThat(functions().resolve(List.of(), NOTHING_LATER)).isEmpty();
    assertThat(functions("later").resolve(List.of(), names -> names))
        .as("code defines it for functions that are found later")
        .isEmpty();
  }

  // the first call

  @Test
  void secretsAreFetchedOnceAtTheFirstCall() {
    put("place", "KEY", VALUE);
    Functions functions = functions();
    int number = functions.number(declaration("f", "pot:place"));
    assertThat(reads).hasValue(0);

    assertThat(seenBy(functions, number)).isEqualTo(Map.of("KEY", VALUE));
    assertThat(seenBy(functions, number)).isEqualTo(Map.of("KEY", VALUE));

    assertThat(reads).hasValue(1);
    assertThat(masker.mask(VALUE)).isEqualTo("***");
  }

  @Test
  void firstCallsAtTheSameTimeFetchOnce() throws Exception {
    put("place", "KEY", VALUE);
    Functions functions = functions();
    int number = functions.number(declaration("f", "pot:place"));
    int threads = 4;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Map<String, String>>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            pool.submit(
                () -> {
                  together.await(1, TimeUnit.MINUTES);
                  return seenBy(functions, number);
                }));
      }
      for (Future<Map<String, String>> result : results) {
        assertThat(result.get()).isEqualTo(Map.of("KEY", VALUE));
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(reads).hasValue(1);
  }

  static Stream<SecretException> failures() {
    return Stream.of(
        new InvalidSecretException("reason", "remedy"),
        new SecretNotFoundException("reason", "remedy"),
        new SecretUnavailableException("reason", "remedy"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void firstCallThatFailsNamesTheFunctionEntersNothingAndIsTriedAgain(SecretException failure) {
    places.put(
        "place",
        () -> {
          throw failure;
        });
    Functions functions = functions();
    int number = functions.number(declaration("f", "pot:place"));

    SecretException thrown =
        catchThrowableOfType(SecretException.class, () -> functions.enter(number));
    assertThat(thrown).isExactlyInstanceOf(failure.getClass());
    assertThat(thrown.reason()).isEqualTo("function com.acme.Orders#f: reason");
    assertThat(thrown.remedy()).isEqualTo("remedy");
    assertThat(views.all(Map.of())).isEmpty();

    put("place", "KEY", VALUE);
    assertThat(seenBy(functions, number)).isEqualTo(Map.of("KEY", VALUE));
  }

  @Test
  void failureOfAnInnerCallLeavesTheOuterView() {
    put("place", "KEY", VALUE);
    Functions functions = functions();
    Object previous = functions.enter(functions.number(declaration("outer", "pot:place")));

    assertThatThrownBy(() -> functions.enter(functions.number(declaration("inner", "pot:none"))))
        .isInstanceOf(SecretNotFoundException.class);
    assertThat(views.get("KEY")).isEqualTo(VALUE);
    functions.exit(previous);
    assertThat(views.get("KEY")).isNull();
  }

  @Test
  void wrongDeclarationIsAFailureOfTheCall() {
    Functions functions = functions();

    assertThatThrownBy(() -> functions.enter(functions.number(declaration("f", "has space"))))
        .isInstanceOf(InvalidSecretException.class)
        .hasMessageContaining("function com.acme.Orders#f: not a name: \"has...\"");
  }

  // start-up

  @Test
  void atStartUpEachSecretIsFetchedOnceForAllFunctions() {
    put("place", "KEY", VALUE);
    Functions functions = functions("pot:place");
    List<FunctionDeclaration> declared =
        List.of(declaration("a", "pot:place"), declaration("b", "pot:place"));

    assertThat(functions.resolve(declared, NOTHING_LATER)).isEmpty();
    declared.forEach(each -> seenBy(functions, functions.number(each)));

    assertThat(reads).hasValue(1);
  }

  @Test
  void everythingThatFailedIsTold() {
    put("place", "KEY", VALUE);
    Functions functions = functions();
    List<FunctionDeclaration> declared =
        List.of(
            declaration("a", "pot:none", "pot:place", "has space"),
            declaration("b", "pot:none"),
            declaration("c", "pot:place"));

    List<ResolutionFailure> failures = functions.resolve(declared, NOTHING_LATER);

    assertThat(failures)
        .extracting(failure -> failure.function().method() + " " + failure.reference().value())
        .containsExactly("a pot:none", "a has space", "b pot:none");
    assertThat(seenBy(functions, functions.number(declared.get(2)))).containsKey("KEY");
  }

  @Test
  void definedLaterIsAskedForAbsentNamesOnly() {
    List<Set<String>> asked = new ArrayList<>();
    resolver.define("present", Secret.fromMap(Map.of("A", "1")));
    functions()
        .resolve(
            List.of(declaration("a", "absent", "present", "pot:none", "has space", "absent2")),
            names -> {
              asked.add(names);
              return Set.of();
            });

    assertThat(asked).containsExactly(Set.of("absent", "absent2"));
  }

  @Test
  void classPathIsNotSearchedWhenNoNameIsAbsent() {
    assertThat(
            functions()
                .resolve(
                    List.of(declaration("a", "pot:none")),
                    names -> {
                      throw new AssertionError("searched");
                    }))
        .hasSize(1);
  }

  @Test
  void nameThatCodeDefinesIsLeftToTheFirstCall() {
    put("place", "KEY", VALUE);
    Functions functions = functions();
    FunctionDeclaration function = declaration("f", "pot:place", "later");
    FunctionDeclaration ofOneKey = declaration("g", "secret:later/LATER");

    assertThat(functions.resolve(List.of(ofOneKey), names -> names)).isEmpty();
    assertThat(functions.resolve(List.of(function), names -> names)).isEmpty();

    int number = functions.number(function);
    assertThatThrownBy(() -> functions.enter(number))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessageContaining("there is no secret 'later'");
    resolver.define("later", Secret.fromMap(Map.of("LATER", "value-of-later")));
    assertThat(seenBy(functions, number))
        .isEqualTo(Map.of("KEY", VALUE, "LATER", "value-of-later"));
    assertThat(seenBy(functions, functions.number(ofOneKey)))
        .isEqualTo(Map.of("LATER", "value-of-later"));
  }

  @Test
  void definitionComesBeforeWhatWasFetchedAtStartUntilTheFirstCall() {
    resolver.define("db", Secret.fromMap(Map.of("K", "of-the-store")));
    put("place", "P", VALUE);
    Functions functions = functions();
    FunctionDeclaration first = declaration("first", "db");
    FunctionDeclaration second = declaration("second", "secret:chain/K");
    FunctionDeclaration other = declaration("other", "pot:place");
    resolver.define("chain", Secret.fromName("db"));
    functions.resolve(List.of(first, second, other), NOTHING_LATER);
    final int before = reads.get();

    resolver.define("db", Secret.fromMap(Map.of("K", "of-the-code")));
    assertThat(functions.defined("db")).isEmpty();
    assertThat(seenBy(functions, functions.number(first))).containsEntry("K", "of-the-code");

    resolver.define("db", Secret.fromMap(Map.of("K", "of-later-code")));
    assertThat(functions.defined("db")).containsExactly(first);
    assertThat(functions.defined("nobody")).isEmpty();
    assertThat(seenBy(functions, functions.number(first))).containsEntry("K", "of-the-code");
    assertThat(seenBy(functions, functions.number(second))).containsEntry("K", "of-later-code");
    assertThat(seenBy(functions, functions.number(other))).containsEntry("P", VALUE);
    assertThat(reads).as("what does not depend on the name is not fetched again").hasValue(before);
  }

  @Test
  void definitionIsTooLateForTheApplicationAndForEachCalledFunctionWithApplicationWideSecrets() {
    resolver.define("db", Secret.fromMap(Map.of("K", "first-value")));
    Functions functions = functions(List.of("db"), List.of("db"));
    FunctionDeclaration called = declaration("called", new String[0]);
    FunctionDeclaration idle = declaration("idle", new String[0]);
    functions.resolve(List.of(called, idle), NOTHING_LATER);
    functions.enterApplication();
    seenBy(functions, functions.number(called));

    assertThat(functions.defined("db"))
        .extracting(FunctionDeclaration::toString)
        .containsExactlyInAnyOrder(called.toString(), "setting 'secrets'", "setting 'application'");
  }

  @Test
  void wrongDeclarationOfANameThatCodeDefinesIsToldAtStartUp() {
    SecretReference wrong = new SecretReference("later", "1A", "", List.of(), List.of(), false);

    List<ResolutionFailure> failures =
        functions()
            .resolve(List.of(declaration("a", "later"), declaration("b", wrong)), names -> names);

    assertThat(failures).extracting(ResolutionFailure::reference).containsExactly(wrong);
  }

  @Test
  void optionalAbsentSecretIsNoFailure() {
    Functions functions = functions();
    FunctionDeclaration function =
        declaration(
            "f",
            new SecretReference("absent", "", "", List.of(), List.of(), true),
            new SecretReference("pot:none", "A", "", List.of(), List.of(), true));

    assertThat(functions.resolve(List.of(function), NOTHING_LATER)).isEmpty();
    assertThat(seenBy(functions, functions.number(function))).isEmpty();
  }

  // expressions

  @Test
  void aReferenceIsEvaluatedBeforeItIsReadAsANameOrAnAddress() {
    put("value-of-x", "KEY", VALUE);
    resolver.define("db-value-of-x", Secret.fromMap(Map.of("NAMED", "of the name")));
    Functions functions = functions();
    FunctionDeclaration atStart = declaration("a", "pot:{{ x }}", "db-{{ x }}", "pot:value-of-x");
    FunctionDeclaration atFirstCall = declaration("b", "pot:{{ x }}");

    assertThat(functions.resolve(List.of(atStart), NOTHING_LATER)).isEmpty();
    assertThat(reads).hasValue(1);
    assertThat(evaluated).containsExactly("pot:{{ x }}", "db-{{ x }}");
    assertThat(seenBy(functions, functions.number(atStart)))
        .isEqualTo(Map.of("KEY", VALUE, "NAMED", "of the name"));
    assertThat(seenBy(functions, functions.number(atFirstCall))).isEqualTo(Map.of("KEY", VALUE));
  }

  @Test
  void whatAnExpressionSaysIsNotEvaluated() {
    put("{{ x }}", "KEY", VALUE);
    Functions functions = functions("pot:{{ x }}"); // As the configuration has evaluated it.
    FunctionDeclaration function = declaration("a", "pot:{{ braces }}");

    assertThat(functions.resolve(List.of(function), NOTHING_LATER)).isEmpty();
    assertThat(evaluated).containsExactly("pot:{{ braces }}");
    assertThat(seenBy(functions, functions.number(function))).isEqualTo(Map.of("KEY", VALUE));
  }

  @Test
  void anExpressionThatCannotBeEvaluatedIsReportedWithItsFunction() {
    expressions =
        (name, text) -> {
          throw new SecretNotFoundException("Cannot find it. (" + name + ":1)", "");
        };
    Functions functions = functions();
    FunctionDeclaration function = declaration("a", "pot:{{ x }}");

    assertThat(ResolutionFailure.report(functions.resolve(List.of(function), names -> names)))
        .isEqualTo(
            """
            hush: 1 secret cannot be had, so the application was not started.

              function  com.acme.Orders#a
              secret    an expression
              reason    Cannot find it. (@SecretRef:1)
            """);
    int number = functions.number(function);
    assertThatThrownBy(() -> functions.enter(number))
        .isInstanceOf(SecretNotFoundException.class)
        .hasMessage("function com.acme.Orders#a: Cannot find it. (@SecretRef:1)");
  }

  @Test
  void aNameThatAnExpressionSaysMayBeDefinedLater() {
    Functions functions = functions();
    FunctionDeclaration function = declaration("a", "db-{{ x }}");

    assertThat(functions.resolve(List.of(function), names -> names)).isEmpty();
    resolver.define("db-value-of-x", Secret.fromMap(Map.of("KEY", VALUE)));
    assertThat(seenBy(functions, functions.number(function))).isEqualTo(Map.of("KEY", VALUE));
  }

  @Test
  void noFailureShowsAValueThatAnExpressionPutIntoIt() {
    masker.register("x", "value-of-x");
    Expressions plain = expressions;
    expressions =
        new Expressions() {
          @Override
          public String evaluated(String name, String text) {
            return plain.evaluated(name, text);
          }

          @Override
          public String masked(String text) {
            return masker.mask(text);
          }
        };
    Functions functions = functions();
    FunctionDeclaration function = declaration("a", "db-{{ x }}", "pot:{{ x }}");

    String report = ResolutionFailure.report(functions.resolve(List.of(function), NOTHING_LATER));

    assertThat(report).contains("the secret *** does not exist").doesNotContain("value-of-x");
    int number = functions.number(function);
    assertThatThrownBy(() -> functions.enter(number)).hasMessageNotContaining("value-of-x");
  }

  // the report

  @Test
  void reportNamesEachSecretOnceWithItsFunctionsReasonAndRemedy() {
    Functions functions = functions("pot:none");
    List<FunctionDeclaration> declared =
        List.of(
            declaration("second", new String[0]),
            declaration(
                "first",
                new SecretReference("db", "", "prod", List.of("A", "B"), List.of(), false)),
            declaration("third", VALUE + " pasted"));

    assertThat(ResolutionFailure.report(functions.resolve(declared, NOTHING_LATER)))
        .isEqualTo(
            """
            hush: 3 secrets cannot be had, so the application was not started.

              function  com.acme.Orders#first
                        com.acme.Orders#second
                        com.acme.Orders#third
              secret    pot:...
              reason    nothing at pot:...
              remedy    put something there

              function  com.acme.Orders#first
              secret    db (prod)
              key       A, B
              reason    there is no secret 'db' in the deployment environment 'prod'
              remedy    create it: java -jar hush-agent.jar secret create db A=- B=- --env prod; or define it with Secrets.define("db", ...)

              function  com.acme.Orders#third
              secret    "hun..."
              reason    not a name: "hun..."
              remedy    use 1 to 64 letters, digits, hyphens, underscores and dots
            """);
  }

  @Test
  void reportOfOneSecretWithoutRemedy() {
    ResolutionFailure failure =
        new ResolutionFailure(
            declaration("f", "pot:x"),
            SecretReference.to("pot:x"),
            new SecretUnavailableException("no answer", ""));

    assertThat(ResolutionFailure.report(List.of(failure, failure)))
        .isEqualTo(
            """
            hush: 1 secret cannot be had, so the application was not started.

              function  com.acme.Orders#f
              secret    pot:...
              reason    no answer
            """);
  }

  // references

  @Test
  void whatHasAColonIsAnAddress() {
    assertThat(SecretReference.to("word").isName()).isTrue();
    assertThat(SecretReference.to("word").secret()).isEqualTo(Secret.fromName("word"));
    assertThat(SecretReference.to("env:WORD").isName()).isFalse();
    assertThat(SecretReference.to("env:WORD").secret()).isEqualTo(Secret.fromAddress("env:WORD"));
    assertThat(new SecretReference("db", "AS", "prod", List.of("R"), List.of("V"), true).secret())
        .isEqualTo(
            Secret.fromName("db")
                .as("AS")
                .environment("prod")
                .requiredKeys("R")
                .visible("V")
                .optional());
  }
}

package dev.hush;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hush.masking.SecretMasker;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The house plan: which package may know which, and what none may have. */
class ArchitectureTest {

  private static final JavaClasses CLASSES = read();

  private static JavaClasses read() {
    // It tells of every class that it reads.
    ((Logger) LoggerFactory.getLogger("com.tngtech.archunit")).setLevel(Level.WARN);
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.hush");
  }

  private static final String API = "dev.hush";
  private static final String ADDRESS = "dev.hush.address";
  private static final String CONFIGURATION = "dev.hush.configuration";
  private static final String ENVIRONMENT = "dev.hush.environment";
  private static final String JSON = "dev.hush.provider.json";
  private static final String HTTP = "dev.hush.provider.http";
  private static final String FUNCTION = "dev.hush.function";
  private static final String LOGGING = "dev.hush.logging";
  private static final String MASKING = "dev.hush.masking";
  private static final String PROCESSOR = "dev.hush.annotations.processor";
  private static final String PROVIDER = "dev.hush.provider";
  private static final String DOTENV = "dev.hush.provider.dotenv";
  private static final String TEMPLATE = "dev.hush.template";
  private static final String TEXT = "dev.hush.provider.text";
  private static final String RESOLVE = "dev.hush.resolve";
  private static final String STORE = "dev.hush.store";
  private static final String YAML = "dev.hush.provider.yaml";

  static Stream<Arguments> arrows() {
    return Stream.of(
        mayKnow(
            "dev.hush.cli",
            "dev.hush.runtime",
            FUNCTION,
            RESOLVE,
            MASKING,
            STORE,
            DOTENV,
            TEXT,
            ADDRESS,
            CONFIGURATION,
            API,
            "com.eclipsesource.json",
            "picocli.."),
        // Puts a process together, from everything that it needs.
        mayKnow(
            "dev.hush.runtime",
            FUNCTION,
            TEMPLATE,
            RESOLVE,
            STORE,
            PROVIDER,
            "dev.hush.provider.vault",
            "dev.hush.provider.onepassword",
            "dev.hush.provider.kubernetes",
            "dev.hush.provider.aws",
            "dev.hush.provider.azure",
            "dev.hush.provider.gcp",
            "dev.hush.provider.sops",
            "dev.hush.provider.libsecret",
            ENVIRONMENT,
            MASKING,
            ADDRESS,
            CONFIGURATION,
            API),
        mayKnow(FUNCTION, RESOLVE, ENVIRONMENT, API, CONFIGURATION, "io.github.classgraph.."),
        mayKnow(TEMPLATE, RESOLVE, API, "io.pebbletemplates.pebble..", "com.eclipsesource.json"),
        // The address too, because that is what a provider is asked for.
        mayKnow(RESOLVE, PROVIDER, DOTENV, MASKING, ADDRESS, API),
        mayKnow(
            STORE,
            PROVIDER,
            ADDRESS,
            API,
            "com.exceptionfactory.jagged..",
            "com.eclipsesource.json",
            "javax.crypto.."),
        mayKnow(PROVIDER, DOTENV, TEXT, ADDRESS, API),
        mayKnow("dev.hush.provider.vault", PROVIDER, HTTP, JSON, TEXT, ADDRESS, API),
        mayKnow("dev.hush.provider.onepassword", PROVIDER, HTTP, JSON, TEXT, ADDRESS, API),
        mayKnow("dev.hush.provider.kubernetes", PROVIDER, HTTP, JSON, YAML, TEXT, ADDRESS, API),
        mayKnow(
            "dev.hush.provider.aws", PROVIDER, HTTP, JSON, TEXT, ADDRESS, API, "javax.crypto.."),
        mayKnow(
            "dev.hush.provider.sops",
            PROVIDER,
            YAML,
            TEXT,
            ADDRESS,
            API,
            "com.exceptionfactory.jagged..",
            "com.eclipsesource.json",
            "javax.crypto.."),
        mayKnow(
            "dev.hush.provider.libsecret", PROVIDER, JSON, TEXT, ADDRESS, API, "javax.crypto.."),
        mayKnow("dev.hush.provider.azure", PROVIDER, HTTP, JSON, TEXT, ADDRESS, API),
        mayKnow("dev.hush.provider.gcp", PROVIDER, HTTP, JSON, TEXT, ADDRESS, API),
        mayKnow(HTTP, JSON, ADDRESS, API, "javax.net.ssl"),
        mayKnow(JSON, PROVIDER, TEXT, ADDRESS, API, "com.eclipsesource.json"),
        mayKnow(YAML, TEXT, API, "org.snakeyaml.engine.v2.."),
        mayKnow(DOTENV, TEXT, ADDRESS, API, "io.github.cdimascio.dotenv.."),
        mayKnow(TEXT, ADDRESS, API),
        mayKnow("dev.hush.logback", LOGGING, MASKING, "ch.qos.logback..", "org.slf4j.."),
        mayKnow("dev.hush.log4j", LOGGING, "org.apache.logging.log4j.."),
        mayKnow("dev.hush.jboss", LOGGING, "java.util.logging..", "org.jboss.logmanager.."),
        mayKnow(LOGGING),
        mayKnow("dev.hush.stream", MASKING),
        mayKnow(ENVIRONMENT),
        mayKnow(MASKING),
        mayKnow(ADDRESS),
        // What a time to live is.
        mayKnow(CONFIGURATION, ADDRESS),
        mayKnow(API),
        // Runs in a compiler, with the rules of this module compiled into it.
        mayKnow(
            PROCESSOR,
            PROCESSOR + ".address",
            "dev.hush.annotations",
            "javax.annotation.processing",
            "javax.lang.model..",
            "javax.tools",
            "com.sun.source.."),
        mayKnow(PROCESSOR + ".address"));
  }

  private static Arguments mayKnow(String from, String... to) {
    return Arguments.of(from, List.of(to));
  }

  @ParameterizedTest(name = "{0} knows {1}")
  @MethodSource("arrows")
  void packageKnowsOnlyThese(String from, List<String> to) {
    List<String> all = new ArrayList<>(to);
    all.addAll(List.of(from, "java..", "org.jspecify.annotations"));

    classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(all.toArray(new String[0])).or(IS_ARRAY_OF_PRIMITIVES))
        .check(CLASSES);
  }

  private static final DescribedPredicate<JavaClass> IS_ARRAY_OF_PRIMITIVES =
      DescribedPredicate.describe(
          "are primitive", type -> type.getBaseComponentType().isPrimitive());

  @Test
  void everyPackageIsInTheTable() {
    Set<String> known =
        arrows().map(row -> (String) row.get()[0]).collect(Collectors.toCollection(TreeSet::new));

    assertThat(packages().map(JavaPackage::getName))
        .filteredOn(name -> !name.equals("dev.hush.annotations"))
        .containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void packagesDoNotKnowOneAnotherInCircles() {
    slices().matching("dev.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(packages())
        .filteredOn(checked -> !checked.getName().equals("dev.hush.annotations"))
        .allSatisfy(
            checked ->
                assertThat(checked.isAnnotatedWith(NullMarked.class)).as("@NullMarked").isTrue());
  }

  private static Stream<JavaPackage> packages() {
    return CLASSES.stream().map(JavaClass::getPackage).distinct();
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Common|Misc)(\\$.*)?")
        .check(CLASSES);
  }

  /** They make a BigDecimal, the first of which costs a start with JDK 25 more than 40 ms. */
  @Test
  void timesAreNotMultipliedOrDividedByTheJdk() {
    noClasses()
        .should()
        .callMethod(Duration.class, "multipliedBy", long.class)
        .orShould()
        .callMethod(Duration.class, "dividedBy", long.class)
        .check(CLASSES);
  }

  @Test
  void nothingButTheSharedMaskerIsGlobalState() {
    assertThat(
            CLASSES.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> !field.getOwner().isEquivalentTo(SecretMasker.class))
                .filter(field -> !isConstant(field))
                .map(JavaField::getFullName))
        .isEmpty();
  }

  private static boolean isConstant(JavaField declared) {
    if (!declared.getModifiers().contains(JavaModifier.FINAL)) {
      return false;
    }
    // Without its class, which may be made for a library that is not here: JBoss LogManager.
    if (declared.getRawType().isEquivalentTo(String.class)) {
      return true;
    }
    Field field = declared.reflect();
    // The one runtime of the process, which this test should not bring to life.
    if (field.getDeclaringClass().getName().equals("dev.hush.SecretRuntimeLink$Found")) {
      return true;
    }
    try {
      field.setAccessible(true);
      return isImmutable(field.get(null));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Judges the value: the type of a constant list does not say that it is one. */
  private static boolean isImmutable(@Nullable Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum<?>
        || value instanceof Pattern
        || value instanceof Charset
        || value instanceof Duration
        || value instanceof HexFormat
        || value instanceof DateTimeFormatter
        || value instanceof Path
        || value instanceof Class<?>
        || value instanceof MethodHandle
        || value instanceof VarHandle
        || value instanceof StackWalker) {
      return true;
    }
    if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
      return value.getClass().getName().startsWith("java.util.ImmutableCollections$");
    }
    // No array is, but nothing else is as fast; that they are not written is for the reviewer.
    return value.getClass().isArray() || hasFinalFieldsOnly(value.getClass());
  }

  private static boolean hasFinalFieldsOnly(Class<?> type) {
    return type.getName().startsWith("dev.hush.")
        && Stream.of(type.getDeclaredFields())
            .allMatch(field -> Modifier.isFinal(field.getModifiers()));
  }
}

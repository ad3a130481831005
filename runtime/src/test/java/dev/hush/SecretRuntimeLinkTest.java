package dev.hush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hush.store.AgeStore;
import java.io.File;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one copy of the interface asks of the runtime behind another, as an application does of the
 * agent: nothing may be lost on the way, although the two have not one type in common.
 */
@NullUnmarked // What crosses is of the JDK's types, and may be null.
class SecretRuntimeLinkTest {

  private final Recorder runtime = new Recorder();
  private final URLClassLoader application;

  SecretRuntimeLinkTest() throws MalformedURLException {
    List<URL> classPath = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Path.of(element).toUri().toURL());
    }
    application =
        new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  @AfterEach
  void close() throws Exception {
    application.close();
  }

  /** Runs a program of the application's with the link as the bridge would give it. */
  @SuppressWarnings("unchecked")
  private Object run(Class<? extends Function<?, ?>> program) throws Exception {
    Constructor<?> constructor = application.loadClass(program.getName()).getDeclaredConstructor();
    constructor.setAccessible(true);
    return ((Function<Object, Object>) constructor.newInstance())
        .apply(SecretRuntimeLink.export(runtime));
  }

  /** The agent's side: remembers what it was asked. */
  private static final class Recorder implements SecretRuntime {
    final List<Object> asked = new ArrayList<>();
    SecretException failure;
    SecretStore store;

    private <T> T answer(T answer, Object... question) {
      asked.addAll(List.of(question));
      if (failure != null) {
        throw failure;
      }
      return answer;
    }

    @Override
    public Map<String, String> values(Secret secret) {
      Map<String, String> values = new LinkedHashMap<>();
      values.put("Z", "1");
      values.put("A", "2");
      return answer(values, "values", secret);
    }

    @Override
    public String plaintext(Secret secret) {
      return answer("plain", "plaintext", secret);
    }

    @Override
    public void define(String name, Secret secret) {
      answer("", "define", name, secret);
    }

    @Override
    public void made(Map<String, String> values) {
      answer("", "made", values);
    }

    @Override
    public void visible(Map<String, String> values) {
      answer("", "visible", values);
    }

    @Override
    public String render(String name, String text) {
      return answer("rendered", "render", name, text);
    }

    @Override
    public String evaluated(String text) {
      return answer("evaluated", "evaluated", text);
    }

    @Override
    public String masked(String text) {
      return answer("masked", "masked", text);
    }

    @Override
    public Object enter(List<Secret> secrets) {
      return answer(this, "enter", secrets);
    }

    @Override
    public void exit(Object previous) {
      answer("", "exit", String.valueOf(previous == this));
    }

    @Override
    public void fetch(String type, String method, String descriptor) {
      answer("", "fetch", type, method, descriptor);
    }

    @Override
    public Map<String, String> environment() {
      return answer(Map.of("PATH", "/bin"), "environment");
    }

    @Override
    public SecretStore store() {
      return store;
    }

    @Override
    public String deploymentEnvironment() {
      return answer("prod", "deploymentEnvironment");
    }
  }

  /** The application's side. */
  abstract static class Program implements Function<Object, Object> {
    @Override
    public Object apply(Object link) {
      try {
        Constructor<?> agentRuntime =
            Class.forName("dev.hush.SecretRuntimeLink$AgentRuntime")
                .getDeclaredConstructor(BiFunction.class);
        agentRuntime.setAccessible(true);
        return run((SecretRuntime) agentRuntime.newInstance(link));
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }

    abstract Object run(SecretRuntime agent);
  }

  private static List<Secret> everyKind() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Z", "1");
    values.put("A", "");
    return List.of(
        Secret.fromName("db").environment("prod"),
        Secret.fromMap(values).requiredKeys("Z", "A").visible("A"),
        Secret.fromMap(Map.of()),
        Secret.fromDotenv(Path.of("folder"), ".env-dev").optional(),
        Secret.fromAddress("file:./token").as("TOKEN").optional().requiredKeys("TOKEN"));
  }

  static final class Everything extends Program {
    @Override
    Object run(SecretRuntime agent) {
      List<Object> answers = new ArrayList<>();
      for (Secret secret : everyKind()) {
        answers.add(agent.values(secret).toString());
      }
      answers.add(agent.plaintext(Secret.fromName("a")));
      agent.define("name", Secret.fromAddress("env:X"));
      answers.add(agent.render("page", "{{ secret('A') }}"));
      Object previous = agent.enter(everyKind());
      answers.add(agent.environment());
      agent.exit(previous);
      agent.exit(null);
      agent.fetch("a.B", "c", "()V");
      answers.add(agent.deploymentEnvironment());
      answers.add(agent.getClass().getClassLoader() == Secret.class.getClassLoader());
      return answers;
    }
  }

  @Test
  void everyOperationArrivesAsItWasAsked() throws Exception {
    Object answers = run(Everything.class);

    String values = "{Z=1, A=2}";
    assertThat(answers)
        .isEqualTo(
            List.of(
                values,
                values,
                values,
                values,
                values,
                "plain",
                "rendered",
                Map.of("PATH", "/bin"),
                "prod",
                true));
    List<Object> expected = new ArrayList<>();
    everyKind().forEach(secret -> expected.addAll(List.of("values", secret)));
    expected.addAll(List.of("plaintext", Secret.fromName("a")));
    expected.addAll(List.of("define", "name", Secret.fromAddress("env:X")));
    expected.addAll(List.of("render", "page", "{{ secret('A') }}"));
    expected.addAll(List.of("enter", everyKind(), "environment", "exit", "true", "exit", "false"));
    expected.addAll(List.of("fetch", "a.B", "c", "()V"));
    expected.add("deploymentEnvironment");
    assertThat(runtime.asked).isEqualTo(expected);
    Secret ordered = (Secret) runtime.asked.get(3);
    assertThat(((Secret.Values) ordered.source()).values().keySet()).containsExactly("Z", "A");
  }

  /** Asks for everything that a store can do. */
  static final class Storing extends Program {
    @Override
    Object run(SecretRuntime agent) {
      SecretStore store = agent.store();
      SecretStore prod = store.environment("staging");
      List<Object> answers = new ArrayList<>();
      Map<String, String> values = new LinkedHashMap<>();
      values.put("Z", "1");
      values.put("A", "2");
      prod.create("a", values);
      answers.add(prod.createIfAbsent("a", Map.of("X", "1")));
      answers.add(prod.createIfAbsent("b", Map.of("X", "1")));
      prod.update("a", Map.of("NEW", "3"), "Z");
      prod.replace("b", Map.of("Y", "1"));
      answers.add(prod.values("a").toString());
      answers.add(prod.list().stream().map(SecretStore.Info::name).toList());
      answers.add(prod.list(1, prod.info("b").created()).get(0).name());
      prod.restore("a", 1);
      answers.add(prod.values("a").toString());
      SecretStore.Info info = prod.info("a");
      answers.add(
          info.environment()
              + info.keys()
              + info.version()
              + info.created().isBefore(info.updated())
              + info.lastUsed().isPresent()
              + info.createdBy().equals(info.updatedBy()));
      for (SecretStore.Version version : prod.history("a")) {
        answers.add(version.number() + " " + version.keys() + version.by().isEmpty());
      }
      prod.delete("a");
      answers.add(prod.deleteIfPresent("a"));
      answers.add(store.environment() + prod.environment() + store.list());
      for (Runnable refused :
          List.<Runnable>of(() -> prod.delete("a"), () -> prod.create("b", Map.of("A", "")))) {
        try {
          refused.run();
        } catch (SecretException failure) {
          answers.add(failure.getClass().getSimpleName());
        }
      }
      return answers;
    }
  }

  @Test
  void theStoreIsTheAgents(@TempDir Path folder) throws Exception {
    runtime.store = AgeStore.in(folder.resolve("home"), "prod");

    assertThat(run(Storing.class))
        .isEqualTo(
            List.of(
                false,
                true,
                "{A=2, NEW=3}",
                List.of("b", "a"),
                "a",
                "{Z=1, A=2}",
                "staging[Z, A]3truetruetrue",
                "3 [Z, A]false",
                "2 [A, NEW]false",
                "1 [Z, A]false",
                false,
                "prodstaging[]",
                "SecretNotFoundException",
                "SecretExistsException"));
  }

  static final class Failing extends Program {
    @Override
    Object run(SecretRuntime agent) {
      List<Runnable> operations =
          List.of(
              () -> agent.values(Secret.fromName("a")),
              () -> agent.plaintext(Secret.fromName("a")),
              () -> agent.define("a", Secret.fromName("a")),
              () -> agent.render("page", "text"),
              () -> agent.enter(List.of()),
              () -> agent.exit(null),
              () -> agent.fetch("a.B", "c", "()V"),
              agent::environment,
              agent::deploymentEnvironment);
      List<String> caught = new ArrayList<>();
      for (Runnable operation : operations) {
        try {
          operation.run();
          caught.add("nothing");
        } catch (SecretException failure) {
          caught.add(failure + "|" + failure.reason() + "|" + failure.remedy());
        }
      }
      return caught;
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new InvalidSecretException("reason", "remedy")),
        Arguments.of(new SecretExistsException("reason", "remedy")),
        Arguments.of(new SecretNotFoundException("reason", "remedy")),
        Arguments.of(new SecretUnavailableException("reason", "remedy")),
        Arguments.of(new SecretUnavailableException("reason", "")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureKeepsItsKindReasonAndRemedy(SecretException failure) throws Exception {
    runtime.failure = failure;

    assertThat(run(Failing.class))
        .isEqualTo(
            Collections.nCopies(9, failure + "|" + failure.reason() + "|" + failure.remedy()));
  }

  @Test
  void operationThatTheAgentDoesNotKnowIsAFailure() {
    Object answer = SecretRuntimeLink.export(runtime).apply("teleport", null);

    assertThat((String[]) answer)
        .containsExactly(
            "InvalidSecretException",
            "the agent is older than the hush-runtime of the application",
            "use the same version of both");
  }

  @Test
  void whatIsNoSecretIsRefused() {
    assertThatThrownBy(() -> SecretRuntimeLink.export(runtime).apply("values", null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

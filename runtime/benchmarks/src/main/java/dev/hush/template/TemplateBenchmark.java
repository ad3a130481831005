package dev.hush.template;

import dev.hush.masking.SecretMasker;
import dev.hush.provider.EncodedVariables;
import dev.hush.provider.SecretEnvironmentProvider;
import dev.hush.resolve.SecretLookup;
import dev.hush.resolve.SecretResolver;
import dev.hush.store.AgeStore;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.extension.AbstractExtension;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 1,000 templates of 1 KB with five secrets each, beside plain Pebble, whose {@code secret} looks
 * into a map.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TemplateBenchmark {

  private static final int TEMPLATES = 1_000;
  private static final int SECRETS = 50;
  private static final int OTHER_VARIABLES = 60;

  private final List<String> templates = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Templates ofTheProcess;
  private final Templates ofTheFunction;
  private final PebbleEngine reading;
  private final PebbleEngine remembering;

  /** Makes the templates, each of them another, and what they ask for. */
  public TemplateBenchmark() {
    for (int i = 0; i < SECRETS; i++) {
      String value = "value-number-" + i + "-of-them";
      values.put("KEY_" + i, value);
      environment.put(
          "SECRET_KEY_" + i,
          Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }
    for (int i = 0; i < OTHER_VARIABLES; i++) {
      environment.put("OTHER_" + i, "x");
    }
    for (int i = 0; i < TEMPLATES; i++) {
      StringBuilder text = new StringBuilder("# configuration number " + i + "\n");
      for (int j = 0; j < 5; j++) {
        text.append("key").append(j).append(": {{ secret('KEY_");
        text.append((i * 5 + j) % SECRETS).append("') }}\n").append("# a line of text\n".repeat(9));
      }
      templates.add(text.append("-".repeat(1024 - text.length())).toString());
    }
    ofTheProcess = templates(Map.of());
    ofTheFunction = templates(values);
    reading = engine(false);
    remembering = engine(true);
  }

  private Templates templates(Map<String, String> own) {
    EncodedVariables encoded = EncodedVariables.STANDARD;
    SecretMasker masker = new SecretMasker();
    masker.register(values);
    SecretResolver resolver =
        new SecretResolver(
            List.of(new SecretEnvironmentProvider(environment, encoded, warning -> {})),
            List.of(),
            Duration.ZERO,
            masker,
            environment::get,
            () -> AgeStore.in(Path.of("none"), "local"),
            warning -> {});
    return new Templates(new SecretLookup(resolver, encoded, () -> own), environment, "ENV_");
  }

  private PebbleEngine engine(boolean cache) {
    return new PebbleEngine.Builder()
        .autoEscaping(false)
        .cacheActive(cache)
        .extension(
            new AbstractExtension() {
              @Override
              public Map<String, Function> getFunctions() {
                return Map.of("secret", new FromMap(values));
              }
            })
        .build();
  }

  private record FromMap(Map<String, String> values) implements Function {
    @Override
    public List<String> getArgumentNames() {
      return List.of("key");
    }

    @Override
    public Object execute(
        Map<String, Object> arguments, PebbleTemplate self, EvaluationContext context, int line) {
      return values.get(String.valueOf(arguments.get("key")));
    }
  }

  /** With the secrets that a function has. */
  @Benchmark
  public int hush() {
    return characters(ofTheFunction);
  }

  /** With those in variables of the process, which are looked for without case and decoded. */
  @Benchmark
  public int hushEncoded() {
    return characters(ofTheProcess);
  }

  private int characters(Templates rendering) {
    int characters = 0;
    for (String template : templates) {
      characters += rendering.render("benchmark", template).length();
    }
    return characters;
  }

  /** Plain Pebble that reads each template, as Hush does. */
  @Benchmark
  public int pebble() throws IOException {
    return characters(reading);
  }

  /** Plain Pebble that has read them all before. */
  @Benchmark
  public int pebbleRemembering() throws IOException {
    return characters(remembering);
  }

  private int characters(PebbleEngine engine) throws IOException {
    int characters = 0;
    for (String template : templates) {
      StringWriter rendered = new StringWriter();
      engine.getLiteralTemplate(template).evaluate(rendered);
      characters += rendered.getBuffer().length();
    }
    return characters;
  }
}

package dev.hush.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.Secret;
import dev.hush.SecretException;
import dev.hush.Secrets;
import dev.hush.configuration.Configuration;
import dev.hush.configuration.ConfigurationException;
import dev.hush.masking.SecretMasker;
import dev.hush.runtime.HushRuntime;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Pebble is optional: only a program whose texts have expressions needs it. */
class WithoutPebbleTest {

  /** What such a program does, in a class loader that knows no Pebble. */
  public static final class Application implements Callable<List<String>> {

    @Override
    public List<String> call() throws Exception {
      List<String> said = new ArrayList<>();
      said.add(pebble());
      Secrets.define("named", Secret.fromMap(Map.of("KEY", "value-of-key")));
      said.add(Secrets.call(List.of(Secret.fromName("named")), () -> Secrets.getenv("KEY")));
      said.add(SecretMasker.shared().mask("<value-of-key>"));
      said.add(Secret.fromAddress("cmd:printf two").as("X").plaintext());
      said.add(Secrets.render("{ \"no\": \"expression\" }"));
      said.add(refusal("{{ secret('KEY') }}"));
      said.add(refusal("{# the second one #}"));
      said.add(configuration());
      said.add(Secrets.render("and goes on"));
      return said;
    }

    private static String pebble() {
      try {
        return Class.forName("io.pebbletemplates.pebble.template.PebbleTemplate").getName();
      } catch (ClassNotFoundException absent) {
        return "no Pebble";
      }
    }

    private static String refusal(String text) {
      try {
        return Secrets.render(text);
      } catch (SecretException refusal) {
        return refusal.getClass().getSimpleName() + ": " + refusal.getMessage();
      }
    }

    private static String configuration() {
      Properties properties = new Properties();
      properties.setProperty("hush.secrets", "file:{{ envs.place }}");
      try {
        return new HushRuntime(
                Configuration.read(null, properties, Map.of(), new File("none")), Map.of())
            .functions()
            .toString();
      } catch (ConfigurationException refusal) {
        return String.valueOf(refusal.getMessage());
      }
    }
  }

  @Test
  void allElseWorksAndExpressionsAreRefusedWithWhatIsMissing() throws Exception {
    String refusal =
        "a text has an expression, and Pebble, which evaluates it, is not on the class path or of"
            + " another version: add io.pebbletemplates:pebble:4.1.2, or use the agent, which"
            + " carries it";
    try (URLClassLoader withoutPebble =
        new URLClassLoader(classPathWithoutPebble(), ClassLoader.getPlatformClassLoader())) {
      @SuppressWarnings("unchecked")
      Callable<List<String>> application =
          (Callable<List<String>>)
              withoutPebble
                  .loadClass(Application.class.getName())
                  .getDeclaredConstructor()
                  .newInstance();

      assertThat(application.call())
          .containsExactly(
              "no Pebble",
              "value-of-key",
              "<***>",
              "two",
              "{ \"no\": \"expression\" }",
              "InvalidSecretException: " + refusal,
              "InvalidSecretException: " + refusal,
              "the setting 'secrets' in the system properties: " + refusal,
              "and goes on");
    }
  }

  private static URL[] classPathWithoutPebble() throws MalformedURLException {
    List<URL> elements = new ArrayList<>();
    int all = 0;
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      all++;
      if (!element.contains("pebble")) {
        elements.add(Path.of(element).toUri().toURL());
      }
    }
    assertThat(elements).hasSizeLessThan(all);
    return elements.toArray(new URL[0]);
  }
}

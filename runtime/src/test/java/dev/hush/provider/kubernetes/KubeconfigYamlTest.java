package dev.hush.provider.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.SecretException;
import dev.hush.provider.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** What is read of a kubeconfig is what a library for YAML reads of it, or it is refused. */
class KubeconfigYamlTest {

  private static final String WRITTEN_BY_KUBECTL =
      """
      apiVersion: v1
      clusters:
      - cluster:
          certificate-authority-data: LS0tLS1CRUdJTg==
          server: https://127.0.0.1:6443
        name: kind-kind
      - cluster:
          insecure-skip-tls-verify: true
          server: "https://host:443/a b#c"
        name: 'it''s: here'
      contexts:
      - context:
          cluster: kind-kind
          namespace: team-a
          user: me
        name: kind-kind
      current-context: kind-kind
      kind: Config
      preferences: {}
      users:
      - name: me
        user:
          exec:
            apiVersion: client.authentication.k8s.io/v1
            args:
            - eks
            - get-token
            - --cluster-name
            - prod
            command: aws
            env:
            - name: AWS_PROFILE
              value: prod
            interactiveMode: IfAvailable
            provideClusterInfo: false
      - name: other
        user:
          token: abc:def#ghi # a comment
      """;

  private static Optional<Object> read(String yaml) {
    try {
      return Optional.of(plain(KubeconfigYaml.parse(yaml, "config")));
    } catch (SecretException refused) {
      return Optional.empty();
    }
  }

  private static Object plain(Json json) {
    if (json.isObject()) {
      Map<String, Object> members = new LinkedHashMap<>();
      json.members().forEach((name, member) -> members.put(name, plain(member)));
      return members;
    }
    String string = json.string();
    return string == null
        ? json.elements().stream().map(KubeconfigYamlTest::plain).toList()
        : string;
  }

  private static Optional<Object> judged(String yaml) {
    LoadSettings settings =
        LoadSettings.builder().setSchema(new FailsafeSchema()).setAllowDuplicateKeys(false).build();
    try {
      return Optional.of(withoutNulls(new Load(settings).loadFromString(yaml)));
    } catch (YamlEngineException refused) {
      return Optional.empty();
    }
  }

  private static boolean isYaml(String yaml) {
    try {
      var unused = new Load(LoadSettings.builder().build()).loadFromString(yaml);
      return true;
    } catch (YamlEngineException refused) {
      return false;
    }
  }

  /** We read what stands for nothing as nothing; this schema reads it as text. */
  private static Object withoutNulls(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put(name, withoutNulls(member)));
      return members;
    }
    if (value instanceof List<?> list) {
      List<Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(withoutNulls(element)));
      return elements;
    }
    return "null".equals(value) || "~".equals(value) ? "" : value;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WRITTEN_BY_KUBECTL,
        "---\nkind: Config\nusers:\n  -\n    name: a\n    user:\n      token: 'x # y'\n",
        "users:\n- name: \"tab\\there\"\n  user: {}\ncontexts: []\nnothing: null\n",
        "# comment\n\nkind:   Config   # more\na:\n  b:\n    c: https://h:1\n\n  d: x\n",
      })
  void whatToolsWriteIsReadAsTheLibraryReadsIt(String yaml) {
    assertThat(judged(yaml)).isPresent();
    assertThat(read(yaml)).isEqualTo(judged(yaml));
  }

  @Test
  void whateverIsDoneToAFileItIsReadAsTheLibraryReadsItOrRefused() {
    Random random = new Random(7);
    String[] pieces = {
      " ", "  ", "- ", ": ", "#", "'", "\"", "&a ", "*a", "|", ">", "{", "[", "\t"
    };
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder yaml = new StringBuilder(WRITTEN_BY_KUBECTL);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        int at = random.nextInt(yaml.length());
        if (random.nextBoolean()) {
          yaml.insert(at, pieces[random.nextInt(pieces.length)]);
        } else {
          yaml.delete(at, Math.min(yaml.length(), at + 1 + random.nextInt(4)));
        }
      }
      Optional<Object> ours = read(yaml.toString());
      if (ours.isPresent()) {
        read++;
        Optional<Object> theirs = judged(yaml.toString());
        // That schema has no nothing, which stands in some of these files.
        assertThat(theirs.isPresent() || isYaml(yaml.toString())).as(yaml.toString()).isTrue();
        theirs.ifPresent(other -> assertThat(ours).as(yaml.toString()).contains(other));
      }
    }
    assertThat(read).isGreaterThan(2_000);
  }
}

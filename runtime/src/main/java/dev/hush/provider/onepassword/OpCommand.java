package dev.hush.provider.onepassword;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.ChildProgram;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.WholeContent;
import dev.hush.provider.json.Json;
import dev.hush.provider.text.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code op} command of 1Password.
 *
 * <p>Limits are per account, and each run of the command counts: many references are one {@code op
 * inject}, which fails as a whole for one that is wrong. What it says then names that one, which is
 * taken out; only if it names none is each read by itself.
 */
final class OpCommand implements SecretProvider {

  private static final Pattern MINUTES = Pattern.compile("retry in (\\d{1,4}) minutes?");

  /** What a template would take for something else than part of a reference. */
  private static final Pattern NOT_FOR_TEMPLATES = Pattern.compile("[{}$\"\\\\]");

  private final List<String> command;
  private final Duration timeLimit;

  /**
   * @param command the program, and what comes before its arguments
   */
  OpCommand(List<String> command, Duration timeLimit) {
    this.command = command;
    this.timeLimit = timeLimit;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("op");
  }

  @Override
  public Duration timeLimit() {
    return timeLimit;
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return List.of(List.copyOf(addresses));
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<SecretAddress, Reference> together = new LinkedHashMap<>();
    List<SecretAddress> alone = new ArrayList<>();
    for (SecretAddress address : batch) {
      try {
        Reference reference = Reference.of(address);
        boolean isField = reference.field() != null;
        boolean isText = !WholeContent.isEncoded(address);
        if (isField && isText && !NOT_FOR_TEMPLATES.matcher(reference.text()).find()) {
          together.put(address, reference);
        } else {
          alone.add(address);
        }
      } catch (SecretException wrong) {
        answers.put(address, new Answer.Failed(wrong));
      }
    }
    if (together.size() > 1) {
      inject(together, answers);
    }
    alone.addAll(together.keySet());
    for (SecretAddress address : alone) {
      Answer answer = Answer.of(address, () -> read(address));
      answers.put(address, answer);
      if (isRefusal(answer)) {
        // The others would be refused as well, and count.
        alone.forEach(other -> answers.putIfAbsent(other, answer));
        break;
      }
    }
    return answers;
  }

  private static boolean isRefusal(Answer answer) {
    return answer instanceof Answer.Failed failed
        && failed.failure() instanceof SecretUnavailableException unavailable
        && (Thread.currentThread().isInterrupted()
            || unavailable.isIdentityRefused()
            || unavailable.retryAfter() != null);
  }

  /** Answers what can be read together, and leaves what must be read alone. */
  private void inject(Map<SecretAddress, Reference> left, Map<SecretAddress, Answer> answers) {
    while (left.size() > 1) {
      byte[] random = new byte[16];
      new SecureRandom().nextBytes(random);
      String nonce = HexFormat.of().formatHex(random);
      ChildProgram.Ended ended = run(template(left.values(), nonce), List.of("inject"));
      if (ended.status() == 0) {
        String output = Utf8Text.decode(ended.output(), "the output of op");
        take(left, output, nonce, answers);
        return;
      }
      String errors = errors(ended);
      boolean takenOut =
          left.entrySet()
              .removeIf(
                  entry -> {
                    // Followed by what no reference has, or it may be the beginning of another one.
                    boolean named =
                        Pattern.compile(Pattern.quote(entry.getValue().text()) + "(?=[\"'\\s:,]|$)")
                            .matcher(errors)
                            .find();
                    if (named) {
                      answers.put(
                          entry.getKey(), new Answer.Failed(failure(entry.getKey(), ended)));
                    }
                    return named;
                  });
      if (!takenOut) {
        SecretException failure = failure(left.keySet().iterator().next(), ended);
        if (isRefusal(new Answer.Failed(failure))) {
          left.keySet().forEach(address -> answers.put(address, new Answer.Failed(failure)));
          left.clear();
        }
        return;
      }
    }
  }

  private static String template(Collection<Reference> references, String nonce) {
    StringBuilder template = new StringBuilder();
    references.forEach(
        reference ->
            template
                .append(nonce)
                .append("{{ ")
                .append(reference.text())
                .append(" }}")
                .append(nonce)
                .append('\n'));
    return template.toString();
  }

  /**
   * What stands between a pair of nonces each, or nothing if that is not one for each reference.
   */
  private static void take(
      Map<SecretAddress, Reference> left,
      String output,
      String nonce,
      Map<SecretAddress, Answer> answers) {
    String[] parts = output.split(nonce, -1);
    if (parts.length != 2 * left.size() + 1) {
      return;
    }
    int number = 1;
    for (Map.Entry<SecretAddress, Reference> entry : left.entrySet()) {
      String field = String.valueOf(entry.getValue().field());
      answers.put(
          entry.getKey(),
          new Answer.Found(new Provided.Value(AddressParts.variable(field), parts[number]), null));
      number += 2;
    }
    left.clear();
  }

  @Override
  public Provided read(SecretAddress address) {
    Reference reference = Reference.of(address);
    String field = reference.field();
    if (field == null) {
      ChildProgram.Ended ended =
          run(
              "",
              List.of(
                  "item",
                  "get",
                  "--vault=" + reference.vault(),
                  "--format=json",
                  "--",
                  reference.item()));
      if (ended.status() != 0) {
        throw failure(address, ended);
      }
      return new Item(Json.parse(ended.output(), "the output of op")).provided(reference, address);
    }
    ChildProgram.Ended ended = run("", List.of("read", "-n", reference.text()));
    if (ended.status() != 0) {
      throw failure(address, ended);
    }
    return WholeContent.ofBytes(
        AddressParts.variable(field), ended.output(), address, "the output of op");
  }

  private ChildProgram.Ended run(String input, List<String> arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(arguments);
    try {
      return new ChildProgram(all, Path.of("").toAbsolutePath(), timeLimit, "the command op", true)
          .run(input);
    } catch (SecretUnavailableException failed) {
      if (failed.reason().endsWith("could not be started")) {
        throw SecretUnavailableException.identityRefused(
            "1Password's command op is not there",
            "install it, or set OP_CONNECT_HOST and OP_CONNECT_TOKEN");
      }
      throw failed;
    }
  }

  private static String errors(ChildProgram.Ended ended) {
    return new String(ended.errors(), StandardCharsets.UTF_8);
  }

  /** By what the command says, which is not shown: it may quote anything. */
  private static SecretException failure(SecretAddress address, ChildProgram.Ended ended) {
    String said = errors(ended).toLowerCase(Locale.ROOT);
    if (said.contains("too many requests")
        || said.contains("(429)")
        || said.contains("rate limit")) {
      Matcher minutes = MINUTES.matcher(said);
      Duration wait =
          minutes.find() ? Duration.ofMinutes(Long.parseLong(minutes.group(1))) : Duration.ZERO;
      return SecretUnavailableException.temporary(
          "1Password is asked too often",
          wait.isZero() ? "try again later" : "try again in " + wait.toMinutes() + " minutes",
          wait);
    }
    if (said.matches(
        "(?s).*(not (currently )?signed in|unauthorized|\\(401\\)|authenticat|no accounts? configured"
            + "|invalid token|deserialize|session expired|account is not).*")) {
      return SecretUnavailableException.identityRefused(
          "1Password does not know who asks", "set OP_SERVICE_ACCOUNT_TOKEN, or run op signin");
    }
    String field = Reference.of(address).field();
    if (field != null && said.matches("(?s).*(isn't a field|does not have a field).*")) {
      return AddressParts.missing("the item of " + address, "field", field);
    }
    if (said.matches(
        "(?s).*(isn't an? (item|vault|field)|not found|does not have a (field|section)|no item"
            + "|could not find|couldn't find).*")) {
      return new SecretNotFoundException(
          "there is no " + address + " in 1Password", "correct vault, item or field");
    }
    return new SecretUnavailableException(
        "op ended with status " + ended.status() + " for " + address,
        "run op read in a shell to see what it says");
  }
}

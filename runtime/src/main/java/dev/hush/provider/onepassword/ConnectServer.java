package dev.hush.provider.onepassword;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.ProxyVariables;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A Connect server of 1Password; all fields of one item are one batch. */
final class ConnectServer implements SecretProvider {

  private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z0-9]{26}");
  private static final String REMEDY = "see OP_CONNECT_TOKEN";

  private final HttpService server;
  private final String token;
  private final Duration timeLimit;

  ConnectServer(String host, String token, ProxyVariables proxies, Duration timeLimit) {
    this.server =
        HttpService.at(
            "1Password Connect",
            host,
            "OP_CONNECT_HOST",
            Trust.ofJvm(),
            proxies,
            timeLimit.compareTo(EXCHANGE_LIMIT) < 0 ? timeLimit : EXCHANGE_LIMIT);
    this.token = token;
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
    Map<String, List<SecretAddress>> batches = new LinkedHashMap<>();
    for (SecretAddress address : addresses) {
      String[] names = address.location().split("/", 3);
      String item = names.length < 2 ? address.location() : names[0] + "/" + names[1];
      batches.computeIfAbsent(item, none -> new ArrayList<>()).add(address);
    }
    return batches.values();
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    Map<SecretAddress, Answer> answers = new LinkedHashMap<>();
    Map<String, Object> items = new LinkedHashMap<>();
    for (SecretAddress address : batch) {
      answers.put(address, Answer.of(address, () -> read(address, items)));
    }
    return answers;
  }

  @Override
  public Provided read(SecretAddress address) {
    return read(address, new LinkedHashMap<>());
  }

  private Provided read(SecretAddress address, Map<String, Object> items) {
    Reference reference = Reference.of(address);
    String key = reference.vault() + "/" + reference.item();
    if (!items.containsKey(key)) {
      items.put(key, itemOrFailure(reference, address));
    }
    if (items.get(key) instanceof Item item) {
      return item.provided(reference, address);
    }
    throw items.get(key) instanceof SecretException failure
        ? failure
        : new IllegalStateException("no item");
  }

  private Object itemOrFailure(Reference reference, SecretAddress address) {
    try {
      String vault = identifier("/v1/vaults", "vault", reference.vault(), address);
      String items = HttpCall.path("v1/vaults", List.of(vault)) + "/items";
      String item = identifier(items, "item", reference.item(), address);
      return new Item(asked(items + HttpCall.path(item, List.of()), address));
    } catch (SecretException failure) {
      return failure;
    }
  }

  private String identifier(String list, String kind, String name, SecretAddress address) {
    if (IDENTIFIER.matcher(name).matches()) {
      return name;
    }
    String title = name.replace("\\", "\\\\").replace("\"", "\\\"");
    List<Json> found =
        asked(list + HttpCall.query(Map.of("filter", "title eq \"" + title + "\"")), address)
            .elements();
    if (found.isEmpty()) {
      throw new SecretNotFoundException(
          "there is no " + kind + " of " + address + " in " + server.name(),
          "correct the name, or let the token see it");
    }
    String identifier = found.get(0).get("id").string();
    if (found.size() > 1 || identifier == null) {
      throw AddressParts.wrong(
          address, "names more than one " + kind, "name its identifier of 26 characters");
    }
    return identifier;
  }

  private Json asked(String path, SecretAddress address) {
    HttpAnswer answer = server.send(HttpCall.get(path).with("Authorization", "Bearer " + token));
    if (!answer.isSuccess()) {
      throw answer.failure(address.toString(), REMEDY);
    }
    return answer.json();
  }
}

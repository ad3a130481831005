package dev.hush.provider.onepassword;

import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.Provided;
import dev.hush.provider.SecretProvider;
import dev.hush.provider.http.ProxyVariables;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code op://VAULT/ITEM[/SECTION]/FIELD}: one field of an item in 1Password, and {@code
 * op://VAULT/ITEM}: all its fields that have a value. A reference is taken to the letter, as
 * 1Password does; {@code ?attribute=otp} and the like belong to it.
 *
 * <p>With {@code OP_CONNECT_HOST} and {@code OP_CONNECT_TOKEN} a Connect server is asked, otherwise
 * the {@code op} command, which knows service accounts and the desktop application.
 */
public final class OnePasswordProvider implements SecretProvider {

  private final Duration timeLimit;
  private final SecretProvider way;
  private final String origin;

  /**
   * @param environment the variables of the process, null for one that is not set
   * @param timeLimit for one batch, with all its retries
   */
  public OnePasswordProvider(UnaryOperator<@Nullable String> environment, Duration timeLimit) {
    this.timeLimit = timeLimit;
    String host = environment.apply("OP_CONNECT_HOST");
    String token = environment.apply("OP_CONNECT_TOKEN");
    this.origin =
        String.join(
            "\n",
            host + "",
            token + "",
            environment.apply("OP_SERVICE_ACCOUNT_TOKEN") + "",
            environment.apply("OP_ACCOUNT") + "");
    this.way =
        host != null && token != null && !host.isBlank() && !token.isBlank()
            ? new ConnectServer(host, token.strip(), new ProxyVariables(environment), timeLimit)
            : new OpCommand(List.of("op"), timeLimit);
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
  public String origin(SecretAddress address) {
    Reference reference = Reference.of(address);
    return origin + "\n" + reference.vault() + "\n" + reference.item();
  }

  @Override
  public Provided read(SecretAddress address) {
    return way.read(address);
  }

  @Override
  public Collection<List<SecretAddress>> batches(Collection<SecretAddress> addresses) {
    return way.batches(addresses);
  }

  @Override
  public Map<SecretAddress, Answer> readAll(List<SecretAddress> batch) {
    return way.readAll(batch);
  }
}

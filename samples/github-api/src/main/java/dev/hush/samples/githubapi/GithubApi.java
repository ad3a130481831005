package dev.hush.samples.githubapi;

import dev.hush.Secret;
import dev.hush.annotations.Function;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Dagger, "Secrets Integration": a function that takes a personal access token of GitHub.
 *
 * <pre>{@code
 * func (m *MyModule) GithubApi(ctx context.Context, token *dagger.Secret) (string, error) {
 *     return dag.Container().
 *         From("alpine:3.17").
 *         WithSecretVariable("GITHUB_API_TOKEN", token).
 *         WithExec([]string{"apk", "add", "curl"}).
 *         WithExec([]string{"sh", "-c", `curl "https://api.github.com/repos/dagger/dagger/issues"
 *             --header "Accept: application/vnd.github+json"
 *             --header "Authorization: Bearer $GITHUB_API_TOKEN"`}).
 *         Stdout(ctx)
 * }
 * }</pre>
 *
 * <pre>
 * hush call -cp github-api.jar github-api --token=env:GITHUB_API_TOKEN
 * hush call -cp github-api.jar github-api --token=file:./github-token.txt
 * hush call -cp github-api.jar github-api --token=cmd:"gh auth token"
 * hush call -cp github-api.jar github-api --token=vault://credentials.github
 * hush call -cp github-api.jar github-api --token=op://infra/github/credential
 * </pre>
 */
public final class GithubApi {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private GithubApi() {}

  /**
   * Asks for the issues of a repository.
   *
   * @param api of GitHub, if it is not the public one
   */
  @Function
  public static String githubApi(Secret token, Optional<String> repo, Optional<URI> api)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                api.orElse(URI.create("https://api.github.com"))
                    .resolve("/repos/" + repo.orElse("dagger/dagger") + "/issues"))
            .timeout(PATIENCE)
            .header("Accept", "application/vnd.github+json")
            .header("Authorization", "Bearer " + token.plaintext())
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}

package dev.hush.provider.aws;

import dev.hush.provider.http.HttpAnswer;
import dev.hush.provider.http.HttpCall;
import dev.hush.provider.http.HttpService;
import dev.hush.provider.http.Trust;
import dev.hush.provider.json.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * AWS on loopback: the program {@code moto_server}, which computes signatures with the code of the
 * official client and judges policies.
 */
public final class MotoServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Pattern UP = Pattern.compile("Running on http://127.0.0.1:(\\d+)\\s");
  private static final int FOR_EVER = 1_000_000_000;

  private final Process process;
  private final int port;
  private final HttpService server;

  private MotoServer(Process process, int port) {
    this.process = process;
    this.port = port;
    this.server = HttpService.direct("moto", url(), "the test", Trust.ofJvm(), LIMIT);
  }

  /** Starts one, or skips the test if there is none to start. */
  public static MotoServer start(Path folder) throws IOException, InterruptedException {
    String program =
        Arrays.stream(
                Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
            .map(entry -> Path.of(entry, "moto_server"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(program != null, "no program moto_server (PyPI: moto[server])");
    Path log = folder.resolve("moto.log");
    ProcessBuilder builder =
        new ProcessBuilder(program, "-H", "127.0.0.1", "-p", "0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("INITIAL_NO_AUTH_ACTION_COUNT", Integer.toString(FOR_EVER));
    Process process = builder.start();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      Matcher up = UP.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
      if (up.find()) {
        return new MotoServer(process, Integer.parseInt(up.group(1)));
      }
      Thread.sleep(100);
    }
    stop(process);
    throw new IllegalStateException("moto_server does not start");
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Whether signatures and policies are looked at from now on. */
  void judge(boolean judges) {
    send(
        new HttpCall(
            "POST", "/moto-api/reset-auth", Map.of(), judges ? "0" : Integer.toString(FOR_EVER)));
  }

  private HttpAnswer send(HttpCall call) {
    HttpAnswer answer = server.send(call);
    if (!answer.isSuccess()) {
      throw new IllegalStateException(
          call + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer;
  }

  private static HttpCall addressed(HttpCall call, String service, String region) {
    return call.with(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=test/20261122/"
            + region
            + "/"
            + service
            + "/aws4_request, SignedHeaders=host, Signature=0");
  }

  /** Does something of a service that speaks JSON; to be called while nothing is judged. */
  public Json does(String service, String region, String target, Map<String, ?> body) {
    HttpCall call =
        new HttpCall(
            "POST",
            "/",
            Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", target),
            Json.object(body));
    return Json.parse(send(addressed(call, service, region)).body(), target);
  }

  private String does(String service, Map<String, String> parameters) {
    HttpCall call =
        new HttpCall(
            "POST",
            "/",
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            HttpCall.query(parameters).substring(1));
    return new String(send(addressed(call, service, "us-east-1")).body(), StandardCharsets.UTF_8);
  }

  /** A new user with an inline policy. */
  Credentials user(String name, String policy) {
    does("iam", Map.of("Action", "CreateUser", "Version", "2010-05-08", "UserName", name));
    Map<String, String> put = new LinkedHashMap<>();
    put.put("Action", "PutUserPolicy");
    put.put("Version", "2010-05-08");
    put.put("UserName", name);
    put.put("PolicyName", "policy");
    put.put("PolicyDocument", policy);
    does("iam", put);
    String key =
        does("iam", Map.of("Action", "CreateAccessKey", "Version", "2010-05-08", "UserName", name));
    return new Credentials(
        element(key, "AccessKeyId"), element(key, "SecretAccessKey"), null, null);
  }

  /** A new role that everybody may be, with an inline policy; its resource name. */
  String role(String name, String policy) {
    Map<String, String> create = new LinkedHashMap<>();
    create.put("Action", "CreateRole");
    create.put("Version", "2010-05-08");
    create.put("RoleName", name);
    create.put(
        "AssumeRolePolicyDocument",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"}]}");
    String resource = element(does("iam", create), "Arn");
    Map<String, String> put = new LinkedHashMap<>();
    put.put("Action", "PutRolePolicy");
    put.put("Version", "2010-05-08");
    put.put("RoleName", name);
    put.put("PolicyName", "policy");
    put.put("PolicyDocument", policy);
    does("iam", put);
    return resource;
  }

  private static String element(String xml, String name) {
    Matcher element = Pattern.compile("<" + name + ">([^<]+)</").matcher(xml);
    if (!element.find()) {
      throw new IllegalStateException("no " + name);
    }
    return element.group(1);
  }

  /** A policy that permits these actions everywhere. */
  static String permitting(String... actions) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\""
        + String.join("\",\"", actions)
        + "\"],\"Resource\":\"*\"}]}";
  }

  @Override
  public void close() {
    stop(process);
  }

  private static void stop(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.hush.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hush.provider.http.HttpCall;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test suite that AWS publishes for Signature Version 4 ({@code get-vanilla} and so on), as far
 * as its requests are of our kind, and what botocore makes of requests as we send them.
 */
class RequestSignatureTest {

  private static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Instant MOMENT = Instant.parse("2015-08-30T12:36:00Z");

  static Stream<Arguments> requests() {
    return Stream.of(
        request(
            "get-vanilla",
            HttpCall.get("/"),
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        request(
            "post-vanilla",
            new HttpCall("POST", "/", Map.of(), ""),
            "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        request(
            "get-vanilla-query-order-key-case",
            HttpCall.get("/?Param2=value2&Param1=value1"),
            "host;x-amz-date",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        request(
            "the same name twice",
            HttpCall.get("/?Param2=value2&Param1=value1&Param1=value0"),
            "host;x-amz-date",
            "b54c315622c89a0cb5ebfd58de43e852f7a996f371c85b2cf101d993cc1a119f"),
        request(
            "post-x-www-form-urlencoded",
            new HttpCall(
                "POST",
                "/",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                "Param1=value1"),
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
  }

  private static Arguments request(String name, HttpCall call, String headers, String signature) {
    return Arguments.of(name, call, headers, signature);
  }

  private static HttpCall signed(
      HttpCall call, String service, String before, @Nullable String token) {
    return new RequestSignature("us-east-1", service)
        .signed(
            call,
            "example.amazonaws.com",
            before,
            new Credentials("AKIDEXAMPLE", SECRET_KEY, token, null),
            MOMENT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void signsAsAwsDoes(String name, HttpCall call, String headers, String signature) {
    assertThat(signed(call, "service", "", null).headers())
        .containsEntry("X-Amz-Date", "20150830T123600Z")
        .containsEntry(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders="
                + headers
                + ", Signature="
                + signature);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void neverSendsTheSecretKey(String name, HttpCall call, String headers, String signature) {
    HttpCall signed = signed(call, "service", "", null);

    assertThat(signed.headers().toString() + signed.body() + signed.path())
        .doesNotContain(SECRET_KEY);
  }

  @Test
  void signsTheSessionTokenAndThePathOfTheServer() {
    HttpCall call =
        new HttpCall(
            "POST",
            "/%C3%BC",
            Map.of(
                "Content-Type",
                "application/x-amz-json-1.1",
                "X-Amz-Target",
                "secretsmanager.GetSecretValue"),
            "{\"SecretId\":\"prod/db\"}");

    assertThat(
            signed(call, "secretsmanager", "/base%20path", "AQoDYXdzEPT//////////wEXAMPLE")
                .headers()
                .get("Authorization"))
        .endsWith(
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"
                + " Signature=dc1295017d63ada7a496e1089ca3061c020ec1b70960064391883921044fd709");
  }
}

package dev.hush.provider.libsecret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.hush.SecretException;
import dev.hush.SecretNotFoundException;
import dev.hush.SecretUnavailableException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.Answer;
import dev.hush.provider.libsecret.KeyringServer.Call;
import dev.hush.provider.libsecret.KeyringServer.Fault;
import dev.hush.provider.libsecret.KeyringServer.Greeting;
import dev.hush.provider.libsecret.KeyringServer.Out;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may go wrong between us, the bus and the keyring: it ends in a clear error, in time, and the
 * value is not in the message.
 */
@NullUnmarked // The environment may answer null.
class BusFaultsTest {

  private static final SecretAddress ADDRESS = SecretAddress.parse("libsecret:login/API_TOKEN");
  private static final String VALUE = "hunter2-the-value";
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private enum End {
    TRY_AGAIN,
    NO_USE,
    NOT_US,
    NOT_THERE;

    boolean is(SecretException failure) {
      if (this == NOT_THERE) {
        return failure instanceof SecretNotFoundException;
      }
      return failure instanceof SecretUnavailableException unavailable
          && unavailable.isIdentityRefused() == (this == NOT_US)
          && (unavailable.retryAfter() != null) == (this == TRY_AGAIN);
    }
  }

  private KeyringServer keyring() throws IOException {
    return KeyringServer.start(folder)
        .collection("login", "Login")
        .item("login/1", "API_TOKEN", Map.of("service", "app"), VALUE);
  }

  private static Answer answer(String busAddress, Duration limit) {
    LibsecretProvider provider =
        new LibsecretProvider(Map.of("DBUS_SESSION_BUS_ADDRESS", busAddress)::get, limit);
    return assertTimeoutPreemptively(
        Duration.ofSeconds(15),
        () -> Objects.requireNonNull(provider.readAll(List.of(ADDRESS)).get(ADDRESS)));
  }

  private static void endsIn(End end, String told, Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    SecretException failure = ((Answer.Failed) answer).failure();
    assertThat(failure).hasMessageFindingMatch(told).matches(end::is, end + " but was " + failure);
    assertThat(failure.toString()).doesNotContain("hunter2", "\n");
    assertThat(failure.getCause()).isNull();
  }

  private static Fault answering(Function<Call, byte[]> bytes) {
    return (call, out) -> {
      out.write(bytes.apply(call));
      return true;
    };
  }

  /** A whole answer to GetSecret, some of whose bytes are others. */
  private static Fault changed(int at, int... bytes) {
    return answering(
        call -> {
          byte[] answer =
              KeyringServer.secret(call, new byte[16], VALUE.getBytes(StandardCharsets.US_ASCII));
          for (int i = 0; i < bytes.length; i++) {
            answer[at + i] = (byte) bytes[i];
          }
          return answer;
        });
  }

  private static Fault body(String signature, byte[] body) {
    return answering(call -> call.message(2, call.serial(), null, signature, body));
  }

  private static Fault error(String name) {
    return answering(call -> call.error(name));
  }

  private static Fault closing(byte[]... beginning) {
    return (call, out) -> {
      out.write(KeyringServer.join(beginning));
      throw new IOException("closes");
    };
  }

  private static Out out() {
    return new Out(ByteOrder.LITTLE_ENDIAN);
  }

  private static void drip(OutputStream out, byte[] bytes) throws Exception {
    for (byte each : bytes) {
      out.write(each);
      Thread.sleep(200);
    }
  }

  static Stream<Arguments> faultsOfAMessage() {
    byte[] path = {'/', 0};
    return Stream.of(
        fault("closes", End.TRY_AGAIN, "closed the connection", closing()),
        fault("part of a header", End.TRY_AGAIN, "closed", closing(new byte[] {'l', 2, 0, 1, 9})),
        fault(
            "part of a body",
            End.TRY_AGAIN,
            "closed",
            (call, out) -> {
              byte[] whole = KeyringServer.secret(call, new byte[16], new byte[32]);
              return closing(Arrays.copyOf(whole, whole.length - 5)).handled(call, out);
            }),
        fault("no order of bytes", End.NO_USE, "begins as no message does", changed(0, 'x')),
        fault(
            "text",
            End.NO_USE,
            "begins",
            answering(call -> "HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII))),
        fault("the other order of bytes", End.NO_USE, "larger than 4 MiB", changed(0, 'B')),
        fault("no type", End.NO_USE, "has no type", changed(1, 0)),
        fault("another version", End.NO_USE, "another version of D-Bus", changed(3, 2)),
        fault("no number", End.NO_USE, "no type or no number", changed(8, 0, 0, 0, 0)),
        fault("a body of 4 GiB", End.NO_USE, "larger than 4", changed(4, 255, 255, 255, 255)),
        fault("a body of 2 GiB", End.NO_USE, "larger than 4", changed(4, 255, 255, 255, 127)),
        fault("a body of 5 MiB", End.NO_USE, "larger than 4", changed(4, 0, 0, 0x50, 0)),
        fault("a header of 4 GiB", End.NO_USE, "larger than 4", changed(12, 255, 255, 255, 255)),
        fault("a header of 1 MiB", End.NO_USE, "larger than 4", changed(12, 0, 0, 0x10, 0)),
        fault("a header that ends inside", End.NO_USE, "ends too early", changed(12, 3, 0, 0, 0)),
        fault(
            "a header of a type of nobody's",
            End.NO_USE,
            "nobody specified",
            answering(
                call ->
                    call.framed(
                        2, out().align(8).octet(42).signature("a{sv}").number(0), new byte[0]))),
        fault(
            "a header of another type",
            End.NO_USE,
            "variant of another type",
            answering(
                call ->
                    call.framed(2, out().align(8).octet(5).signature("s").text("1"), new byte[0]))),
        fault(
            "something in a gap",
            End.NO_USE,
            "in its gaps",
            answering(
                call ->
                    call.framed(
                        2,
                        out().octet(7).signature("s").text("a").octet(9).align(8),
                        new byte[0]))),
        fault("other values", End.NO_USE, "other values than GetSecret", body("s", path)),
        fault("no values", End.NO_USE, "other values", body("", new byte[0])),
        fault("no body", End.NO_USE, "ends too early", body("(oayays)", new byte[0])),
        fault(
            "a path longer than all",
            End.NO_USE,
            "ends too early",
            body("(oayays)", out().number(1000).raw(path).bytes())),
        fault(
            "a path of 4 GiB",
            End.NO_USE,
            "ends too early",
            body("(oayays)", out().number(-1).raw(path).bytes())),
        fault(
            "a path without an end",
            End.NO_USE,
            "without an end",
            body("(oayays)", out().number(1).raw(new byte[] {'/', '/'}).bytes())),
        fault(
            "a path with an end inside",
            End.NO_USE,
            "an end inside",
            body("(oayays)", out().octets(path).octet(0).bytes())),
        fault(
            "a path that is not UTF-8",
            End.NO_USE,
            "not UTF-8",
            body("(oayays)", out().octets(new byte[] {(byte) 0xc3}).octet(0).bytes())),
        fault(
            "a value of 2 GiB",
            End.NO_USE,
            "ends too early",
            body(
                "(oayays)",
                out().text("/").octets(new byte[16]).number(Integer.MAX_VALUE).bytes())),
        fault(
            "a value that is not encrypted",
            End.NO_USE,
            "does not encrypt",
            answering(call -> KeyringServer.secret(call, new byte[0], new byte[16]))),
        fault(
            "a value of half a block",
            End.NO_USE,
            "does not encrypt",
            answering(call -> KeyringServer.secret(call, new byte[16], new byte[8]))),
        fault(
            "a value of no block",
            End.NO_USE,
            "does not encrypt",
            answering(call -> KeyringServer.secret(call, new byte[16], new byte[0]))),
        fault(
            "a value of another key",
            End.NO_USE,
            // Of 256 wrong keys one gives what ends as a value does.
            "does not encrypt|is not UTF-8",
            answering(call -> KeyringServer.secret(call, new byte[16], new byte[1600]))),
        fault("locked", End.NO_USE, "is locked", error(KeyringServer.SECRET_ERROR + "IsLocked")),
        fault("gone", End.NOT_THERE, "no item", error(KeyringServer.SECRET_ERROR + "NoSuchObject")),
        fault(
            "gone for D-Bus",
            End.NOT_THERE,
            "no item",
            error(KeyringServer.DBUS_ERROR + "UnknownObject")),
        fault(
            "ended",
            End.NOT_US,
            "there is no keyring",
            error(KeyringServer.DBUS_ERROR + "ServiceUnknown")),
        fault(
            "does not start",
            End.NOT_US,
            "there is no keyring",
            error(KeyringServer.DBUS_ERROR + "Spawn.ChildExited")),
        fault(
            "not permitted",
            End.NOT_US,
            "does not let this process",
            error(KeyringServer.DBUS_ERROR + "AccessDenied")),
        fault(
            "does not reply",
            End.TRY_AGAIN,
            "did not answer",
            error(KeyringServer.DBUS_ERROR + "NoReply")),
        fault(
            "fails",
            End.NO_USE,
            "org.freedesktop.DBus.Error.Failed",
            error(KeyringServer.DBUS_ERROR + "Failed")),
        fault("fails in its own way", End.NO_USE, "an error of its own", error("org.hunter2.x")),
        fault(
            "an error without a name",
            End.NO_USE,
            "an error of its own",
            answering(call -> call.message(3, call.serial(), null, "", new byte[0]))));
  }

  private static Arguments fault(String name, End end, String told, Fault fault) {
    return Arguments.of(name, end, told, fault);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultsOfAMessage")
  void aFaultOfAMessageIsAnErrorAndNoValue(String name, End end, String told, Fault fault)
      throws IOException {
    try (KeyringServer keyring = keyring().answering("GetSecret", fault)) {
      endsIn(end, told, answer(keyring.address(), LONG));
    }
  }

  static Stream<Arguments> keysThatKeepNoSecret() {
    BigInteger prime = KeyringServer.PRIME;
    return Stream.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            prime.subtract(BigInteger.ONE),
            prime,
            prime.add(BigInteger.TWO),
            BigInteger.ONE.shiftLeft(4096))
        .map(BigInteger::toByteArray)
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("keysThatKeepNoSecret")
  void aKeyThatKeepsNoSecretIsRefused(byte[] theirs) throws IOException {
    Fault fault =
        answering(
            call ->
                call.answer("vo", call.out().signature("ay").octets(theirs).text("/session/s1")));
    try (KeyringServer keyring = keyring().answering("OpenSession", fault)) {
      endsIn(End.NO_USE, "does not encrypt", answer(keyring.address(), LONG));
      assertThat(keyring.calls()).doesNotContain("GetSecret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ServiceUnknown", "NameHasNoOwner", "Spawn.ServiceNotFound"})
  void aBusWithoutAKeyringIsTold(String error) throws IOException {
    try (KeyringServer keyring =
        keyring().answering("Ping", error(KeyringServer.DBUS_ERROR + error))) {
      endsIn(End.NOT_US, "there is no keyring on the session bus", answer(keyring.address(), LONG));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UnknownMethod", "UnknownObject", "AccessDenied"})
  void aKeyringThatIsNotPingedIsReadAllTheSame(String error) throws IOException {
    try (KeyringServer keyring =
        keyring().answering("Ping", error(KeyringServer.DBUS_ERROR + error))) {
      assertThat(answer(keyring.address(), LONG)).isInstanceOf(Answer.Found.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello", "Ping", "OpenSession", "Get", "GetSecret"})
  void noAnswerAtAllEndsInTime(String method) throws IOException {
    try (KeyringServer keyring = keyring().answering(method, (call, out) -> true)) {
      endsIn(End.NO_USE, "gave no answer within 0.9 seconds", answer(keyring.address(), SHORT));
    }
  }

  @Test
  void aSlowDripEndsInTime() throws IOException {
    Fault fault =
        (call, out) -> {
          drip(out, KeyringServer.secret(call, new byte[16], new byte[4096]));
          return true;
        };
    try (KeyringServer keyring = keyring().answering("GetSecret", fault)) {
      endsIn(End.NO_USE, "gave no answer within 0.9", answer(keyring.address(), SHORT));
    }
  }

  @Test
  void messagesWithoutEndEndInTime() throws IOException {
    Fault fault =
        (call, out) -> {
          while (true) {
            out.write(call.message(4, 0, null, "", new byte[0]));
          }
        };
    try (KeyringServer keyring = keyring().answering("GetSecret", fault)) {
      endsIn(End.NO_USE, "gave no answer within 0.9", answer(keyring.address(), SHORT));
    }
  }

  @Test
  void whatIsNoAnswerToTheCallIsPassedOver() throws IOException {
    Fault fault =
        (call, out) -> {
          byte[] other = call.out().text("not for you").bytes();
          out.write(call.message(4, 0, null, "s", other)); // a signal
          out.write(call.message(1, 0, null, "s", other)); // a call of ours
          out.write(call.message(2, call.serial() + 1, null, "s", other));
          out.write(call.message(2, call.serial() - 1, null, "s", other));
          out.write(call.message(9, call.serial(), null, "s", other)); // not specified yet
          out.write(
              call.framed(
                  4,
                  call.out()
                      .octet(200)
                      .signature("t")
                      .align(8)
                      .raw(new byte[8])
                      .align(8)
                      .octet(201)
                      .signature("q")
                      .align(2)
                      .raw(new byte[2])
                      .align(8)
                      .octet(202)
                      .signature("y")
                      .octet(1)
                      .align(8)
                      .octet(203)
                      .signature("g")
                      .signature("a{sv}"),
                  new byte[0]));
          return false;
        };
    try (KeyringServer keyring = keyring().fault(fault)) {
      assertThat(answer(keyring.address(), LONG)).isInstanceOf(Answer.Found.class);
    }
  }

  static Stream<Arguments> greetings() {
    return Stream.of(
        greeting("closes", End.NOT_US, "closed the connection at once", null),
        greeting("rejects", End.NOT_US, "does not accept the user", "REJECTED EXTERNAL\r\n"),
        greeting("has an error", End.NOT_US, "does not accept the user", "ERROR \"hunter2\"\r\n"),
        greeting("speaks HTTP", End.NO_USE, "begins as no answer does", "HTTP/1.1 400 hunter2\r\n"),
        greeting("has no end of a line", End.NO_USE, "without an end", "A".repeat(5000)),
        greeting("asks again and again", End.NO_USE, "begins as no answer", "DATA\r\nDATA\r\n"));
  }

  private static Arguments greeting(String name, End end, String told, String answer) {
    Greeting greeting =
        (in, out) -> {
          KeyringServer.expect(in, "\0AUTH EXTERNAL\r\n");
          if (answer != null) {
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            // Until it is left.
            in.transferTo(OutputStream.nullOutputStream());
          }
          throw new IOException("closes");
        };
    return Arguments.of(name, end, told, greeting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greetings")
  void aBusThatGreetsInAnotherWayIsAnError(String name, End end, String told, Greeting greeting)
      throws IOException {
    try (KeyringServer keyring = keyring().greeting(greeting)) {
      endsIn(end, told, answer(keyring.address(), LONG));
      assertThat(keyring.calls()).isEmpty();
    }
  }

  @Test
  void aBusThatClosesOnWhoItKnowsIsNotForUs() throws IOException {
    try (KeyringServer keyring = keyring().answering("Hello", closing())) {
      endsIn(End.NOT_US, "run it as the user of the bus", answer(keyring.address(), LONG));
    }
  }

  @Test
  void aBusThatTrustsAtOnceIsAnsweredToo() throws IOException {
    Greeting greeting =
        (in, out) -> {
          KeyringServer.expect(in, "\0AUTH EXTERNAL\r\n");
          out.write("OK 0123456789abcdef\r\n".getBytes(StandardCharsets.US_ASCII));
          KeyringServer.expect(in, "BEGIN\r\n");
        };
    try (KeyringServer keyring = keyring().greeting(greeting)) {
      assertThat(answer(keyring.address(), LONG)).isInstanceOf(Answer.Found.class);
    }
  }

  @Test
  void aBusThatIsNotThereIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path left = folder.resolve("left");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(left))
        .close();

    endsIn(End.NOT_US, "none is not there", answer("unix:path=" + folder.resolve("none"), LONG));
    endsIn(End.NOT_US, "file takes no connections", answer("unix:path=" + file, LONG));
    endsIn(End.NOT_US, "left takes no connections", answer("unix:path=" + left, LONG));
    endsIn(
        End.NOT_US, "is not there", answer("unix:path=" + folder.resolve("long".repeat(40)), LONG));
  }

  @Test
  void theSecondAddressIsTriedWhereTheFirstLeadsNowhere() throws IOException {
    try (KeyringServer keyring = keyring()) {
      String addresses = "unix:path=" + folder.resolve("none") + ";" + keyring.address();

      assertThat(answer(addresses, LONG)).isInstanceOf(Answer.Found.class);
    }
  }

  @Test
  void aBusThatTakesNobodyAnyMoreEndsInTime() throws IOException {
    Path socket = folder.resolve("busy");
    try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      busy.bind(UnixDomainSocketAddress.of(socket), 1);
      // The first few wait to be accepted, the others to be allowed to wait.
      for (int i = 0; i < 4; i++) {
        assertThat(answer("unix:path=" + socket, Duration.ofMillis(300)))
            .isInstanceOf(Answer.Failed.class);
      }
    }
  }

  @Test
  void whoWasInterruptedBeforeDoesNotBegin() throws IOException {
    try (KeyringServer keyring = keyring()) {
      LibsecretProvider provider =
          new LibsecretProvider(Map.of("DBUS_SESSION_BUS_ADDRESS", keyring.address())::get, LONG);
      Thread.currentThread().interrupt();
      try {
        Answer answer = Objects.requireNonNull(provider.readAll(List.of(ADDRESS)).get(ADDRESS));

        endsIn(End.NO_USE, "interrupted", answer);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Fault fault =
        (call, out) -> {
          asked.countDown();
          return true;
        };
    try (KeyringServer keyring = keyring().answering("GetSecret", fault)) {
      AtomicReference<Answer> answer = new AtomicReference<>();
      LibsecretProvider provider =
          new LibsecretProvider(
              Map.of("DBUS_SESSION_BUS_ADDRESS", keyring.address())::get, Duration.ofHours(1));
      Thread reader = new Thread(() -> answer.set(provider.readAll(List.of(ADDRESS)).get(ADDRESS)));
      reader.start();
      asked.await();
      reader.interrupt();
      reader.join(10_000);

      assertThat(reader.isAlive()).isFalse();
      endsIn(End.NO_USE, "interrupted", answer.get());
    }
  }
}

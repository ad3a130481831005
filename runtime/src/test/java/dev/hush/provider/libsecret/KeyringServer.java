package dev.hush.provider.libsecret;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A session bus and a keyring in one, on a socket in a folder. Its marshalling is its own, in
 * either order of bytes, and its Diffie-Hellman is the JDK's: it shares nothing with what it
 * judges.
 */
final class KeyringServer implements AutoCloseable {

  static final String COLLECTIONS = "/org/freedesktop/secrets/collection/";
  static final String DBUS_ERROR = "org.freedesktop.DBus.Error.";
  static final String SECRET_ERROR = "org.freedesktop.Secret.Error.";

  /** RFC 2409, 6.2, once more. */
  static final BigInteger PRIME =
      new BigInteger(
          """
          FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74
          020BBEA6 3B139B22 514A0879 8E3404DD EF9519B3 CD3A431B 302B0A6D F25F1437
          4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
          EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE65381 FFFFFFFF FFFFFFFF
          """
              .replaceAll("\\s", ""),
          16);

  /** What the server does with one call, or with a whole connection, instead of what it should. */
  interface Fault {
    /**
     * @return whether it took care of the call
     */
    boolean handled(Call call, OutputStream out) throws Exception;
  }

  /** How it meets who connects, up to BEGIN. */
  interface Greeting {
    void greet(InputStream in, OutputStream out) throws Exception;
  }

  record Item(String label, Map<String, String> attributes, byte[] value) {}

  /** A call that came. */
  record Call(
      int serial, String path, String method, String destination, In arguments, ByteOrder order) {

    /** An answer of one type. */
    byte[] answer(String signature, Out body) {
      return message(2, serial, null, signature, body.bytes());
    }

    byte[] error(String name) {
      // The text beside the name is what must not be shown.
      return message(
          3, serial, name, "s", new Out(order).text("hunter2 in the text of an error").bytes());
    }

    Out out() {
      return new Out(order);
    }

    byte[] message(
        int type, int replySerial, @Nullable String error, String signature, byte[] body) {
      Out fields = new Out(order);
      if (replySerial != 0) {
        fields.align(8).octet(5).signature("u").number(replySerial);
      }
      if (error != null) {
        fields.align(8).octet(4).signature("s").text(error);
      }
      // Is skipped.
      fields.align(8).octet(7).signature("s").text(":1.7");
      if (!signature.isEmpty()) {
        fields.align(8).octet(8).signature("g").signature(signature);
      }
      return framed(type, fields, body);
    }

    byte[] framed(int type, Out fields, byte[] body) {
      return new Out(order)
          .octet(order == ByteOrder.BIG_ENDIAN ? 'B' : 'l')
          .octet(type)
          .octet(1)
          .octet(1)
          .number(body.length)
          .number(77)
          .number(fields.bytes().length)
          .raw(fields.bytes())
          .align(8)
          .raw(body)
          .bytes();
    }
  }

  /** Marshalling. */
  static final class Out {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteOrder order;

    Out(ByteOrder order) {
      this.order = order;
    }

    Out align(int boundary) {
      while (bytes.size() % boundary != 0) {
        bytes.write(0);
      }
      return this;
    }

    Out octet(int value) {
      bytes.write(value);
      return this;
    }

    Out number(int value) {
      return align(4).raw(ByteBuffer.allocate(4).order(order).putInt(value).array());
    }

    Out text(String value) {
      return octets(value.getBytes(StandardCharsets.UTF_8)).octet(0);
    }

    Out signature(String value) {
      return octet(value.length()).raw(value.getBytes(StandardCharsets.US_ASCII)).octet(0);
    }

    Out octets(byte[] value) {
      return number(value.length).raw(value);
    }

    Out texts(Collection<String> values) {
      Out elements = new Out(order);
      values.forEach(elements::text);
      return octets(elements.bytes());
    }

    Out raw(byte[] value) {
      bytes.writeBytes(value);
      return this;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /** Unmarshalling of what is known to be right. */
  static final class In {
    private final ByteBuffer buffer;

    In(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    In align(int boundary) {
      buffer.position((buffer.position() + boundary - 1) / boundary * boundary);
      return this;
    }

    int number() {
      return align(4).buffer.getInt();
    }

    String text() {
      String text = new String(octets(), StandardCharsets.UTF_8);
      buffer.get();
      return text;
    }

    String signature() {
      byte[] value = new byte[buffer.get()];
      buffer.get(value).get();
      return new String(value, StandardCharsets.US_ASCII);
    }

    byte[] octets() {
      byte[] value = new byte[number()];
      buffer.get(value);
      return value;
    }

    Map<String, String> dictionary() {
      int length = number();
      int end = align(8).buffer.position() + length;
      Map<String, String> entries = new TreeMap<>();
      while (buffer.position() < end) {
        entries.put(align(8).text(), text());
      }
      return entries;
    }

    List<String> texts() {
      int end = number() + buffer.position();
      List<String> texts = new ArrayList<>();
      while (buffer.position() < end) {
        texts.add(text());
      }
      return texts;
    }
  }

  private final ServerSocketChannel server;
  private final Path socket;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<String, String> collections = new LinkedHashMap<>();
  private final Map<String, Item> items = new LinkedHashMap<>();

  /** Paths that are locked, and whether it takes a person to unlock them. */
  private final Map<String, Boolean> locked = new ConcurrentHashMap<>();

  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private Fault fault = (call, out) -> false;
  private Greeting greeting = KeyringServer::greet;
  private @Nullable SecretKeySpec key;

  private KeyringServer(ServerSocketChannel server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /** Starts one at {@code bus} in a folder. */
  static KeyringServer start(Path folder) throws IOException {
    Path socket = folder.resolve("bus");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    KeyringServer server = new KeyringServer(channel, socket);
    Thread thread = new Thread(server::accept, "keyring-of-the-test");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  KeyringServer order(ByteOrder chosen) {
    order = chosen;
    return this;
  }

  KeyringServer fault(Fault chosen) {
    fault = chosen;
    return this;
  }

  /** A fault of one method. */
  KeyringServer answering(String method, Fault chosen) {
    return fault((call, out) -> call.method().equals(method) && chosen.handled(call, out));
  }

  KeyringServer greeting(Greeting chosen) {
    greeting = chosen;
    return this;
  }

  KeyringServer collection(String name, String label) {
    collections.put(COLLECTIONS + name, label);
    return this;
  }

  KeyringServer item(String path, String label, Map<String, String> attributes, String value) {
    return item(path, label, attributes, value.getBytes(StandardCharsets.UTF_8));
  }

  KeyringServer item(String path, String label, Map<String, String> attributes, byte[] value) {
    items.put(COLLECTIONS + path, new Item(label, attributes, value));
    return this;
  }

  KeyringServer locked(String path, boolean takesAPerson) {
    locked.put(COLLECTIONS + path, takesAPerson);
    return this;
  }

  /** Its address, as in DBUS_SESSION_BUS_ADDRESS. */
  String address() {
    return "unix:path=" + socket + ",guid=0123456789abcdef0123456789abcdef";
  }

  /** The methods that were called, in their order. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        connections.add(connection);
        Thread thread = new Thread(() -> serve(connection), "keyring-connection-of-the-test");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
      OutputStream out = Channels.newOutputStream(connection);
      greeting.greet(in, out);
      while (true) {
        Call call = read(in);
        calls.add(call.method());
        if (!fault.handled(call, out)) {
          out.write(answer(call));
        }
      }
    } catch (Exception closed) {
      // By us, or by whom we test.
    }
  }

  /** As the reference implementation does it, for who does not say its number. */
  static void greet(InputStream in, OutputStream out) throws IOException {
    expect(in, "\0AUTH EXTERNAL\r\n");
    out.write("DATA\r\n".getBytes(StandardCharsets.US_ASCII));
    expect(in, "DATA\r\n");
    out.write("OK 0123456789abcdef0123456789abcdef\r\n".getBytes(StandardCharsets.US_ASCII));
    expect(in, "BEGIN\r\n");
  }

  static void expect(InputStream in, String text) throws IOException {
    String read = new String(in.readNBytes(text.length()), StandardCharsets.US_ASCII);
    if (!read.equals(text)) {
      throw new IOException("came: " + read);
    }
  }

  private Call read(DataInputStream in) throws IOException {
    byte[] beginning = new byte[16];
    in.readFully(beginning);
    ByteBuffer header = ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN);
    if (beginning[0] != 'l' || beginning[1] != 1 || beginning[3] != 1) {
      throw new IOException("no call");
    }
    int fieldsLength = header.getInt(12);
    byte[] fields = new byte[(fieldsLength + 7) / 8 * 8];
    in.readFully(fields);
    byte[] body = new byte[header.getInt(4)];
    in.readFully(body);
    ByteBuffer all = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN).limit(fieldsLength);
    In reader = new In(all);
    Map<Integer, String> read = new TreeMap<>();
    while (all.hasRemaining()) {
      int code = reader.align(8).buffer.get();
      read.put(code, reader.signature().equals("g") ? reader.signature() : reader.text());
    }
    return new Call(
        header.getInt(8),
        read.getOrDefault(1, ""),
        read.getOrDefault(3, ""),
        read.getOrDefault(6, ""),
        new In(ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN)),
        order);
  }

  private byte[] answer(Call call) throws GeneralSecurityException {
    In arguments = call.arguments();
    Out out = call.out();
    return switch (call.method()) {
      case "Hello" -> {
        byte[] signal = call.message(4, 0, null, "s", new Out(order).text(":1.7").bytes());
        yield join(call.answer("s", out.text(":1.7")), signal);
      }
      case "Ping" -> call.answer("", out);
      case "OpenSession" -> opened(call, arguments.text());
      case "ReadAlias" ->
          call.answer(
              "o", out.text(arguments.text().equals("default") ? COLLECTIONS + "login" : "/"));
      case "Get" -> property(call, arguments.text(), arguments.text());
      case "SearchItems" -> {
        Map<String, String> wanted = arguments.dictionary();
        yield call.answer(
            "ao",
            out.texts(
                itemsOf(call.path())
                    .filter(
                        path -> item(path).attributes().entrySet().containsAll(wanted.entrySet()))
                    .toList()));
      }
      case "Unlock" -> {
        String path = arguments.texts().get(0);
        boolean takesAPerson = Boolean.TRUE.equals(locked.get(path));
        if (!takesAPerson) {
          locked.remove(path);
        }
        yield call.answer(
            "aoo",
            out.texts(takesAPerson ? List.of() : List.of(path))
                .text(takesAPerson ? "/org/freedesktop/secrets/prompt/u1" : "/"));
      }
      case "GetSecret" -> secret(call, arguments.text());
      default -> call.error(DBUS_ERROR + "UnknownMethod");
    };
  }

  private Stream<String> itemsOf(String collection) {
    return items.keySet().stream().filter(path -> path.startsWith(collection + "/"));
  }

  private Item item(String path) {
    Item item = items.get(path);
    if (item == null) {
      throw new IllegalArgumentException(path);
    }
    return item;
  }

  private byte[] property(Call call, String face, String name) {
    Out out = call.out();
    String path = call.path();
    String kind = face.substring(face.lastIndexOf('.') + 1);
    return switch (kind + "." + name) {
      case "Service.Collections" ->
          call.answer("v", out.signature("ao").texts(collections.keySet()));
      case "Collection.Items" ->
          call.answer("v", out.signature("ao").texts(itemsOf(path).toList()));
      case "Collection.Locked" ->
          call.answer("v", out.signature("b").number(locked.containsKey(path) ? 1 : 0));
      case "Collection.Label" ->
          call.answer("v", out.signature("s").text(collections.getOrDefault(path, "")));
      case "Item.Label" ->
          items.containsKey(path)
              ? call.answer("v", out.signature("s").text(item(path).label()))
              : call.error(SECRET_ERROR + "NoSuchObject");
      default -> call.error(DBUS_ERROR + "UnknownProperty");
    };
  }

  private byte[] opened(Call call, String algorithm) throws GeneralSecurityException {
    Out out = call.out();
    String type = call.arguments().signature();
    if (algorithm.equals("plain") && type.equals("s")) {
      return call.answer("vo", out.signature("s").text("").text("/session/s1"));
    }
    DHParameterSpec group = new DHParameterSpec(PRIME, BigInteger.TWO);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("DH");
    generator.initialize(group);
    KeyPair ours = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("DH");
    agreement.init(ours.getPrivate());
    agreement.doPhase(
        KeyFactory.getInstance("DH")
            .generatePublic(
                new DHPublicKeySpec(
                    new BigInteger(1, call.arguments().octets()), PRIME, BigInteger.TWO)),
        true);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    byte[] extracted = mac.doFinal(agreement.generateSecret());
    mac.init(new SecretKeySpec(extracted, "HmacSHA256"));
    key = new SecretKeySpec(Arrays.copyOf(mac.doFinal(new byte[] {1}), 16), "AES");
    // With its sign byte, or shorter than the group: both are a number.
    byte[] theirs = ((DHPublicKey) ours.getPublic()).getY().toByteArray();
    return call.answer("vo", out.signature("ay").octets(theirs).text("/session/s1"));
  }

  private byte[] secret(Call call, String session) throws GeneralSecurityException {
    if (!session.equals("/session/s1")) {
      return call.error(SECRET_ERROR + "NoSession");
    }
    if (locked.containsKey(call.path())) {
      return call.error(SECRET_ERROR + "IsLocked");
    }
    byte[] vector = new byte[0];
    byte[] value = item(call.path()).value();
    if (key != null) {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.ENCRYPT_MODE, key);
      vector = cipher.getParameters().getParameterSpec(IvParameterSpec.class).getIV();
      value = cipher.doFinal(value);
    }
    return secret(call, vector, value);
  }

  static byte[] secret(Call call, byte[] parameters, byte[] value) {
    return call.answer(
        "(oayays)",
        call.out().text("/session/s1").octets(parameters).octets(value).text("text/plain"));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (SocketChannel connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

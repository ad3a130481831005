package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MaskingOutputStreamTest {

  /** Holds for ever, so that no test depends on how fast it runs. */
  private SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofDays(1));

  private final Sink sink = new Sink();
  private MaskingOutputStream stream = masker.mask(sink, UTF_8);

  /** What has arrived, readable from any thread; counts writes. */
  private static final class Sink extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int writes;
    private int flushes;
    private boolean closed;

    @Override
    public synchronized void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) {
      writes++;
      bytes.write(source, offset, length);
    }

    @Override
    public synchronized void flush() {
      flushes++;
    }

    @Override
    public synchronized void close() {
      closed = true;
    }

    synchronized String text() {
      return bytes.toString(UTF_8);
    }
  }

  private void write(String text) throws IOException {
    stream.write(text.getBytes(UTF_8));
  }

  private void holdOnlyAsLongAsALiveStreamMay() {
    masker = new SecretMasker();
    stream = masker.mask(sink, UTF_8);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void passesWhatIsNoPossibleBeginningAtOnce() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");

    write("hello TOP_");
    assertThat(sink.text()).isEqualTo("hello ");

    write("SECRET!\n");
    assertThat(sink.text()).isEqualTo("hello ***!\n");
  }

  @Test
  void aStandstillIsNoReasonToLetGo() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");
    write("hello TOP_");
    long muchLater = System.nanoTime() + TimeUnit.DAYS.toNanos(2);

    int looks = 1;
    while (stream.releaseOverdue(muchLater) > 0) {
      assertThat(sink.text()).isEqualTo("hello ");
      looks++;
    }
    assertThat(sink.text()).isEqualTo("hello TOP_");
    // The releaser, which looks once within a tenth of a day, may do so meanwhile.
    assertThat(looks).isBetween(MaskingOutputStream.LOOKS - 1, MaskingOutputStream.LOOKS + 1);
  }

  @Test
  void norIsAWriterThatHasMoreAndIsKeptWaiting() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");
    AtomicBoolean more = new AtomicBoolean(true);
    stream.holdWhile(more::get);
    write("hello TOP_");
    long muchLater = System.nanoTime() + TimeUnit.DAYS.toNanos(2);

    for (int i = 0; i < 3 * MaskingOutputStream.LOOKS; i++) {
      assertThat(stream.releaseOverdue(muchLater)).isPositive();
    }
    assertThat(sink.text()).isEqualTo("hello ");

    more.set(false);
    assertThat(stream.releaseOverdue(muchLater)).isZero();
    assertThat(sink.text()).isEqualTo("hello TOP_");
  }

  @Test
  void passesTheMaskAsSoonAsAValueIsComplete() throws IOException {
    masker.register("SHORT", "secret");
    masker.register("LONG", "secret and more");

    write("a secret");
    assertThat(sink.text()).isEqualTo("a ***");

    write(" and nothing.");
    assertThat(sink.text()).isEqualTo("a *** and nothing.");

    write("; a secret and m");
    write("ore");
    assertThat(sink.text()).isEqualTo("a *** and nothing.; a ***");
  }

  @Test
  void flushKeepsAPossibleBeginning() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");

    write("hello TOP_");
    stream.flush();

    assertThat(sink.text()).isEqualTo("hello ");
    assertThat(sink.flushes).isPositive();
    write("SECRET");
    assertThat(sink.text()).isEqualTo("hello ***");
  }

  @Test
  void closeLetsItGoAndClosesOnce() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");

    write("hello TOP_");
    stream.close();
    stream.close();

    assertThat(sink.text()).isEqualTo("hello TOP_");
    assertThat(sink.closed).isTrue();
  }

  @Test
  void releaseLetsItGoAndWhatCompletesAValueIsMaskedStill() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");

    write("hello TOP_");
    stream.release();
    assertThat(sink.text()).isEqualTo("hello TOP_");

    write("SECRET TOP_SECRET");
    assertThat(sink.text()).isEqualTo("hello TOP_*** ***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"US-ASCII", "ISO-8859-1", "UTF-8", "windows-1252"})
  void masksTheCommonestCharsetsWhateverItsOwn(String charset) throws IOException {
    masker.register("TOKEN", "pässwörd");
    stream = masker.mask(sink, Charset.forName(charset));

    stream.write("[pässwörd]".getBytes(UTF_8));
    stream.write("[pässwörd]".getBytes(ISO_8859_1));
    stream.release();

    assertThat(sink.text()).isEqualTo("[***][***]");
  }

  @Test
  void aLiveStreamLetsItGoByItself() throws IOException {
    holdOnlyAsLongAsALiveStreamMay();
    masker.register("TOKEN", "TOP_SECRET");

    write("password: TOP");

    await(() -> sink.text().equals("password: TOP"));
    write("ic\n");
    assertThat(sink.text()).isEqualTo("password: TOPic\n");
  }

  @Test
  void theReleasingThreadEndsByItself() throws IOException {
    holdOnlyAsLongAsALiveStreamMay();
    masker.register("TOKEN", "TOP_SECRET");
    Set<Thread> ofOthers = Thread.getAllStackTraces().keySet();
    write("TOP");
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("hush-masking-release") && !ofOthers.contains(t))
            .findAny()
            .orElseThrow();

    assertThat(thread.isDaemon()).isTrue();
    await(() -> !thread.isAlive());

    write("_");
    await(() -> sink.text().equals("TOP_"));
  }

  @Test
  void aValueRegisteredWhileItsBeginningIsHeldIsMasked() throws IOException {
    masker.register("FIRST", "abcdef");
    write("xabc");
    masker.register("SECOND", "bcX");

    write("X!");

    assertThat(sink.text()).isEqualTo("xa***!");
  }

  @Test
  void aValueRegisteredWhileItIsHeldIsMaskedWhenLetGo() throws IOException {
    masker.register("FIRST", "abcdef");
    write("xabcd");
    masker.register("SECOND", "bcd");

    stream.release();

    assertThat(sink.text()).isEqualTo("xa***");
  }

  @Test
  void holdsWhiteSpaceBetweenLinesOnlyToALimit() throws IOException {
    masker.register("LINES", "first line\nsecond line");
    write("a first line" + " \n".repeat(Finder.LONGEST_RUN / 2));
    assertThat(sink.text()).isEqualTo("a ***");
    write("second line");
    assertThat(sink.text()).isEqualTo("a ***");

    write(" first line" + " \n".repeat(Finder.LONGEST_RUN));
    assertThat(sink.text()).isEqualTo("a *** ***" + " \n".repeat(Finder.LONGEST_RUN));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, pässwörd€😀",
    "ISO-8859-1, pässwörd",
    "windows-1252, pässwörd€",
    "UTF-16, pässwörd€😀",
    "UTF-16LE, pässwörd€😀",
    "UTF-32, pässwörd€😀",
    "IBM1047, pässwörd",
    "GB18030, pässwörd€😀",
    "Shift_JIS, 秘密の言葉",
    "ISO-2022-JP, abc秘密xyz",
    "ISO-8859-1, ключ-key-1",
    "ISO-8859-1, þÿ-pässwörd", // begins with the bytes of a byte order mark
    "X-UTF-32BE-BOM, pässwörd€😀",
    "X-UTF-32LE-BOM, pässwörd€😀",
    "x-UTF-16LE-BOM, pässwörd€😀",
  })
  void masksInAnyCharset(String name, String value) throws IOException {
    Charset charset = Charset.forName(name);
    masker.register("VALUE", value);
    for (int part = 1; part < 8; part++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      try (Writer writer = new OutputStreamWriter(written, charset)) {
        writer.write("before " + value + " after\n" + value + value + "!");
      }
      try (OutputStream masking = masker.mask(bytes, charset)) {
        byte[] source = written.toByteArray();
        for (int i = 0; i < source.length; i += part) {
          masking.write(source, i, Math.min(part, source.length - i));
        }
      }
      assertThat(bytes.toString(charset)).isEqualTo("before *** after\n******!");
    }
  }

  @Test
  void masksInACharsetWithShiftStates() throws IOException {
    Charset charset = Charset.forName("ISO-2022-JP");
    masker.register("VALUE", "秘密の言葉");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream masking = masker.mask(bytes, charset)) {
      masking.write("a 秘密の言葉 b ここ秘密の言葉ここ".getBytes(charset));
    }
    assertThat(bytes.toString(charset)).startsWith("a *** b ここ").doesNotContain("秘密");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"})
  void malformedBytesPassUnchanged(String name) throws IOException {
    masker.register("VALUE", "secret-é");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] malformed = new byte[1024];
    new Random(7).nextBytes(malformed);
    try (OutputStream masking = masker.mask(bytes, Charset.forName(name))) {
      masking.write(malformed);
      masking.write(0xc3);
    }
    assertThat(bytes.toByteArray()).startsWith(malformed).endsWith(0xc3).hasSize(1025);
  }

  @Test
  void malformedBytesAroundAValueDoNotHideIt() throws IOException {
    masker.register("VALUE", "geheim-é");
    stream.write(0xff);
    write("geheim-é");
    stream.write(0xc3);
    stream.close();

    assertThat(sink.bytes.toByteArray())
        .isEqualTo(new byte[] {(byte) 0xff, '*', '*', '*', (byte) 0xc3});
  }

  @Test
  void refusesACharsetThatCannotBeWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> masker.mask(sink, Charset.forName("x-JISAutoDetect")));
  }

  @Test
  void oneWriteIsOneWriteBelow() throws IOException {
    masker.register("TOKEN", "s3cret");

    write("a s3cret and another s3cret in one event\n");
    write("nothing to see\n");

    assertThat(sink.writes).isEqualTo(2);
  }

  @Test
  void aPrintStreamThatFlushesWithinALineLeaksNothing() {
    masker.register("TOKEN", "s3cret-token");
    PrintStream print = new PrintStream(stream, true, UTF_8);

    print.print("s3cret-");
    print.flush();
    print.print("token");
    print.println('!');
    for (char c : "s3cret-token?\n".toCharArray()) {
      print.print(c);
    }

    assertThat(sink.text()).isEqualTo("***!" + System.lineSeparator() + "***?\n");
  }

  @Test
  void writersDoNotInterleaveInsideAMask() throws Exception {
    masker.register("ONE", "first-value");
    masker.register("TWO", "second-value");
    CountDownLatch start = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (String line : List.of("a first-value b\n", "c second-value d\n")) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  for (int i = 0; i < 5_000; i++) {
                    write(line);
                  }
                } catch (Exception e) {
                  failure.set(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failure.get()).isNull();
    assertThat(sink.text().lines())
        .hasSize(10_000)
        .allMatch(line -> line.equals("a *** b") || line.equals("c *** d"));
  }

  @Test
  void registeringWhileMaskingLosesNothing() throws Exception {
    masker.register("FIRST", "first-value");
    AtomicReference<String> leaked = new AtomicReference<>();
    Thread logging =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                String masked = masker.mask("a first-value b");
                if (!masked.equals("a *** b")) {
                  leaked.set(masked);
                }
              }
            });
    logging.start();
    for (int i = 0; i < 200; i++) {
      masker.register("MORE", "another-value-" + i);
      assertThat(masker.mask("an another-value-" + i + ".")).isEqualTo("an ***.");
    }
    logging.interrupt();
    logging.join();

    assertThat(leaked.get()).isNull();
  }

  @Test
  void failuresBelowArePassedOnAndHoldNoText() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");
    boolean[] broken = {true};
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    OutputStream fragile =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (broken[0]) {
              throw new IOException("broken");
            }
            arrived.write(b);
          }
        };
    MaskingOutputStream masking = masker.mask(fragile, US_ASCII);

    assertThatIOException()
        .isThrownBy(() -> masking.write("lost TOP_".getBytes(US_ASCII)))
        .withMessage("broken");
    broken[0] = false;
    masking.write("SECRET found.".getBytes(US_ASCII));

    assertThat(arrived.toString(US_ASCII)).isEqualTo("*** found.");
  }

  @Test
  void largeWritesPassThrough() throws IOException {
    masker.register("TOKEN", "TOP_SECRET");
    String text = ("some text ".repeat(50) + "TOP_SECRET\n").repeat(3_000);
    write("TOP");
    write("_SECRET" + text);
    stream.close();

    assertThat(sink.text()).isEqualTo("***" + text.replace("TOP_SECRET", "***"));
  }

  @Test
  void bytesThatSpellAValueInTheOtherCharsetAreMaskedToo() throws IOException {
    masker.register("VALUE", "Ã©Ã©Ã©Ã©");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream masking = masker.mask(bytes, UTF_8)) {
      masking.write("éééé".getBytes(UTF_8));
    }
    assertThat(bytes.toString(UTF_8)).isEqualTo("***");
    assertThat("Ã©".getBytes(ISO_8859_1)).isEqualTo("é".getBytes(UTF_8));
  }
}

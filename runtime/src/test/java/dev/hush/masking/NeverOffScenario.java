package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.hush.faults.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What {@link NeverOffTest} tries, loaded beside classes that can be made to fail.
 *
 * <p>A step is done again and again, each time with a fresh masker and a failure at another place;
 * after each it is looked at what has come out, and at what later texts become.
 */
public final class NeverOffScenario {

  private static final String MARKS = "Zq\"7K<9&m 2L";
  private static final String LINES = "päß\nöQ2€x\n";
  private static final String ORDINARY = "an ordinary line, 100% of it\n";

  /** Values in spellings of all kinds, none of which may come out. */
  private static final List<String> SPELT = new ArrayList<>();

  static {
    SPELT.add(LINES.strip());
    for (String value : List.of(MARKS)) {
      StringBuilder escaped = new StringBuilder();
      for (byte octet : value.getBytes(UTF_8)) {
        escaped.append(String.format("%%%02x", octet));
      }
      SPELT.add(value);
      SPELT.add(escaped.toString());
      SPELT.add(Base64.getEncoder().encodeToString(("{\"k\":\"" + value + "\"}").getBytes(UTF_8)));
    }
  }

  private final Supplier<Throwable> failure;

  /** Of each spelling, what its text becomes where nothing fails. */
  private final List<String> expected = new ArrayList<>();

  private final ExecutorService otherThread = Executors.newSingleThreadExecutor();

  /**
   * @param failure makes what is thrown
   */
  public NeverOffScenario(Supplier<Throwable> failure) {
    this.failure = failure;
    SecretMasker masker = masker();
    for (String spelt : SPELT) {
      expected.add(masker.mask(text(spelt)));
    }
    assertThat(expected).doesNotContain("***").allMatch(text -> text.contains("***"));
  }

  private static SecretMasker masker() {
    SecretMasker masker = new SecretMasker();
    masker.register(Map.of("MARKS", MARKS, "LINES", LINES));
    return masker;
  }

  private static String text(String spelt) {
    return "key=" + spelt + ";";
  }

  /** What a step works on, and with. */
  private static final class Work {
    final SecretMasker masker;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final MaskingOutputStream stream;
    String returned = "";

    Work(SecretMasker masker) {
      this.masker = masker;
      stream = masker.mask(out, UTF_8);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run(Work work) throws IOException;
  }

  /** A text is masked, or written as a whole or in pieces. */
  public void masking() throws Exception {
    for (String spelt : SPELT) {
      String text = text(spelt);
      byte[] bytes = text.getBytes(UTF_8);
      tryAll(() -> new Work(masker()), work -> work.returned = work.masker.mask(text));
      tryAll(() -> new Work(masker()), work -> work.stream.write(bytes));
      tryAll(
          () -> new Work(masker()),
          work -> {
            for (int i = 0; i < bytes.length; i += 7) {
              work.stream.write(bytes, i, Math.min(7, bytes.length - i));
            }
            work.stream.release();
          });
    }
  }

  /** As before, but everything that is made only once is there already. */
  public void maskingAgain() throws Exception {
    for (String spelt : SPELT) {
      byte[] bytes = text(spelt).getBytes(UTF_8);
      tryAll(
          () -> {
            Work work = new Work(masker());
            write(work.stream, "warm " + text(SPELT.get(0)));
            return work;
          },
          work -> {
            for (byte single : bytes) {
              work.stream.write(single);
            }
            work.stream.flush();
            work.stream.release();
          });
    }
  }

  /** A value is registered while another is masked. What is not registered has to be told. */
  public void registering() throws Exception {
    tryAll(
        () -> {
          SecretMasker masker = new SecretMasker();
          masker.register("LINES", LINES);
          Work work = new Work(masker);
          write(work.stream, "held: pä");
          return work;
        },
        work -> work.masker.register("MARKS", MARKS),
        work -> work.masker.register("MARKS", MARKS));
  }

  /** The first text after a value has been registered. */
  public void maskingWhatIsNew() throws Exception {
    byte[] bytes = text(SPELT.get(0)).getBytes(UTF_8);
    tryAll(
        () -> {
          SecretMasker masker = new SecretMasker();
          masker.register("LINES", LINES);
          Work work = new Work(masker);
          write(work.stream, "held: pä");
          work.masker.register("MARKS", MARKS);
          return work;
        },
        work -> work.stream.write(bytes));
  }

  private void tryAll(Supplier<Work> work, Step step) throws Exception {
    tryAll(work, step, again -> {});
  }

  /**
   * @param again what is done once more if the step failed and said so
   */
  private void tryAll(Supplier<Work> works, Step step, Step again) throws Exception {
    step.run(works.get()); // so that classes are there
    Work counted = works.get();
    for (int number : Faults.numbers(() -> step.run(counted))) {
      Work work = works.get();
      Thread me = Thread.currentThread();
      Faults.arm(thread -> thread == me, number, failure);
      boolean failed = false;
      try {
        step.run(work);
      } catch (Throwable thrown) {
        failed = true;
      }
      assertThat(Faults.disarm()).isTrue();
      if (failed) {
        again.run(work);
      }
      try {
        verify(work);
      } catch (Throwable wrong) {
        fail("After a failure at " + Faults.place() + ", the " + number + "th", wrong);
      }
    }
  }

  private void verify(Work work) throws Exception {
    verify(work.masker, work.stream, work.out);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    verify(work.masker, work.masker.mask(out, UTF_8), out);
    otherThread
        .submit(
            () -> {
              verify(work.masker, work.stream, work.out);
              return null;
            })
        .get(10, TimeUnit.SECONDS);
    assertClean(work.returned);
  }

  private void verify(SecretMasker masker, MaskingOutputStream stream, ByteArrayOutputStream out)
      throws IOException {
    for (int i = 0; i < SPELT.size(); i += 2) {
      String text = text(SPELT.get(i));
      assertThat(masker.mask(text)).isEqualTo(expected.get(i));
      write(stream, "\n" + ORDINARY + text + "\n" + ORDINARY);
      stream.release();
      assertThat(out.toString(UTF_8)).endsWith("\n" + ORDINARY + expected.get(i) + "\n" + ORDINARY);
    }
    assertThat(masker.mask(ORDINARY)).isEqualTo(ORDINARY);
    assertClean(out.toString(UTF_8));
  }

  private static void write(MaskingOutputStream stream, String text) {
    try {
      stream.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertClean(String text) {
    for (String spelt : SPELT) {
      assertThat(text).doesNotContain(spelt);
    }
  }

  /** What is held is let go though the thread that does so fails, anywhere. */
  public void releasing() throws Exception {
    String name = "hush-masking-release";
    Predicate<Thread> releaser = thread -> thread.getName().equals(name);
    // It looks again and again: the later, the more alike are the places.
    for (int number = 1; ; number += Faults.areAll() ? 1 : 1 + number / 32) {
      SecretMasker masker = new SecretMasker(MaskingPolicy.standard(), Duration.ofMillis(1));
      masker.register("MARKS", MARKS);
      Work work = new Work(masker);
      Faults.arm(releaser, number, failure);
      write(work.stream, "held: Zq");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (work.stream.isHolding() && System.nanoTime() - end < 0) {
        Thread.sleep(1);
      }
      boolean failed = Faults.disarm();
      assertThat(work.stream.isHolding()).as("after %d, %s", number, Faults.place()).isFalse();
      try {
        work.stream.write(1);
      } catch (IOException told) {
        // Of a failure that was no Error, once.
      }
      write(work.stream, "\nand again: Zq");
      while (work.stream.isHolding() && System.nanoTime() - end < 0) {
        Thread.sleep(1);
      }
      assertThat(work.stream.isHolding()).isFalse();
      if (!failed) {
        return;
      }
    }
  }

  /** Everything that a text may need. */
  public static void maskEverySpelling() throws IOException {
    Work work = new Work(masker());
    for (String value : List.of(MARKS, LINES, "Zx9-%.0/K7MDENG+bPxRfiCY")) {
      work.masker.register(value, value);
      for (Spelling spelling : Spellings.all()) {
        if (spelling.applies().test(value)) {
          String text = spelling.spell(value).text();
          work.masker.mask(text);
          write(work.stream, text + "\n");
          work.stream.release();
        }
      }
    }
  }

  public static void register() {
    new SecretMasker().register("NAME", "some-value");
  }

  /** Masks, or has failed to register what is to be masked. */
  public static void readyOrNot() throws IOException {
    SecretMasker masker;
    try {
      masker = masker();
    } catch (Throwable told) {
      return;
    }
    for (String spelt : SPELT) {
      String masked = masker.mask(text(spelt));
      assertClean(masked);
      assertThat(masked).startsWith("key=").contains("***").endsWith(";");
    }
  }

  public void end() {
    otherThread.shutdown();
  }
}

package dev.hush.logback;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.LocationAwareLogger;

/** How a value gets into a logger. Each writes "before", the value somewhere, and "after". */
enum WayIn {
  MESSAGE {
    @Override
    void log(Logger log, String value) {
      log.info("before " + value + " after");
    }
  },
  ONE_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", value);
    }
  },
  TWO_ARGUMENTS {
    @Override
    void log(Logger log, String value) {
      log.info("before {} {} after", 1, value);
    }
  },
  THREE_ARGUMENTS {
    @Override
    void log(Logger log, String value) {
      log.info("before {} {} {} after", 1, value, 'c');
    }
  },
  ARGUMENT_ARRAY {
    @Override
    void log(Logger log, String value) {
      log.info("before {} {} {} {} after", new Object[] {1, 2, 3, value});
    }
  },
  SPLIT_BETWEEN_MESSAGE_AND_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.info("before " + value.substring(0, 4) + "{} after", value.substring(4));
    }
  },
  SPLIT_BETWEEN_ARGUMENTS {
    @Override
    void log(Logger log, String value) {
      log.info("before {}{} after", value.substring(0, 4), value.substring(4));
    }
  },
  ARGUMENT_THAT_THE_MESSAGE_LEAVES_OUT {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", 1, value);
    }
  },
  ARRAY_AS_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", (Object) new String[] {value});
    }
  },
  LIST_AS_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", List.of(value));
    }
  },
  ARGUMENT_THAT_CHANGES {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", textsOneByOne("first", value));
    }
  },
  ARGUMENT_THAT_CHANGES_LATE {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", textsOneByOne("first", "second", "third", value));
    }
  },
  ARGUMENT_THAT_THROWS {
    @Override
    void log(Logger log, String value) {
      log.info("before {} {} after", throwing(), value);
    }
  },
  ARGUMENT_THAT_LOGS {
    @Override
    void log(Logger log, String value) {
      log.info("before {} after", logging(log, value));
    }
  },
  EXCEPTION {
    @Override
    void log(Logger log, String value) {
      log.error("before after", new IllegalStateException("refused " + value));
    }
  },
  EXCEPTION_AS_LAST_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.error("before {} after", 1, new IllegalStateException("refused " + value));
    }
  },
  EXCEPTION_WITH_TEXT_OF_ITS_OWN {
    @Override
    void log(Logger log, String value) {
      log.error("before after", new OwnText(value));
    }
  },
  CAUSE {
    @Override
    void log(Logger log, String value) {
      log.error("before after", new RuntimeException("outer", new Exception(value)));
    }
  },
  SUPPRESSED {
    @Override
    void log(Logger log, String value) {
      log.error("before after", suppressing(new RuntimeException("outer"), new Exception(value)));
    }
  },
  CYCLE {
    @Override
    void log(Logger log, String value) {
      log.error("before after", cyclic(value));
    }
  },
  MARKER {
    @Override
    void log(Logger log, String value) {
      log.info(new BasicMarkerFactory().getDetachedMarker(value), "before {} after", 1);
    }
  },
  MARKER_REFERENCE {
    @Override
    void log(Logger log, String value) {
      log.info(marker("OUTER", value), "before after");
    }
  },
  MARKER_WITH_TEXT_OF_ITS_OWN {
    @Override
    void log(Logger log, String value) {
      log.info(new TellingMarker(value), "before after");
    }
  },
  MDC_VALUE {
    @Override
    void log(Logger log, String value) {
      MDC.put("user", value);
      log.info("before after");
    }
  },
  MDC_KEY {
    @Override
    void log(Logger log, String value) {
      MDC.put(value, "user");
      log.info("before after");
    }
  },
  THREAD_NAME {
    @Override
    void log(Logger log, String value) {
      Thread.currentThread().setName("worker " + value);
      log.info("before after");
    }
  },
  CONTEXT_PROPERTY {
    @Override
    void log(Logger log, String value) {
      ((ch.qos.logback.classic.Logger) log).getLoggerContext().putProperty("password", value);
      log.info("before after");
    }
  },
  BRIDGE {
    @Override
    void log(Logger log, String value) {
      Bridge.info(log, "before " + value + " after");
    }
  },
  FLUENT_MESSAGE {
    @Override
    void log(Logger log, String value) {
      log.atInfo().log("before " + value + " after");
    }
  },
  FLUENT_ARGUMENT {
    @Override
    void log(Logger log, String value) {
      log.atInfo().addArgument(value).log("before {} after");
    }
  },
  FLUENT_VALUE {
    @Override
    void log(Logger log, String value) {
      log.atInfo().addKeyValue("password", value).log("before after");
    }
  },
  FLUENT_OBJECT {
    @Override
    void log(Logger log, String value) {
      log.atInfo().addKeyValue("passwords", Set.of(value)).log("before after");
    }
  },
  FLUENT_KEY {
    @Override
    void log(Logger log, String value) {
      log.atInfo().addKeyValue(value, 1).log("before after");
    }
  },
  FLUENT_SECOND_MARKER {
    @Override
    void log(Logger log, String value) {
      log.atInfo().addMarker(marker("A", "B")).addMarker(marker(value, "C")).log("before after");
    }
  },
  FLUENT_EXCEPTION {
    @Override
    void log(Logger log, String value) {
      log.atError().setCause(new Exception(value)).log("before after");
    }
  };

  abstract void log(Logger log, String value);

  boolean isFluent() {
    return name().startsWith("FLUENT");
  }

  private static Object textsOneByOne(String... texts) {
    Iterator<String> iterator = List.of(texts).iterator();
    return new Object() {
      @Override
      public String toString() {
        return iterator.hasNext() ? iterator.next() : texts[texts.length - 1];
      }
    };
  }

  private static Object throwing() {
    return new Object() {
      @Override
      public String toString() {
        throw new UnsupportedOperationException("not for people");
      }
    };
  }

  private static Object logging(Logger log, String value) {
    return new Object() {
      @Override
      public String toString() {
        log.warn("inner {}", value);
        return value;
      }
    };
  }

  private static Throwable suppressing(Throwable throwable, Throwable suppressed) {
    throwable.addSuppressed(suppressed);
    return throwable;
  }

  private static Throwable cyclic(String value) {
    Exception inner = new Exception(value);
    Exception outer = new Exception(value, inner);
    inner.initCause(outer);
    return outer;
  }

  private static Marker marker(String name, String reference) {
    Marker marker = MarkerFactory.getDetachedMarker(name);
    marker.add(MarkerFactory.getDetachedMarker(reference));
    return marker;
  }

  /** What jcl-over-slf4j and its like are. */
  private static final class Bridge {
    static void info(Logger log, String text) {
      ((LocationAwareLogger) log)
          .log(null, Bridge.class.getName(), LocationAwareLogger.INFO_INT, text, null, null);
    }
  }

  private static final class OwnText extends Exception {
    private final String value;

    OwnText(String value) {
      this.value = value;
    }

    @Override
    public String toString() {
      return "refused " + value;
    }
  }

  /** As logstash-logback-encoder's: the name says nothing, the text all. */
  private static final class TellingMarker implements Marker {
    private final Marker plain = new BasicMarkerFactory().getDetachedMarker("FIELDS");
    private final String text;

    TellingMarker(String text) {
      this.text = text;
    }

    @Override
    public String getName() {
      return plain.getName();
    }

    @Override
    public void add(Marker reference) {}

    @Override
    public boolean remove(Marker reference) {
      return false;
    }

    @Override
    @SuppressWarnings("deprecation")
    public boolean hasChildren() {
      return false;
    }

    @Override
    public boolean hasReferences() {
      return false;
    }

    @Override
    public Iterator<Marker> iterator() {
      return plain.iterator();
    }

    @Override
    public boolean contains(Marker other) {
      return plain.contains(other);
    }

    @Override
    public boolean contains(String name) {
      return plain.contains(name);
    }

    @Override
    public String toString() {
      return "password=" + text;
    }
  }
}

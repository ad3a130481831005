package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The view follows the work into the pools of libraries, and not into their housekeepers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibrariesFollowingIT {

  private Map<String, String> printed = Map.of();

  @SuppressWarnings("NullAway.Init")
  private Program.Outcome outcome;

  @BeforeAll
  void run(@TempDir Path folder) {
    outcome =
        FollowingIT.program(folder, "Ways.java", "Coroutines.java", "Libraries.java")
            .classPath(
                Program.jars(
                    "(netty-common|tomcat-embed-core|tomcat-annotations-api|jetty-util|spring-|"
                        + "reactor-core|reactive-streams|context-propagation|HikariCP|h2|slf4j-api|"
                        + "slf4j-nop|micrometer|kotlin).*\\.jar"))
            .run("Libraries");
    printed = outcome.printed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Netty, execute",
        "Netty, submit",
        "Netty, schedule",
        "Netty, from the loop",
        "Tomcat, execute",
        "Tomcat, submit",
        "Jetty, execute",
        "Spring, @Async",
        "Spring, ThreadPoolTaskExecutor",
        "Spring, SimpleAsyncTaskExecutor",
        "Reactor, subscribeOn",
        "Reactor, publishOn",
        "Reactor, delayed",
        "Reactor, emitted elsewhere",
        "Coroutines, launched",
        "Coroutines, on an executor",
        "Coroutines, after a delay",
        "Coroutines, on an executor after a delay",
        "Coroutines, unconfined after a delay",
        "Coroutines, started later",
        "Coroutines, in another dispatcher",
        "Coroutines, of a coroutine",
        "Coroutines, runBlocking"
      })
  void insideSeesAndOutsideDoesNot(String way) {
    assertThat(printed)
        .as(outcome.err())
        .containsEntry(way, "inside 7, afterwards nothing, others nothing");
  }

  @Test
  void poolOfConnectionsDoesNotKeepTheViewOfWhoeverMadeIt() {
    assertThat(printed).containsEntry("!Hikari", "true, afterwards nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Coroutines, woken by a function on Unconfined",
        "Coroutines, woken by a function on ExecutorCoroutineDispatcherImpl",
        "Coroutines, woken by a function on DefaultScheduler",
        "Coroutines, outside in a function's context",
        "Coroutines, inside in a context from outside",
        "Coroutines, whose context was lent",
        "Coroutines, woken after the call",
        "Coroutines, thread that woke one",
        "Coroutines, map of one that is complete"
      })
  void whoWakesACoroutineChangesNothing(String edge) {
    assertThat(printed).as(outcome.err()).containsEntry("!" + edge, "as it should be");
  }

  /** A method of a library that is not there costs the following, and a sentence; nothing else. */
  @Test
  void anotherVersionOfALibraryIsNotFollowed(@TempDir Path folder) {
    Program.Outcome another =
        FollowingIT.program(folder, "Ways.java", "OtherJetty.java")
            .source(
                """
                package org.eclipse.jetty.util.thread;
                public class QueuedThreadPool {
                  public void dispatch(Runnable work) { Thread thread = new Thread(() -> work.run()); thread.start(); }
                }
                """)
            .run("OtherJetty");

    assertThat(another.out()).isEqualTo("7\n");
    assertThat(another.exitCode()).isZero();
    assertThat(another.err())
        .startsWith("hush: this version has no org.eclipse.jetty.util.thread.QueuedThreadPool.")
        .endsWith("work that is handed to it does not see secrets\n");
  }
}

package dev.hush.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in the class loaders of containers, which no scan of the class path sees. */
class ContainersIT {

  private static final String TOKEN = "token-of-the-test";

  @TempDir Path folder;
  private Program program = new Program(Path.of(""));

  @BeforeEach
  void program() {
    program = new Program(folder).variable("TOKEN", TOKEN).agentArgument("scan=host");
  }

  @Test
  void aWebApplicationOfTomcatWithItsOwnLogback() throws IOException {
    program.source(
        """
        package app;
        import dev.hush.annotations.*;
        import jakarta.servlet.http.*;
        import org.slf4j.*;
        public class AppServlet extends HttpServlet {
          private static final Logger log = LoggerFactory.getLogger(AppServlet.class);
          @Override protected void doGet(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {
            response.getWriter().print(report() + " outside " + System.getenv("DERIVED")
                + " " + getClass().getClassLoader().getClass().getSimpleName()
                + " " + (log.getClass().getClassLoader() == getClass().getClassLoader()));
          }
          @Function(secrets = @SecretRef(value = "file:token", as = "DERIVED"))
          private int report() {
            String token = System.getenv("DERIVED");
            log.info("logged {}", token);
            System.out.println("printed " + token);
            return token.length();
          }
        }
        """,
        """
        package host;
        import java.net.*;
        import java.nio.file.*;
        import org.apache.catalina.startup.Tomcat;
        public class Server {
          public static void main(String[] arguments) throws Exception {
            Tomcat tomcat = new Tomcat();
            tomcat.setBaseDir("base");
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            var context = tomcat.addContext("", Path.of("application").toAbsolutePath().toString());
            Tomcat.addServlet(context, "app", "app.AppServlet");
            context.addServletMappingDecoded("/*", "app");
            tomcat.start();
            URL url = new URL("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/");
            try (var stream = url.openStream()) {
              System.out.println("answer=" + new String(stream.readAllBytes()));
            }
            tomcat.stop();
            tomcat.destroy();
          }
        }
        """);
    program.file("token", TOKEN);
    Path inside = folder.resolve("application/WEB-INF");
    Files.createDirectories(inside.resolve("classes"));
    Files.createDirectories(inside.resolve("lib"));
    Files.move(folder.resolve("app"), inside.resolve("classes/app"));
    for (String jar : Program.logback()) {
      Files.copy(Path.of(jar), inside.resolve("lib").resolve(Path.of(jar).getFileName()));
    }
    program.file(
        "application/WEB-INF/classes/logback.xml",
        """
        <configuration>
          <appender name="FILE" class="ch.qos.logback.core.FileAppender">
            <file>app.log</file>
            <encoder><pattern>%msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="FILE"/></root>
        </configuration>
        """);

    Program.Outcome outcome =
        program
            .onlyClassPath(folder.toString())
            .classPath(Program.jars("tomcat-.*"))
            .run("host.Server");

    assertThat(outcome.printed())
        .containsEntry("answer", TOKEN.length() + " outside null ParallelWebappClassLoader true");
    assertThat(outcome.out()).contains("printed ***\n");
    assertThat(outcome.err())
        .contains("hush: functions of app.AppServlet, and perhaps others of ")
        .contains("WEB-INF/classes/, are on no class path, so their secrets");
    assertThat(outcome.everything()).doesNotContain(TOKEN);
    assertThat(Files.readString(folder.resolve("app.log"))).isEqualTo("logged ***\n");
  }

  @Test
  void aBundleThatImportsNothingOfHush() throws IOException {
    program.source(
        """
        package app;
        import dev.hush.annotations.*;
        import org.osgi.framework.*;
        public class Activator implements BundleActivator {
          @Override public void start(BundleContext context) {
            report();
            System.out.println("outside=" + System.getenv("DERIVED"));
          }
          @Override public void stop(BundleContext context) {}
          @Function(secrets = @SecretRef(value = "file:token", as = "DERIVED"))
          static void report() {
            String token = System.getenv("DERIVED");
            System.out.println("inside=" + token + " of " + (token == null ? 0 : token.length()));
          }
        }
        """,
        """
        package host;
        import java.nio.file.*;
        import java.util.*;
        import org.osgi.framework.*;
        import org.osgi.framework.launch.*;
        public class Host {
          public static void main(String[] arguments) throws Exception {
            Framework framework = new org.apache.felix.framework.FrameworkFactory().newFramework(
                Map.of("org.osgi.framework.storage", "cache", "felix.service.urlhandlers", "false"));
            framework.start();
            framework.getBundleContext().installBundle(Path.of("bundle.jar").toUri().toString()).start();
            framework.stop();
            framework.waitForStop(0);
          }
        }
        """);
    program.file("token", TOKEN);
    try (OutputStream file = Files.newOutputStream(folder.resolve("bundle.jar"));
        JarOutputStream bundle = new JarOutputStream(file)) {
      bundle.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      bundle.write(
          """
          Manifest-Version: 1.0
          Bundle-ManifestVersion: 2
          Bundle-SymbolicName: app
          Bundle-Activator: app.Activator
          Import-Package: org.osgi.framework
          """
              .getBytes(StandardCharsets.UTF_8));
      bundle.putNextEntry(new ZipEntry("app/Activator.class"));
      bundle.write(Files.readAllBytes(folder.resolve("app/Activator.class")));
    }
    Files.delete(folder.resolve("app/Activator.class"));

    program.onlyClassPath(folder.toString()).classPath(Program.jars("org.apache.felix.*"));
    Program.Outcome outcome = program.run("host.Host");

    assertThat(outcome.out()).isEqualTo("inside=*** of " + TOKEN.length() + "\noutside=null\n");
    // Felix takes liberties of which newer JVMs warn, with the agent and without.
    assertThat(
            outcome
                .err()
                .replaceFirst("(?m)^hush: functions of app.Activator, .*bundle.jar.*\\n", ""))
        .isEqualTo(program.withoutAgent().run("host.Host").err())
        .isNotEqualTo(outcome.err());
  }
}

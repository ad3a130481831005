"""Called by start-up: compiles the programs, lets the variants take turns, and prints medians."""

import os
import pathlib
import statistics
import subprocess
import sys
import time
import zipfile

WORK = pathlib.Path(os.environ["WORK"])
HUSH, OTEL, ANNOTATIONS = os.environ["HUSH"], os.environ["OTEL"], os.environ["ANNOTATIONS"]
RUNS = int(os.environ["RUNS"])
JARS, CLASSES_OF_A_JAR = 250, 216

HELLO = """
package com.acme;
import dev.hush.annotations.*;
public class Hello {
  @Function(secrets = @SecretRef("env:TOKEN"))
  static String greet() { return System.getenv("TOKEN"); }
  public static void main(String[] arguments) { System.out.println(greet()); }
}
"""

# Classes without a function, defined from memory: reading files from the class path takes far more, and is no steadier
# than the figure that is looked for. Of a JVM that has just started, the first 4,000, and the same by loaders to come.
LOADED = 4000
MANY = """
import java.io.IOException;
import java.nio.file.*;
import java.util.*;
public class Many extends ClassLoader {
  static long define(List<byte[]> classes) {
    Many loader = new Many();
    long start = System.nanoTime();
    for (byte[] file : classes) {
      loader.defineClass(null, file, 0, file.length, Many.class.getProtectionDomain());
    }
    return (System.nanoTime() - start) / classes.size();
  }
  public static void main(String[] arguments) throws Exception {
    List<byte[]> classes = new ArrayList<>();
    try (var files = Files.walk(Path.of(arguments[0]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        classes.add(Files.readAllBytes(file));
      }
    }
    Thread.sleep(300);
    long first = define(classes);
    long[] later = new long[5];
    for (int i = 0; i < later.length; i++) { later[i] = define(classes); }
    Arrays.sort(later);
    System.out.println(first + " " + later[2]);
  }
}
"""


def classes(folder, sources, indexed):
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in sources.items():
        file = folder / (name + ".java")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        files.append(str(file))
    (folder / "files").write_text("\n".join(files))
    processing = ["-processorpath", ANNOTATIONS] if indexed else ["-proc:none"]
    subprocess.run(
        [os.environ["JAVAC"], "--release", "17", *processing, "-cp", ANNOTATIONS, "-d", str(folder)]
        + ["@" + str(folder / "files")],
        check=True)
    return folder


NOTHING = """
public class Nothing implements java.lang.instrument.ClassFileTransformer {
  public static void premain(String argument, java.lang.instrument.Instrumentation instrumentation) {
    if (argument != null) { instrumentation.addTransformer(new Nothing(), true); }
  }
  public byte[] transform(Module module, ClassLoader loader, String name, Class<?> type,
      java.security.ProtectionDomain domain, byte[] file) { return null; }
}
"""


def nothing():
    """An agent that does nothing, or has a transformer that does nothing: what the JVM itself takes to have one."""
    content = classes(WORK / "nothing", {"Nothing": NOTHING}, False) / "Nothing.class"
    file = WORK / "nothing.jar"
    with zipfile.ZipFile(file, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF",
                     "Manifest-Version: 1.0\r\nPremain-Class: Nothing\r\nCan-Retransform-Classes: true\r\n\r\n")
        jar.writestr("Nothing.class", content.read_bytes())
    return "-javaagent:" + str(file)


def body(i):
    methods = "".join(
        'String m%d(java.util.List<String> a) { return a.get(%d) + "text %d of %d" + a.size(); }\n' % (m, m, m, i)
        for m in range(20))
    return "package p%d; public class C%d {\n%s}\n" % (i % 20, i, methods)


def libraries(many):
    """250 jars with the classes of the program that loads many, under other names."""
    folder = WORK / "jars"
    if not folder.exists():
        content = [f.read_bytes() for f in sorted(many.rglob("C*.class"))]
        folder.mkdir()
        for j in range(JARS):
            with zipfile.ZipFile(folder / ("library%03d.jar" % j), "w", zipfile.ZIP_DEFLATED) as jar:
                jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Title: library\r\n\r\n")
                for c in range(CLASSES_OF_A_JAR):
                    jar.writestr("org/library%d/p%d/C%d.class" % (j, c % 9, c), content[(j + c) % len(content)])
    return sorted(str(jar) for jar in folder.iterdir())


def run(command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HUSH_", "JAVA_TOOL", "OTEL_"))}
    environment.update(TOKEN="token-of-the-benchmark", OTEL_TRACES_EXPORTER="none", OTEL_METRICS_EXPORTER="none",
                       OTEL_LOGS_EXPORTER="none")
    with open(WORK / "out", "w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        taken = 1000 * (time.perf_counter() - start)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if process.returncode != 0:
        sys.exit(" ".join(command)[:300] + "\n" + printed)
    return taken, 1000 * (used.ru_utime + used.ru_stime), used.ru_maxrss / 1024, printed


def turns(variants):
    """They take turns, so that all see the same machine."""
    results = {name: [] for name in variants}
    for turn in range(RUNS + 2):
        for name, command in variants.items():
            result = run(command)
            if turn >= 2:
                results[name].append(result)
    return results


def compare(title, variants):
    """Medians, and what they are more than those of the first variant."""
    base = None
    for name, results in turns(variants).items():
        wall, processor, memory = [[result[i] for result in results] for i in range(3)]
        medians = [statistics.median(those) for those in (wall, processor, memory)]
        base = base or medians
        print("| %s | %s | %.0f | %+.0f | %.0f | %.0f | %+.0f | %.0f | %.0f | %+.0f |" % (
            title, name, medians[0], medians[0] - base[0], min(wall), medians[1], medians[1] - base[1],
            min(processor), medians[2], medians[2] - base[2]), flush=True)


def compare_printed(title, variants, place):
    """The same for a figure that the program prints."""
    base = None
    for name, results in turns(variants).items():
        printed = [float(result[3].split()[place]) for result in results]
        median = statistics.median(printed)
        base = median if base is None else base
        print("| %s | %s | %.0f | %+.0f | %.0f |" % (title, name, median, median - base, min(printed)), flush=True)


def main(homes):
    indexed = classes(WORK / "indexed", {"com/acme/Hello": HELLO}, True)
    plain = classes(WORK / "plain", {"com/acme/Hello": HELLO}, False)
    many = WORK / "many"
    if not many.exists():
        classes(many, {"p%d/C%d" % (i % 20, i): body(i) for i in range(LOADED)}, False)
    loading = classes(WORK / "loading", {"Many": MANY}, False)
    jars = libraries(many)
    agent = "-javaagent:" + HUSH
    empty = nothing()
    for home in homes:
        java = home + "/bin/java"
        version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()[0]
        print("\n%s, %d runs each, load %.1f\n" % (version, RUNS, os.getloadavg()[0]))
        print("| program | with | wall, ms | added | least | processor, ms | added | least | memory, MB | added |")
        print("|---|---|---|---|---|---|---|---|---|---|")

        def hello(classes, *options, libraries=(ANNOTATIONS,)):
            return [java, *options, "-cp", os.pathsep.join([str(classes), *libraries]), "com.acme.Hello"]

        compare("hello-world, indexed", {
            "no agent": hello(indexed),
            "an agent that does nothing": hello(indexed, empty),
            "Hush": hello(indexed, agent),
            "OpenTelemetry": hello(indexed, "-javaagent:" + OTEL)})
        compare("hello-world, no index", {"no agent": hello(plain), "Hush": hello(plain, agent)})
        compare("250 jars", {
            "no agent": hello(indexed, libraries=jars),
            "an agent that does nothing": hello(indexed, empty, libraries=jars),
            "Hush, indexed": hello(indexed, agent, libraries=jars),
            "Hush, no index, scan= one package":
                hello(plain, agent + "=scan=com.acme", libraries=jars)})

        def many_classes(*options):
            return [java, "-Xmn512m", *options, "-cp", str(loading), "Many", str(many)]

        variants = {"no agent": many_classes(), "a transformer that does nothing": many_classes(empty + "=transformer"),
                    "Hush": many_classes(agent)}
        print("\n| ns | with | median | added | least |\n|---|---|---|---|---|")
        compare_printed("each of the first %d classes" % LOADED, variants, 0)
        compare_printed("each class later", variants, 1)


main(sys.argv[1:])

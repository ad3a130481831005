"""Called by managers: a Vault on loopback, and the same program with its secrets there and in variables."""

import http.server
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import threading
import time

WORK = pathlib.Path(os.environ["WORK"])
HUSH = os.environ["HUSH"]
RUNS = int(os.environ["RUNS"])
SECRETS = 10

PROGRAM = """
import dev.hush.annotations.*;
public class %s {
  @Function(secrets = {%s})
  static int sum() {
    int sum = 0;
    for (int i = 0; i < %d; i++) { sum += System.getenv("KEY_" + i).length(); }
    return sum;
  }
  public static void main(String[] arguments) { System.out.println(sum()); }
}
"""


class Vault(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.server.asked += 1
        if self.path.startswith("/v1/sys/internal/ui/mounts/"):
            answer = {"data": {"path": "secret/", "options": {"version": "2"}}}
        else:
            value = "value-of-" + self.path.rsplit("/", 1)[1].ljust(12, "x")
            answer = {"data": {"data": {"KEY": value}, "metadata": {"version": 1}}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *ignored):
        pass


def program(name, address):
    references = ", ".join(
        '@SecretRef(value = "%s", as = "KEY_%d")' % (address % i, i) for i in range(SECRETS))
    folder = WORK / name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / (name + ".java")
    source.write_text(PROGRAM % (name, references, SECRETS))
    subprocess.run(
        [sys.argv[1] + "/bin/javac", "--release", "17", "-proc:none", "-cp", HUSH, "-d", str(folder), str(source)],
        check=True)
    return ["-javaagent:" + HUSH, "-cp", str(folder), name]


def run(java, arguments, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    ended = subprocess.run([java, *arguments], env=environment, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode != 0 or ended.stderr or ended.stdout.strip() != str(SECRETS * 21):
        sys.exit("%s ended with %d: %s %s" % (arguments[-1], ended.returncode, ended.stdout, ended.stderr))
    return wall * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
server.daemon_threads = True
server.asked = 0
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {**os.environ, "VAULT_ADDR": "http://127.0.0.1:%d" % server.server_port, "VAULT_TOKEN": "t0ken"}
environment.pop("JAVA_TOOL_OPTIONS", None)
environment.update({"VALUE_%d" % i: ("value-of-%d" % i).ljust(21, "x") for i in range(SECRETS)})

variants = {"variables": program("Variables", "env:VALUE_%d"), "Vault": program("Managed", "vault:s%d.KEY")}
for home in sys.argv[1:]:
    java = home + "/bin/java"
    times = {name: [] for name in variants}
    for _ in range(RUNS):
        for name, arguments in variants.items():
            times[name].append(run(java, arguments, environment))
    print("\n%s, load %.1f, ms, medians of %d (least)\n" % (home, os.getloadavg()[0], RUNS))
    print("| %d secrets in | until the end | processor time |\n|---|---|---|" % SECRETS)
    median = {}
    for name, its in times.items():
        walls, processor = zip(*its)
        median[name] = (statistics.median(walls), statistics.median(processor), min(walls), min(processor))
        print("| %s | %.0f (%.0f) | %.0f (%.0f) |" % (name, median[name][0], median[name][2], median[name][1], median[name][3]))
    more = [b - a for a, b in zip(median["variables"], median["Vault"])]
    print("| added | %.0f (%.0f) | %.0f (%.0f) |" % (more[0], more[2], more[1], more[3]))
print("\nrequests for each start: %.1f" % (server.asked / RUNS / (len(sys.argv) - 1)))

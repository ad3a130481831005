"""Called by load: starts the application with the agent and without in turns, loads it, and prints the best rates."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.request

WORK = pathlib.Path(os.environ["WORK"])
HUSH, APPLICATION = os.environ["HUSH"], os.environ["APPLICATION"]
RUNS = int(os.environ["RUNS"])
SAMPLE = pathlib.Path(APPLICATION).parents[1]
CONNECTIONS = 16
WARM_UP, SECONDS = int(os.environ.get("WARM_UP", 20)), int(os.environ.get("SECONDS", 10))
PATHS = {"/seen": "GET", "/webhook": "POST", "/orders": "GET"}


def start(java, options, name):
    """In a folder of its own, with variables in the place of the secrets where no agent reads them from the file."""
    folder = WORK / name
    folder.mkdir(parents=True)
    shutil.copy(SAMPLE / ".env", folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HUSH_", "JAVA_TOOL", "SPRING_", "ORDERS_"))}
    if not any(option.startswith("-javaagent:") for option in options):
        for line in (SAMPLE / ".env").read_text().splitlines():
            if "=" in line and not line.startswith("#"):
                variable, value = line.split("=", 1)
                environment[variable] = value.strip("'\"")
    output = folder / "output"
    with open(output, "w") as out:
        process = subprocess.Popen([java, *options, "-jar", APPLICATION, "--server.port=0"], cwd=folder,
                                   env=environment, stdout=out, stderr=subprocess.STDOUT)
    for _ in range(1200):
        started = re.search(r"Tomcat started on port (\d+) ", output.read_text(errors="replace"))
        if started:
            return process, int(started.group(1))
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    sys.exit("it did not start:\n" + output.read_text(errors="replace"))


def processor_seconds(process):
    fields = pathlib.Path("/proc/%d/stat" % process.pid).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(process, port, path, seconds):
    """Requests a second, and the application's processor time of each in microseconds."""
    script = WORK / "method.lua"
    script.write_text('wrk.method = "%s"\n' % PATHS[path])
    before = processor_seconds(process)
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", "%ds" % seconds, "-s", str(script),
         "http://127.0.0.1:%d%s" % (port, path)], capture_output=True, text=True, check=True).stdout
    taken = processor_seconds(process) - before
    if "Non-2xx" in done:
        sys.exit(done)
    requests = int(re.search(r"(\d+) requests in", done).group(1))
    return float(re.search(r"Requests/sec:\s*([\d.]+)", done).group(1)), 1e6 * taken / requests


def main(home):
    java = home + "/bin/java"
    shutil.rmtree(WORK, ignore_errors=True)
    variants = {"plain": [], "Hush": ["-javaagent:" + HUSH]}
    version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()[0]
    print("%s, the best of %d runs, %d connections, load %.1f\n" % (version, RUNS, CONNECTIONS, os.getloadavg()[0]))
    print("| | requests a second | with Hush | ratio | processor time of each, us | with Hush | ratio |")
    print("|---|---|---|---|---|---|---|")
    running = {}
    try:
        # Both run all the time, so that each load finds both as warm; whichever is not asked does nothing.
        for name, options in variants.items():
            running[name] = start(java, options, name)
        for path in PATHS:
            for _ in range(2):
                for process, port in running.values():
                    load(process, port, path, WARM_UP)
            results = {name: [] for name in variants}
            for _ in range(RUNS):
                for name, (process, port) in running.items():
                    results[name].append(load(process, port, path, SECONDS))
            rate = {name: max(r for r, _ in taken) for name, taken in results.items()}
            cost = {name: min(c for _, c in taken) for name, taken in results.items()}
            print("| `%s` | %.0f | %.0f | **%.2f** | %.0f | %.0f | %.2f |" % (
                path, rate["plain"], rate["Hush"], rate["Hush"] / rate["plain"],
                cost["plain"], cost["Hush"], cost["Hush"] / cost["plain"]), flush=True)
    finally:
        for process, _ in running.values():
            process.terminate()
            process.wait()


main(sys.argv[1])

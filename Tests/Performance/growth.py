#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How time and memory grow with what is asked. usage: growth.py PROGRAM FOLDER [NAME ...]

NAME is steps, paths, symbols, cores, clients, orders or plugins; all of them when none is named. Each writes
FOLDER/NAME.csv. Time is processor time, user and system, of the process and of its children, and resident memory is
the most it had, both as the kernel counts them; where waiting is the question it is wall time, and the column says so.
Each point is the least of three runs, single where one takes more than ten seconds. With the packages of
peers/requirements/growth.txt there, in .build/peers/growth, curves are drawn as FOLDER/NAME.svg.
"""
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import started

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["--scenario-path", str(ROOT / "scenarios"), "--data-path", str(ROOT / "examples/data")]


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = str(Path(program).resolve()), Path(folder)

    def run(self, *arguments, home=None, runs=3):
        """The least processor seconds, wall seconds and MiB of some runs, and the last output."""
        best = [float("inf")] * 3
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=self.folder) as fresh:
                with open(self.folder / "out", "w") as output, open(self.folder / "err", "w") as errors:
                    start = time.perf_counter()
                    process = subprocess.Popen(
                        [self.program, *map(str, arguments), *FOLDERS, "--quiet", "--json"], stdout=output,
                        stderr=errors, env={**os.environ, "MMS_HOME": str(home or fresh)}, cwd=self.folder)
                    _, status, usage = os.wait4(process.pid, 0)
                    wall = time.perf_counter() - start
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode != 0:
                    sys.exit(f"error: mms {arguments}: {(self.folder / 'err').read_text()[-600:]}")
                found = usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024
                best = [min(pair) for pair in zip(best, found)]
            if best[1] > 10:
                break
        return *best, json.loads((self.folder / "out").read_text())

    def simulate(self, symbol="BTCUSDT", period="7d", *more, **options):
        return self.run("simulate", "--symbol", symbol, "--period", period, "--scenario", "normal", "--seed", 1, *more,
                        **options)


def steps(bench):
    for count in (1_000, 10_000, 100_000, 1_000_000, 4_900_000):
        data = f"synthetic:?symbol=SEEDED&start=1990-01-01T00:00:00Z&days={min(3472, count // 1440 + 3)}"
        seconds, _, memory, _ = bench.simulate("SEEDED", f"{count}m", "--data", data)
        yield count, seconds, memory


def paths(bench):
    """A week has 10,080 steps: the last point is 10^8 of them."""
    for count in (1, 10, 100, 1_000, 10_000):
        seconds, _, memory, _ = bench.simulate("BTCUSDT", "7d", "--paths", count, "--threads", 1)
        yield count, seconds, memory


def symbols(bench):
    """One of many symbols in the database is simulated."""
    home = bench.folder / "symbols"
    home.mkdir()
    rows = ["timestamp,open,high,low,close,volume"]
    for minute in range(3 * 1440):
        price = 100 + minute % 7
        rows.append(f"{1_704_067_200_000 + 60_000 * minute},{price},{price + 1},{price - 1},{price},10")
    known = 0
    for count in (1, 10, 100, 500):
        files = []
        for number in range(known, count):
            path = bench.folder / f"S{number}USD-1m.csv"
            path.write_text("\n".join(rows) + "\n")
            files.append(path)
        for path in files:
            bench.run("data", "import", path, "--symbol", path.name.split("-")[0], "--source", "made", "--resolution",
                      "1m", home=home, runs=1)
        known = count
        seconds, _, memory, _ = bench.simulate("S0USD", "1d", home=home)
        yield count, seconds, memory


def cores(bench):
    for count in range(1, (os.cpu_count() or 1) + 1):
        _, wall, memory, _ = bench.simulate("BTCUSDT", "7d", "--paths", 2_000, "--threads", count)
        yield count, wall, memory


def clients(bench):
    """Distinct requests at so many connections for three seconds each; microseconds a request, of the wall."""
    if not shutil.which("wrk"):
        sys.exit("error: there is no 'wrk' on the PATH")
    home = bench.folder / "service"
    home.mkdir()
    log = home / "log"
    with open(log, "w") as errors:
        process = subprocess.Popen(
            [bench.program, "serve", "--http", "127.0.0.1:0", "--grpc", "none", "--workers", str(os.cpu_count() or 1),
             *FOLDERS], stderr=errors, stdout=errors, env={**os.environ, "MMS_HOME": str(home)})
    try:
        url = f"http://{started.address(process, log)}"
        for number, count in enumerate((1, 2, 4, 8, 16, 32, 64, 128)):
            done = subprocess.run(
                ["wrk", f"-t{min(2, count)}", f"-c{count}", "-d3s", "--timeout", "30s", "-s",
                 ROOT / "Tests/Performance/simulate.lua", f"{url}/simulate", "--", "distinct", str(number + 1)],
                capture_output=True, text=True, check=True)
            rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
            status = Path(f"/proc/{process.pid}/status").read_text()
            yield count, 1 / rate, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=300)


def orders(bench):
    """A million mixed operations in a book that holds so many orders before; seconds an operation."""
    for count in (100, 1_000, 10_000, 100_000, 1_000_000):
        _, _, memory, found = bench.run("bench", "book/mixed", "--prefill", count, runs=1)
        yield count, 1 / found["benchmarks"][0]["value"], memory


def plugins(bench):
    """The cold start of a simulation that uses none of so many installed plugins."""
    source = ROOT / "Plugins/square-root-c"
    subprocess.run(["make", "-s", "-C", source], check=True)
    for count in (0, 1, 10, 100, 1_000):
        home = bench.folder / f"plugins-{count}"
        home.mkdir()
        for number in range(count):
            folder = home / f"made-{number}"
            folder.mkdir()
            text = (source / "plugin.yaml").read_text().replace("square-root-c", f"made-{number}")
            (folder / "plugin.yaml").write_text(text)
            shutil.copy(source / "libsquare-root-c.so", folder / f"libmade-{number}.so")
        seconds, _, memory, _ = bench.simulate("BTCUSDT", "1d", "--plugin-path", home)
        yield count, seconds, memory
        shutil.rmtree(home)


MEASURES = {
    "steps": (steps, "steps", "processor_seconds", "MiB"),
    "paths": (paths, "paths", "processor_seconds", "MiB"),
    "symbols": (symbols, "symbols", "processor_seconds", "MiB"),
    "cores": (cores, "threads", "wall_seconds", "MiB"),
    "clients": (clients, "connections", "wall_seconds_per_request", "MiB_of_the_service"),
    "orders": (orders, "orders", "wall_seconds_per_operation", "MiB"),
    "plugins": (plugins, "plugins", "processor_seconds", "MiB"),
}

DRAW = """
import csv, sys
import matplotlib
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "mms"
from matplotlib import pyplot
rows = list(csv.reader(open(sys.argv[1])))
head, points = rows[0], [[float(cell) for cell in row] for row in rows[1:]]
across = [point[0] for point in points]
figure, sides = pyplot.subplots(1, 2, figsize=(8, 3))
for side, column in zip(sides, (1, 2)):
    values = [point[column] for point in points]
    side.plot(across, values, marker="o", color="#1f77b4")
    if max(across) > 20:
        side.set_xscale("symlog" if min(across) == 0 else "log")
    if max(values) > 10 * min(values):
        side.set_yscale("log")
    else:
        side.set_ylim(0, 1.2 * max(values))
    side.set_xlabel(head[0])
    side.set_ylabel(head[column].replace("_", " "))
    side.grid(alpha=0.3)
figure.tight_layout()
figure.savefig(sys.argv[2], metadata={"Date": None, "Creator": None})
"""


def draw(table, python):
    done = subprocess.run([python, "-c", DRAW, table, table.with_suffix(".svg")], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"no curve of {table.name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, output, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or list(MEASURES)
    for name in names:
        if name not in MEASURES:
            sys.exit(f"error: there is no '{name}'; there are {', '.join(MEASURES)}")
    output.mkdir(parents=True, exist_ok=True)
    python = ROOT / ".build/peers/growth/bin/python"
    if not python.exists():
        listed = ROOT / "Tests/Performance/peers/requirements/growth.txt"
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=False, capture_output=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", listed],
                       check=False) if python.exists() else None
    with tempfile.TemporaryDirectory(prefix="mms-growth-") as folder:
        bench = Bench(program, folder)
        for name in names:
            measure, *head = MEASURES[name]
            print(f"==> {name}", flush=True)
            with open(output / f"{name}.csv", "w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(head)
                for count, seconds, memory in measure(bench):
                    writer.writerow([count, f"{seconds:.4g}", f"{memory:.1f}"])
                    print(f"{count:>12,} {seconds:12.4g} {memory:10.1f}", flush=True)
            if python.exists():
                draw(output / f"{name}.csv", python)


if __name__ == "__main__":
    main()

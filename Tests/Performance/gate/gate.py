#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a step, an operation, an order and a request cost, in instructions and allocations, against limits.csv.

usage: gate.py [--program FILE] [--accept] [--jobs N] [NAME ...]

Each figure is a difference: the program runs twice, with two numbers of runs (or requests) that differ, and what the
longer one cost more is divided by what it did more. Start, warm-up and data cancel. Instructions are counted by
callgrind, allocations by a library that is preloaded. Neither depends on how busy the machine is.

With --accept the measured values are written into limits.csv; the allowances stay. NAME limits it to some rows.
"""
import argparse
import concurrent.futures
import csv
import http.client
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

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import started  # noqa: E402  pylint: disable=wrong-import-position

ROOT = HERE.parents[2]
LIMITS = HERE / "limits.csv"
COLUMNS = ["name", "unit", "instructions", "instructions_allowed_percent", "allocations", "allocations_allowed_more"]

# Name of the benchmark: two numbers of runs.
BENCHMARKS = {
    "quotes/threshold": (10, 130),
    "quotes/threshold_black_swan": (2, 10),
    "model/avellaneda_stoikov": (1, 3),
    "model/Brownian-v1": (2, 8),
    "montecarlo/avellaneda_stoikov": (1, 4),
    "book/mixed": (1, 3),
    "book/l2_feed": (1, 2),
    "book/l2_quoting_100ms": (1, 2),
    "book/generated": (1, 3),
}
# One order of the quoting benchmark: what quoting costs more than the feed alone, over its orders.
ORDER = "order/l2_quoting"
ORDER_OF = ("book/l2_quoting_100ms", "book/l2_feed", 5_000_000 / 200_441)
# Two numbers of requests under callgrind, and two for the count of allocations. The first ones warm caches up.
REQUESTS = {"service/computed": ((10, 40), (50, 250)), "service/cached": ((10, 60), (50, 450))}

FOLDERS = ["--scenario-path", str(ROOT / "scenarios"), "--data-path", str(ROOT / "examples/data"), "--threads", "1"]


class Counter:
    """Runs a command and says what it cost."""

    def __init__(self, folder, program):
        self.folder = Path(folder)
        self.program = self.folder / "mms"
        # Debug information says nothing here and takes valgrind seconds to read.
        if subprocess.run(["strip", "-g", "-o", self.program, program], check=False).returncode != 0:
            shutil.copy(program, self.program)
        self.library = self.folder / "allocations.so"
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-fno-builtin", "-o", self.library, HERE / "allocations.c"], check=True
        )

    def launch(self, kind, arguments):
        """Starts the program under a counter; returns the process, its files, and how to read the count."""
        base = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=self.folder))
        (base / "home").mkdir()
        # Tables hash alike in every process, or else a start costs half a million instructions more or less.
        environment = {**os.environ, "MMS_LOBSTER": "", "MMS_HOME": str(base / "home"),
                       "SWIFT_DETERMINISTIC_HASHING": "1"}
        command = [str(self.program), *arguments]
        if kind == "instructions":
            command = ["valgrind", "--tool=callgrind", "--fair-sched=yes", "--callgrind-out-file=/dev/null",
                       f"--log-file={base}/count", *command]
        else:
            environment |= {"LD_PRELOAD": str(self.library), "MMS_ALLOCATIONS": f"{base}/count"}
        output, errors = open(base / "out", "w"), open(base / "err", "w")
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env=environment, stdin=subprocess.DEVNULL, cwd=self.folder)
        return process, base

    @staticmethod
    def read(kind, base):
        text = (base / "count").read_text() if (base / "count").exists() else ""
        found = re.search(r"Collected : (\d+)" if kind == "instructions" else r"(\d+)", text)
        if not found:
            raise RuntimeError(f"nothing was counted: {text[-400:]} {(base / 'err').read_text()[-400:]}")
        return int(found[1])

    def benchmark(self, kind, name, runs):
        """The count of some runs, and how many elements they worked through."""
        process, base = self.launch(kind, ["bench", name, "--runs", str(runs), "--json", "--quiet", *FOLDERS])
        if process.wait() != 0:
            raise RuntimeError(f"mms bench {name} failed: {(base / 'err').read_text()[-800:]}")
        detail = json.loads((base / "out").read_text())["benchmarks"][0]["detail"]
        found = re.search(r"best of ([\d,]+) runs? of ([\d,]+) ([a-z-]+?)s?[;,]", detail)
        done, elements = (int(found[group].replace(",", "")) for group in (1, 2))
        return self.read(kind, base), done * elements, found[3]

    def service(self, kind, name, requests):
        """The count of a service that answers some requests over one connection."""
        process, base = self.launch(
            kind, ["serve", "--http", "127.0.0.1:0", "--grpc", "none", "--workers", "0", *FOLDERS]
        )
        try:
            connection = http.client.HTTPConnection(started.address(process, base / "err", 300), timeout=120)
            for number in range(requests):
                body = {
                    "symbol": "BTCUSDT", "period": "7d", "scenario": "normal", "strategy": "threshold",
                    "seed": 1 if name == "service/cached" else number + 1,
                    "strategy_params": {
                        "entry_threshold": 0.01, "exit_threshold": 0.005, "position_size": 0.1, "stop_loss": 0.05,
                    },
                }
                connection.request("POST", "/simulate", json.dumps(body).encode(), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"POST /simulate answered {answer.status}: {text[:300]}")
            connection.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=300)
        return self.read(kind, base), requests, "request"


def measure(counter, names, processes):
    """Every row's figures, so many processes at a time."""
    jobs = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=processes) as pool:
        # Those that take longest begin first.
        for name in sorted(names, key=lambda name: (not name.startswith(("service/", "book/l2")), name)):
            for kind in ("instructions", "allocations"):
                if name in REQUESTS:
                    lengths = REQUESTS[name][0 if kind == "instructions" else 1]
                    run = counter.service
                else:
                    lengths, run = BENCHMARKS[name], counter.benchmark
                for length in lengths:
                    jobs[name, kind, length] = pool.submit(run, kind, name, length)
        rows = {name: {} for name in names}
        for (name, kind, _), job in jobs.items():
            rows[name].setdefault(kind, []).append(job.result())
    measured = {}
    for name, kinds in rows.items():
        figures = {"unit": kinds["instructions"][0][2]}
        for kind, ((less, few, _), (more, many, _)) in kinds.items():
            figures[kind] = (more - less) / (many - few)
        measured[name] = figures
    busy, idle, factor = ORDER_OF
    if busy in measured and idle in measured:
        measured[ORDER] = {
            kind: (measured[busy][kind] - measured[idle][kind]) * factor for kind in ("instructions", "allocations")
        } | {"unit": "order"}
    return measured


def judge(measured, limits):
    """Prints every row; returns what is beyond its limit."""
    faults, better = [], []
    print(f"{'':32}{'instructions':>14}{'was':>14}{'allowed':>14}{'allocations':>16}{'was':>12}{'allowed':>12}")
    for name, found in measured.items():
        row = limits.get(name)
        if row is None:
            faults.append(f"{name} has no row in limits.csv")
            continue
        was, share = float(row["instructions"]), float(row["instructions_allowed_percent"])
        was_asked, more = float(row["allocations"]), float(row["allocations_allowed_more"])
        most, most_asked = was * (1 + share / 100), was_asked + more
        now, asked = found["instructions"], found["allocations"]
        print(f"{name:32}{now:14,.2f}{was:14,.2f}{most:14,.2f}{asked:16,.5f}{was_asked:12,.5f}{most_asked:12,.5f}")
        if now > most:
            faults.append(f"{name}: {now:,.2f} instructions per {found['unit']}; it was {was:,.2f}"
                          f" and may be {most:,.2f} (+{share:g} %)")
        elif now < was * (1 - share / 100):
            better.append(f"{name}: {now:,.2f} instructions per {found['unit']}, {was:,.2f} before")
        if asked > most_asked:
            faults.append(f"{name}: {asked:,.5f} allocations per {found['unit']}; it was {was_asked:,.5f}"
                          f" and may be {most_asked:,.5f}")
    for line in better:
        print(f"better by more than the allowance; 'make gate-accept' holds on to it: {line}")
    return faults


def accept(measured, limits):
    for name, found in measured.items():
        row = limits.setdefault(name, {
            "name": name,
            # A service has threads and a database: what it does for a request varies a little.
            "instructions_allowed_percent": "15" if name in REQUESTS else "10" if name == ORDER else "3",
            "allocations_allowed_more": "20" if name in REQUESTS else "0.001",
        })
        row["unit"] = found["unit"]
        row["instructions"] = f"{found['instructions']:.2f}"
        row["allocations"] = f"{max(0.0, found['allocations']):.5f}"
    with open(LIMITS, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(limits.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / ".build/release/mms"))
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for tool in ("valgrind", "cc"):
        if not shutil.which(tool):
            sys.exit(f"error: there is no '{tool}' on the PATH; install it, or run 'make gate'")
    known = [*BENCHMARKS, *REQUESTS]
    names = options.names or known
    for name in names:
        if name not in known:
            sys.exit(f"error: there is no row '{name}'; there are {', '.join(known)}")
    began = time.monotonic()
    limits = {row["name"]: row for row in csv.DictReader(open(LIMITS))} if LIMITS.exists() else {}
    with tempfile.TemporaryDirectory(prefix="mms-gate-") as folder:
        measured = measure(Counter(folder, os.path.realpath(options.program)), names, options.jobs)
    faults = [] if options.accept else judge(measured, limits)
    print(f"measured in {time.monotonic() - began:.0f} s")
    if options.accept:
        accept(measured, limits)
        print(f"written: {LIMITS.relative_to(ROOT)}; commit it, and say in the message why more is worth it")
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    if faults:
        print("       mend it; or, when the cost is meant, run 'make gate-accept', look at the change of\n"
              f"       {LIMITS.relative_to(ROOT)} and commit it with the reason", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

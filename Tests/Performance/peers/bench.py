#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MMS beside what people use today, on the same inputs in the same session.

usage: bench.py [--program FILE] [--fast-program FILE] [--rounds N] [--slow] [--output FILE] [ROW ...]

ROW is one of backtest, sweep, levels, matching, episodes, service, start; all of them when none is named. Peers come
from PyPI at the versions in requirements/*.txt, into virtual environments below .build/peers; a peer that does not
install is a row that says why. Participants of a row run in turn, in several rounds that begin with another one each;
a figure is the median over rounds of the best a process saw, with the least and the most beside it. Times count only
where the results agree. --slow adds what takes a minute and more: a year in backtrader and nautilus_trader.
--fast-program is MMS built for the processor, for the row that says so.
"""
import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BUILD = ROOT / ".build/peers"
DATA = BUILD / "data"
sys.path[:0] = [str(HERE), str(HERE.parent)]
# pylint: disable=wrong-import-position
import started  # noqa: E402
from common import CASH, ENTRY, SIZE, SWEEP, WINDOW  # noqa: E402

STEPS = {"30d": 43_200, "1y": 525_600}
PERIOD = {"30d": "30d", "1y": "365d"}
ENVIRONMENTS = {"backtesters": "3.10", "vectorbt": "3.10", "nautilus": "3.12"}


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


class Unavailable(Exception):
    """A peer that is not there, with the reason."""


# Environments


def interpreter(least):
    """A Python of at least that version that runs and makes virtual environments."""
    minor = int(least.split(".")[1])
    names = [f"python3.{number}" for number in range(minor, minor + 6)] + ["python3"]
    paths = [shutil.which(name) for name in names]
    for root in sorted(Path.home().glob(".pyenv/versions/*")):
        paths.append(str(root / "bin/python3"))
    for path in filter(lambda path: path and os.access(path, os.X_OK), paths):
        check = f"import sys, venv, ensurepip; sys.exit(sys.version_info < (3, {minor}))"
        if subprocess.run([path, "-c", check], capture_output=True, check=False).returncode == 0:
            return path
    raise Unavailable(f"there is no Python {least} or later with venv here")


def pip(environment, *arguments):
    """Runs pip; the last error it printed, or nothing."""
    command = [BUILD / environment / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    errors = [line for line in done.stderr.splitlines() if "ERROR" in line or "error:" in line]
    return (errors or done.stderr.splitlines() or ["pip failed"])[-1].strip()


def install(environment):
    """Makes an environment once; what does not install is remembered with its reason."""
    folder, listed = BUILD / environment, HERE / f"requirements/{environment}.txt"
    marks = folder / "installed.json"
    wanted = listed.read_text()
    if marks.exists():
        held = json.loads(marks.read_text())
        if held["wanted"] == wanted:
            return held["failures"]
    failures = {}
    try:
        python = interpreter(ENVIRONMENTS[environment])
        say(f"installing {listed.relative_to(ROOT)} into {folder.relative_to(ROOT)}")
        subprocess.run([python, "-m", "venv", folder], check=True, capture_output=True)
        if pip(environment, "-r", listed):
            # One that has no wheel here must not keep the others away.
            for line in wanted.splitlines():
                if line and not line.startswith("#"):
                    reason = pip(environment, line)
                    if reason:
                        failures[re.split(r"[=\[]", line)[0]] = reason
    except (Unavailable, subprocess.CalledProcessError) as error:
        failures["*"] = str(error)
    if folder.exists():
        marks.write_text(json.dumps({"wanted": wanted, "failures": failures}))
    return failures


def script(environment, package, *arguments, **variables):
    """Runs a peer's script; the JSON line it prints."""
    failures = install(environment)
    for name in (package, "*"):
        if name in failures:
            raise Unavailable(failures[name])
    command = [str(BUILD / environment / "bin/python"), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, check=False, env={**os.environ, **variables})
    if done.returncode != 0:
        raise Unavailable((done.stderr.strip().splitlines() or ["it failed and said nothing"])[-1][:200])
    return json.loads(done.stdout.strip().splitlines()[-1])


# MMS


class MMS:
    """The program, with a folder of its own."""

    def __init__(self, program, folder):
        self.program = str(program)
        self.home = Path(folder)
        self.folders = ["--scenario-path", str(HERE / "scenarios"), "--scenario-path", str(ROOT / "scenarios"),
                        "--data-path", str(ROOT / "examples/data")]

    def run(self, *arguments):
        done = subprocess.run(
            [self.program, *map(str, arguments), *self.folders, "--quiet", "--json"], capture_output=True, text=True,
            check=False, env={**os.environ, "MMS_HOME": str(self.home)})
        if done.returncode != 0:
            sys.exit(f"error: {self.program} {' '.join(map(str, arguments))}: {done.stderr.strip()[-800:]}")
        return json.loads(done.stdout)

    def request(self, period, entry=ENTRY):
        return {
            "symbol": "SEEDED", "period": PERIOD[period], "scenario": "normal", "strategy": "threshold", "seed": 1,
            "data": f"csv:{DATA}/bars_{period}.csv?symbol=SEEDED&resolution=1m",
            "strategy_params": {
                "mode": "momentum", "window": WINDOW, "entry_threshold": entry, "exit_threshold": 0,
                "position_size": SIZE, "stop_loss": 0,
            },
        }

    def results(self, period, entry=ENTRY):
        """Trades and last equity of the strategy on the bars."""
        request = self.request(period, entry)
        arguments = ["simulate", "--symbol", "SEEDED", "--period", request["period"], "--scenario", "normal",
                     "--seed", 1, "--data", request["data"]]
        for name, value in request["strategy_params"].items():
            arguments += ["--param", f"{name}={value}"]
        found = self.run(*arguments)
        return {"trades": found["trades"], "equity": CASH * (1 + found["total_return"])}

    def bench(self, *names):
        """Seconds for one element of a benchmark."""
        found = self.run("bench", *names)["benchmarks"][0]
        return found["value"] * 1e-9 if found["unit"].startswith("ns/") else 1 / found["value"]


# Rounds


def rounds(count, participants):
    """Runs participants in turn; for each its outcomes, or the reason why there are none."""
    outcomes, reasons, names = {}, {}, list(participants)
    for number in range(count):
        for name in names[number % len(names):] + names[:number % len(names)]:
            if name in reasons:
                continue
            try:
                outcomes.setdefault(name, []).append(participants[name]())
            except Unavailable as error:
                reasons[name] = str(error)
                outcomes.pop(name, None)
    return outcomes, reasons


def spread(values, scale, digits):
    """Median and, in brackets, least and most."""
    form = f"{{:,.{digits}f}}"
    low, middle, high = min(values), statistics.median(values), max(values)
    text = form.format(middle * scale)
    return text if len(values) == 1 else f"{text} ({form.format(low * scale)}–{form.format(high * scale)})"


class Table:
    """Rows of Markdown, written as they come."""

    def __init__(self, output):
        self.lines = []
        self.output = output

    def section(self, title, unit, remark=""):
        self.lines += ["", f"## {title}", ""]
        if remark:
            self.lines += [remark, ""]
        self.lines += [f"| who | {unit} | MMS is × as fast | results | what it does and does not model |",
                       "| --- | --- | --- | --- | --- |"]
        print(f"\n{title} [{unit}]")

    def add(self, *cells):
        self.lines.append("| " + " | ".join(cells) + " |")
        print("  " + "   ".join(cells[:4]), flush=True)
        self.write()

    def write(self):
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self.output.write_text("\n".join(self.lines) + "\n")

    def fill(self, ours, outcomes, reasons, scale, digits, remarks, verdicts, is_rate=False):
        """One row for each participant. Outcomes hold seconds, or with `is_rate` something a second."""
        own = [outcome["seconds"] for outcome in outcomes[ours]]
        for name, remark in remarks.items():
            if name in reasons:
                self.add(name, "not measured", "", reasons[name].replace("|", "/"), remark)
                continue
            found = outcomes[name]
            values = [outcome["seconds"] for outcome in found]
            label = name if "version" not in found[0] or name.startswith(("MMS", "floor")) else f"{name} {found[0]['version']}"
            verdict = verdicts.get(name, "")
            ratio = ""
            if name != ours and not verdict.startswith("DIFFER"):
                pairs = [theirs / mine for theirs, mine in zip(values, own)]
                if is_rate:
                    pairs = [1 / pair for pair in pairs]
                ratio = spread(pairs, 1, 2)
            self.add(label, spread(values, scale, digits), ratio, verdict, remark)


# What is measured

BACKTEST_REMARKS = {
    "MMS": "this market: fee, fixed slippage, fills at the close. Latency, queues, impact, volume cap, intrabar stops,"
           " cost split and order lifecycle are there and switched off by the scenario",
    "floor: a numba loop": "this strategy and nothing else: no orders, no other strategy; the least one can do",
    "raptorbt": "signals as arrays, fee, slippage; sizes from the capital at the start; no latency, no book",
    "vectorbt, Rust engine": "signals as arrays, fee, slippage, cash; no latency, no queue, no impact",
    "vectorbt, numba engine": "the same; its first call compiles for half a minute and more, then uses a cache",
    "backtesting.py": "strategy bar by bar, whole units, commission (slippage on entries only, so given as commission)",
    "backtrader": "strategy bar by bar, broker with commission and slippage; no latency, no queue",
    "nautilus_trader": "event-driven: orders, latency, matching engine; slippage given as fee",
}


def backtesters(period, sweep=()):
    bars = DATA / f"bars_{period}.npy"
    more = ["sweep"] if sweep else []

    def of(environment, package, peer):
        return lambda: script(environment, package, "threshold.py", peer, bars, *more)

    found = {
        "floor: a numba loop": of("backtesters", "numba", "floor"),
        "raptorbt": of("backtesters", "raptorbt", "raptorbt"),
        "vectorbt, Rust engine": of("vectorbt", "vectorbt-rust", "vectorbt-rust"),
        "vectorbt, numba engine": of("vectorbt", "vectorbt", "vectorbt-numba"),
    }
    if not sweep:
        found |= {
            "backtesting.py": of("backtesters", "backtesting", "backtesting"),
            "backtrader": of("backtesters", "backtrader", "backtrader"),
            "nautilus_trader": of("nautilus", "nautilus_trader", "nautilus"),
        }
    return found


def agreement(theirs, ours, tolerance):
    """Whether trades are equal and the last equities within the tolerance, in words."""
    if theirs["trades"] != ours["trades"]:
        return f"DIFFER: {theirs['trades']:,} trades, not {ours['trades']:,}"
    if theirs.get("equity") is None:
        return f"{ours['trades']:,} trades, equal; sized otherwise, so equity is not compared"
    error = abs(theirs["equity"] / ours["equity"] - 1)
    if error > tolerance:
        return f"DIFFER: equity {theirs['equity']:,.4f}, not {ours['equity']:,.4f}"
    return f"{ours['trades']:,} trades, equity equal to {error:.0e}"


def compare_backtests(mms, table, options, sweep=False):
    for period in ("30d",) if sweep else ("30d", "1y"):
        say(f"{'64 parameter sets' if sweep else 'threshold strategy'}, {STEPS[period]:,} bars")
        requests = [mms.request(period, entry) for entry in SWEEP] if sweep else [mms.request(period)]
        path = mms.home / f"request-{len(requests)}-{period}.json"
        path.write_text(json.dumps(requests))
        steps = STEPS[period] * len(requests)
        participants = {"MMS": lambda: {"seconds": mms.bench("--request", path) * steps}} | backtesters(period, sweep)
        slow = ("backtrader", "nautilus_trader")
        once = {name: participants.pop(name) for name in slow if name in participants} if period == "1y" else {}
        outcomes, reasons = rounds(options.rounds, participants)
        if options.slow:
            more, others = rounds(1, once)
            outcomes |= more
            reasons |= others
        else:
            reasons |= dict.fromkeys(once, "a minute and more: `make bench SLOW=1`")
        ours = mms.results(period) if not sweep else None
        # A loss of 99.9 % within the year enlarges the rounding of quantities.
        tolerance = 1e-5 if period == "30d" else 1e-3
        verdicts = {}
        for name, found in outcomes.items():
            if sweep:
                # The first set's trades, held against the floor's: its agreement with MMS is the row above.
                reference = outcomes["floor: a numba loop"][0] if "floor: a numba loop" in outcomes else None
                if reference and name != "MMS":
                    verdicts[name] = agreement(found[0], reference, tolerance)
            else:
                verdicts[name] = agreement(found[0] if name != "MMS" else ours, ours, tolerance)
        title = "64 parameter sets of it, 43,200 bars" if sweep else f"Threshold strategy, {STEPS[period]:,} bars"
        table.section(f"{title}, one core", "ms")
        remarks = {name: remark for name, remark in BACKTEST_REMARKS.items() if name in participants | once}
        table.fill("MMS", outcomes, reasons, 1e3, 3, remarks, verdicts)


def compare_levels(mms, table, options):
    for name, every, title in (("book/l2_feed", "none", "the feed alone"),
                               ("book/l2_quoting_100ms", "100", "two quotes, looked at every 100 ms"),
                               ("book/l2_quoting_10ms", "10", "two quotes, looked at every 10 ms")):
        say(f"5,000,000 events of levels: {title}")
        outcomes, reasons = rounds(options.rounds, {
            "MMS": lambda name=name: {"seconds": mms.bench(name) * 5e6},
            "hftbacktest": lambda every=every: script(
                "backtesters", "hftbacktest", "levels.py", DATA / "levels.bin", every),
        })
        detail = mms.run("bench", name)["benchmarks"][0]["detail"]
        verdicts = {"MMS": re.sub(r"^one core, [^;]*; ", "", detail).split("; best")[0].split(", balance")[0]}
        if "hftbacktest" in outcomes:
            theirs = outcomes["hftbacktest"][0]
            found = re.search(r"([\d,]+) orders, ([\d,]+) fills", detail)
            told = [int(found[index].replace(",", "")) for index in (1, 2)] if found else [0, 0]
            is_equal = told == [theirs["orders"], theirs["fills"]]
            verdicts["hftbacktest"] = (
                f"{theirs['orders']:,} orders, {theirs['fills']:,} fills, " + ("equal" if is_equal else f"not {told}"))
            if not is_equal:
                verdicts["hftbacktest"] = "DIFFER: " + verdicts["hftbacktest"]
        table.section(f"5,000,000 events of 20 levels a side: {title}", "ms")
        table.fill("MMS", outcomes, reasons, 1e3, 0, {
            "MMS": "feed and order latency, queue position by a power law, post-only quotes, rebates; market impact and"
                   " partial fills are there and off",
            "hftbacktest": "the same with the same settings (`ROIVectorMarketDepth`); no market impact; its first call"
                           " compiles the strategy for several seconds, not counted",
        }, verdicts)


def compare_matching(mms, table, options):
    say("1,010,000 operations in a matching engine")
    program = BUILD / "matching"
    subprocess.run(["cc", "-O3", "-march=native", "-o", program, HERE / "matching.c", "-ldl"], check=True)
    wanted = json.loads((DATA / "orders.json").read_text())
    def of(package, peer):
        return lambda: script("backtesters", package, "matching.py", peer, DATA, program)

    peers = {"floor: a price ladder in C": "ladder", "orderly-chaos": "orderly-chaos",
             "limit-order-book": "limit-order-book", "bourse": "bourse"}
    participants = {"MMS": lambda: {"seconds": mms.bench("book/mixed") * wanted["operations"]}}
    participants |= {name: of(peer if peer != "ladder" else "numpy", peer) for name, peer in peers.items()}
    outcomes, reasons = rounds(options.rounds, participants)
    verdicts = {"MMS": f"{wanted['trades']:,} trades, checked in every run"}
    for name, found in outcomes.items():
        if name == "MMS":
            continue
        keys = [key for key in ("trades", "volume", "notional", "resting") if key in found[0]]
        told = {key: found[0][key] for key in keys}
        expected = {key: wanted[key] for key in keys}
        verdicts[name] = f"{', '.join(keys)} equal" if told == expected else f"DIFFER: {told}, not {expected}"
    table.section("1,010,000 limit orders, cancels and market orders", "ms")
    table.fill("MMS", outcomes, reasons, 1e3, 1, {
        "MMS": "limit, market, stop, IOC, FOK, post-only, modify; trades told; self-trade prevention, bands, halts,"
               " queue positions, saved state there and unused",
        "floor: a price ladder in C": "limit, market, cancel on a fixed band of prices, nothing checked; no product",
        "orderly-chaos": "limit, market, cancel; trades told through a callback; C++ called from C",
        "limit-order-book": "limit, market, cancel; tells no trades, so only what rests is compared; C++ called from C",
        "bourse": "limit, market, cancel, trades kept; Rust called from Python, which is its only interface",
    }, verdicts)


def compare_episodes(mms, table, options):
    say("Avellaneda–Stoikov, 1,000 paths of 200 steps")
    steps = 200_000
    participants = {"MMS": lambda: {"seconds": mms.bench("montecarlo/avellaneda_stoikov") * steps}}
    if options.fast_program:
        fast = MMS(options.fast_program, mms.home)
        participants["MMS for this processor"] = (
            lambda: {"seconds": fast.bench("montecarlo/avellaneda_stoikov") * steps})

    def numpy():
        found = script("backtesters", "numpy", HERE.parent / "avellaneda_stoikov.py")
        return {"seconds": steps / found["numpy"], "version": f"{found['numpy_version']}, batch {found['batch']}"}

    participants["NumPy"] = numpy
    outcomes, reasons = rounds(options.rounds, participants)
    table.section("Avellaneda–Stoikov, 1,000 episodes of 200 steps, one core", "ms")
    table.fill("MMS", outcomes, reasons, 1e3, 2, {
        name: remark for name, remark in {
            "MMS": "orders, fills, accounts and six metrics of every path; the portable build",
            "MMS for this processor": "the same, built with `-march=x86-64-v3`",
            "NumPy": "this model and nothing else, a vector over paths, at its best batch",
        }.items() if name in participants
    }, {"MMS": "published means, `mms reference`", "NumPy": "mean profit 64.9 ± 0.25, asserted"})


LUA = """
local number = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local threads = 0
function setup(thread) thread:set("base", {base} + threads * 10000000) threads = threads + 1 end
function init() number = base end
function request()
  number = number + {step}
  return wrk.format(nil, "/simulate", nil, '{body}' .. number .. '}}')
end
"""


def load(url, folder, seconds, body, step, base):
    """Simulations a second at 8 connections."""
    path = folder / f"load-{base}.lua"
    text = json.dumps(body)[:-1] + ', "seed": '
    path.write_text(LUA.format(base=base, step=step, body=text))
    return requests_a_second(url, seconds, "--timeout", "30s", "-s", path)


def requests_a_second(url, seconds, *options):
    """What wrk counts at 8 connections."""
    done = subprocess.run(["wrk", "-t2", "-c8", f"-d{seconds}s", *options, url], capture_output=True, text=True,
                          check=True)
    if "Non-2xx" in done.stdout:
        sys.exit(f"error: not every answer of {url} was 200:\n{done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def wait_for(url, process):
    for _ in range(1200):
        if process.poll() is not None:
            raise Unavailable(f"its server ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise Unavailable("its server did not answer within two minutes")


def compare_service(mms, table, options):
    say("POST /simulate at 8 connections")
    if not shutil.which("wrk"):
        table.section("POST /simulate, 8 connections", "requests/s")
        table.add("all", "not measured", "", "there is no 'wrk' on the PATH", "")
        return
    cores, folder, seconds, count = os.cpu_count() or 1, mms.home / "service", 5, [0]
    folder.mkdir()
    with open(DATA / "bars_30d.csv") as bars, open(folder / "SEEDED-1m.csv", "w") as copy:
        shutil.copyfileobj(bars, copy)
    service = MMS(mms.program, folder)
    service.run("data", "import", folder / "SEEDED-1m.csv", "--symbol", "SEEDED", "--source", "seeded",
                "--resolution", "1m")
    def ours(step, entry):
        count[0] += 1
        body = mms.request("30d", entry)
        for name in ("data", "seed"):
            del body[name]
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(
                [service.program, "serve", "--http", "127.0.0.1:0", "--grpc", "none", "--workers", str(cores),
                 *service.folders], stderr=log, stdout=log, env={**os.environ, "MMS_HOME": str(folder)})
        try:
            url = f"http://{started.address(process, folder / 'log')}"
            load(url, folder, 1, body, step, count[0] * 100_000_000 + 50_000_000)
            return {"seconds": load(url, folder, seconds, body, step, count[0] * 100_000_000)}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=120)

    def theirs(peer, entry=None):
        failures = install("vectorbt")
        for name in ("fastapi", "uvicorn", "raptorbt" if peer == "raptorbt" else "vectorbt", "*"):
            if name in failures:
                raise Unavailable(failures[name])
        url = "http://127.0.0.1:18766"
        body = {"symbol": "SEEDED", "period": "30d", "scenario": "normal",
                "strategy_params": {"entry_threshold": entry, "exit_threshold": 0, "position_size": SIZE}}

        def measure(seconds):
            if entry is None:
                return requests_a_second(f"{url}/healthz", seconds)
            return load(url, folder, seconds, body, 1, 1)

        variables = {**os.environ, "PEER": peer, "BARS": str(DATA / "bars_30d.npy")}
        process = subprocess.Popen(
            [BUILD / "vectorbt/bin/python", "-m", "uvicorn", "service_app:app", "--port", "18766", "--workers",
             str(cores), "--log-level", "warning"], cwd=HERE, env=variables, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"{url}/healthz", process)
            # Every worker finishes its warm-up.
            measure(2)
            return {"seconds": measure(seconds)}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)

    # Often, and a few times a month as in the specification's example.
    for entry in (ENTRY, 0.006):
        trades = mms.results("30d", entry)["trades"]
        outcomes, reasons = rounds(min(options.rounds, 2), {
            "MMS": lambda: ours(1, entry),
            "MMS, one request again and again": lambda: ours(0, entry),
            "FastAPI + raptorbt": lambda: theirs("raptorbt", entry),
            "FastAPI + vectorbt, Rust engine": lambda: theirs("vectorbt-rust", entry),
            "FastAPI, GET of a constant": lambda: theirs("raptorbt"),
        })
        title = (f"POST /simulate, 30 days with {trades} trades, 8 connections, {cores} workers, the load on the same"
                 " machine")
        table.section(title, "requests/s")
        table.fill("MMS", outcomes, reasons, 1, 0, {
            "MMS": "another seed each time, so that every request is computed; committed to a database before it is"
                   " answered, survives the death of workers and service",
            "MMS, one request again and again": "the same, answered from its cache",
            "FastAPI + raptorbt": "bars in memory, nothing is kept",
            "FastAPI + vectorbt, Rust engine": "bars in memory, nothing is kept",
            "FastAPI, GET of a constant": "simulates nothing: how fast this machine serves",
        }, {}, is_rate=True)


def compare_start(mms, table, _options):
    say("start and cold run")

    def best(arguments, count):
        found = []
        for _ in range(count):
            with tempfile.TemporaryDirectory() as home:
                start = time.perf_counter()
                subprocess.run([mms.program, *arguments], check=True, capture_output=True,
                               env={**os.environ, "MMS_HOME": home})
                found.append(time.perf_counter() - start)
        return found

    table.section("Start", "ms, median (least–most)")
    usage = best(["--help"], 21)
    table.add("`mms --help`", spread(usage, 1e3, 1), "", f"target 30 ms: {verdict(usage, 0.030)}", "")
    cold = best(["simulate", "--symbol", "BTCUSDT", "--period", "30d", "--scenario", "normal", "--scenario-path",
                 str(ROOT / "scenarios"), "--data-path", str(ROOT / "examples/data")], 7)
    table.add("`mms simulate`, 30 days, no database yet", spread(cold, 1e3, 0), "",
              f"target 300 ms: {verdict(cold, 0.3)}", "reads the bundled CSV, runs, writes the database")


def verdict(values, limit):
    return "met" if statistics.median(values) <= limit else "MISSED"


def processor():
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "unknown processor"
    found = re.search(r"model name\s*: (.*)", text)
    return f"{found[1] if found else 'unknown processor'}, {os.cpu_count()} cores"


ROWS = {
    "backtest": compare_backtests,
    "sweep": lambda mms, table, options: compare_backtests(mms, table, options, sweep=True),
    "levels": compare_levels,
    "matching": compare_matching,
    "episodes": compare_episodes,
    "service": compare_service,
    "start": compare_start,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / ".build/release/mms"))
    parser.add_argument("--fast-program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--output", default=str(ROOT / ".build/bench/table.md"))
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    for row in options.rows:
        if row not in ROWS:
            sys.exit(f"error: there is no row '{row}'; there are {', '.join(ROWS)}")
    DATA.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    failures = install("backtesters")
    if not (DATA / "bars_1y.csv").exists():
        if "numpy" in failures or "*" in failures:
            sys.exit(f"error: the bars are made with NumPy, which does not install: {failures}")
        say("making the bars")
        subprocess.run([BUILD / "backtesters/bin/python", HERE / "make_bars.py", DATA], check=True)
    with tempfile.TemporaryDirectory(prefix="mms-bench-") as folder:
        mms = MMS(os.path.realpath(options.program), folder)
        if not (DATA / "levels.bin").exists():
            say("writing the streams of the books")
            subprocess.run([mms.program, "bench", "--write-streams", DATA], check=True)
        table = Table(Path(options.output))
        busy = os.getloadavg()[0]
        table.lines = [
            "# MMS beside its peers", "",
            f"{time.strftime('%Y-%m-%d')}, {processor()}; load average {busy:.1f} at the start. Median of"
            f" {options.rounds} rounds in turn, least and most in brackets; `make bench`."]
        for row in options.rows or ROWS:
            ROWS[row](mms, table, options)
        table.write()
    print(f"\nwritten: {options.output}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

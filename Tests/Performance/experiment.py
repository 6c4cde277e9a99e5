#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much of the bare engine's throughput an experiment keeps, and whether its memory stays flat.

    Tests/Performance/experiment.py [PROGRAM] [--trials N] [--rounds N] [--least SHARE] [--short]

PROGRAM is the built mms (.build/release/mms). An experiment of N one-path simulations of 30 days (10,000) is run with as
many jobs as there are processors; the time of one of 2 trials, which is what it takes to start, is taken off. Beside it
requests like them go through the engine alone: `mms bench --request` with the first 256 trials, a process for each
processor at once, nothing but the runs inside its clock. In each round (5) the engine runs before and after the
experiment, and its rate is the mean of both: a machine that is shared is now faster, now slower. The median of the
rounds' shares counts. Memory is the peak resident size, against that of a tenth of the trials. --short counts
instructions with callgrind instead, which do not depend on how busy the machine is: what 32 trials more cost an
experiment, and what 32 runs more of the same requests cost the engine. Ends with 1 when the share is less than SHARE
(0.85) or memory has grown by more than 16 MiB.
"""
import argparse, csv, json, os, re, shutil, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAYS = 30
STEPS = DAYS * 1440
PLACES = ("--scenario-path", f"{ROOT}/scenarios", "--data-path", f"{ROOT}/examples/data", "--quiet")
AXES = ("entry_threshold", "exit_threshold")
BASE = {"symbol": "BTCUSDT", "period": f"{DAYS}d", "scenario": "normal", "seed": 7}
EXPERIMENT = """apiVersion: mms/v1
kind: Experiment
metadata: {{name: throughput}}
spec:
  base: {base}
  sobol:
    samples: {samples}
    seed: 1
    parameters:
      strategy_params.entry_threshold: {{min: 0.005, max: 0.04, scale: log}}
      strategy_params.exit_threshold: {{min: 0, max: 0.005}}
  metrics: [total_return, sharpe_ratio, slippage]
"""


def definition(trials):
    """The file of an experiment of some trials."""
    return EXPERIMENT.format(base=json.dumps(BASE), samples=trials)


def command(scratch, trials):
    """The words that run an experiment of some trials, and its empty folder."""
    file, folder = f"{scratch}/{trials}.yaml", f"{scratch}/{trials}"
    shutil.rmtree(folder, ignore_errors=True)
    with open(file, "w") as out:
        out.write(definition(trials))
    return ["experiment", "run", file, "--output", folder, "--yes", *PLACES], folder


def experiment(program, scratch, trials):
    """Seconds, processor seconds, peak MiB and the folder of a whole run."""
    words, folder = command(scratch, trials)
    began = time.monotonic()
    process = subprocess.Popen([program, *words],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        code = os.waitstatus_to_exitcode(status)
        sys.exit(f"error: an experiment of {trials} trials ended with {code}: {error}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, folder


def requests(folder, file, pick):
    """Some trials of an experiment as requests."""
    with open(f"{folder}/results.csv") as table:
        rows = pick(list(csv.DictReader(table)))
    bodies = [BASE | {"strategy_params": {name: float(row[f"strategy_params.{name}"]) for name in AXES}} for row in rows]
    with open(file, "w") as out:
        json.dump(bodies, out)


def bare(program, file, jobs):
    """Paths a second of the engine alone, on every processor at once."""
    started = [subprocess.Popen([program, "bench", "--request", file, "--json", *PLACES], stdout=subprocess.PIPE,
                                text=True) for _ in range(jobs)]
    rate = 0
    for process in started:
        text = process.communicate()[0]
        if process.returncode != 0:
            sys.exit(f"error: mms bench ended with {process.returncode}")
        # The median and not the best: an experiment's whole time has the interruptions of every trial in it too.
        median = re.search(r"median ([\d.,]+)", json.loads(text)["benchmarks"][0]["detail"])[1].replace(",", "")
        rate += 1e9 / (float(median) * STEPS)
    return rate


def instructions(program, scratch, words):
    """Instructions of a run on one thread."""
    log = f"{scratch}/count"
    done = subprocess.run(["valgrind", "--tool=callgrind", "--fair-sched=yes", "--callgrind-out-file=/dev/null",
                           f"--log-file={log}", program, *words, "--threads", "1"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: mms {words[0]} ended with {done.returncode} under valgrind: {done.stderr}")
    with open(log) as text:
        return int(re.search(r"Collected : (\d+)", text.read()).group(1))


def short(program, scratch):
    """The engine's share of what an experiment executes for one simulation more."""
    few, many = 16, 48
    # Debug information says nothing here and takes valgrind seconds to read.
    subprocess.run(["strip", "-g", "-o", f"{scratch}/mms", program], check=True)
    counts = []
    for trials in (few, many):
        words, folder = command(scratch, trials)
        counts.append(instructions(f"{scratch}/mms", scratch, words))
    file = f"{scratch}/requests.json"
    requests(folder, file, lambda rows: rows[few:])
    runs = [instructions(f"{scratch}/mms", scratch, ["bench", "--request", file, "--json", "--runs", f"{n}", *PLACES])
            for n in (1, 2)]
    trial, path = (counts[1] - counts[0]) / (many - few), (runs[1] - runs[0]) / (many - few)
    print(f"engine alone: {path:,.0f} instructions for a simulation of {DAYS} days")
    print(f"experiment: {trial:,.0f} for one more: {path / trial:.1%}")
    return path / trial


def long(program, scratch, options):
    """The share of the engine's rate that an experiment has."""
    jobs = len(os.sched_getaffinity(0))
    file = f"{scratch}/requests.json"
    # A whole power of two of points: parts of a Sobol sequence by any other rule are no even sample of it.
    requests(experiment(program, scratch, 256)[3], file, lambda rows: rows)
    start = min(experiment(program, scratch, 2)[0] for _ in range(3))
    shares, before = [], bare(program, file, jobs)
    for _ in range(options.rounds):
        whole, cost, _, _ = experiment(program, scratch, options.trials)
        after = bare(program, file, jobs)
        engine, rate = (before + after) / 2, options.trials / (whole - start)
        shares.append(rate / engine)
        print(f"engine alone, {jobs} processors: {engine:,.0f} simulations of {DAYS} days a second; experiment of"
              f" {options.trials:,}: {rate:,.0f} a second ({whole:.2f} s, {start:.2f} s of them to start;"
              f" {cost / options.trials * 1e6:.0f} µs of a processor each): {shares[-1]:.1%}")
        before = after
    print(f"median of {options.rounds} rounds: {statistics.median(shares):.1%}")
    return statistics.median(shares)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", default=f"{ROOT}/.build/release/mms")
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--least", type=float, default=0.85)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    scratch = tempfile.mkdtemp()
    os.environ["MMS_HOME"] = f"{scratch}/home"
    try:
        share = short(program, scratch) if options.short else long(program, scratch, options)
        trials = 2_000 if options.short else options.trials
        small, large = (experiment(program, scratch, count)[2] for count in (trials // 10, trials))
        print(f"memory: {large:.0f} MiB at most, {small:.0f} MiB with a tenth of the trials")
        if share < options.least:
            sys.exit(f"error: {share:.1%} of the engine's throughput; at least {options.least:.0%} was promised")
        if large > small + 16:
            sys.exit("error: memory grows with the number of trials")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()

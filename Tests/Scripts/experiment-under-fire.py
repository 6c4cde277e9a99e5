#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills an experiment at random and continues it: the bytes have to be those of an undisturbed run.

    Tests/Scripts/experiment-under-fire.py [PROGRAM] [TRIALS] [KILLS]

PROGRAM is the built mms (.build/release/mms); TRIALS simulations of 30 days (10,000) are run undisturbed, then killed
KILLS times (10) at random moments and continued, then in three shards, one of them killed, and merged. Prints rate and
memory of the undisturbed run; ends with 1 when a byte differs or a finished trial is lost.
"""
import json, os, random, shutil, signal, subprocess, sys, tempfile, time

PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/mms")
TRIALS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 10
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The one whose rate is measured.
sys.path.insert(0, f"{ROOT}/Tests/Performance")
from experiment import definition  # noqa: E402


def start(*arguments):
    return subprocess.Popen([PROGRAM, "experiment", *arguments, "--quiet"], cwd=ROOT,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def run(*arguments):
    """Runs to the end; seconds and the largest resident size in MiB."""
    began = time.monotonic()
    process = start(*arguments)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"error: mms experiment {' '.join(arguments)} ended with {status}: {error}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def done(folder):
    result = subprocess.run([PROGRAM, "experiment", "status", folder, "--json"], capture_output=True, text=True)
    return json.loads(result.stdout)["done"] if result.returncode == 0 else 0


def same(a, b):
    for name in ("results.csv", "experiment.json"):
        with open(f"{a}/{name}", "rb") as first, open(f"{b}/{name}", "rb") as second:
            if first.read() != second.read():
                sys.exit(f"error: {name} differs between {a} and {b}")


def main():
    scratch = tempfile.mkdtemp()
    os.environ["MMS_HOME"] = f"{scratch}/home"
    try:
        file = f"{scratch}/fire.yaml"
        with open(file, "w") as out:
            out.write(definition(TRIALS))
        seconds, memory = run("run", file, "--output", f"{scratch}/calm", "--yes")
        print(f"undisturbed: {TRIALS} trials in {seconds:.1f} s, {TRIALS / seconds:.0f}/s, {memory:.0f} MiB", flush=True)
        dice = random.Random(1)
        kept = 0
        for kill in range(KILLS):
            process = start("run", file, "--output", f"{scratch}/hurt", "--yes")
            time.sleep(0.3 + dice.random() * seconds / KILLS)
            process.send_signal(signal.SIGKILL)
            process.wait()
            now = done(f"{scratch}/hurt")
            if now < kept:
                sys.exit(f"error: {kept - now} finished trials were lost")
            print(f"killed {kill + 1}: {now} of {TRIALS} done", flush=True)
            kept = now
        run("run", file, "--output", f"{scratch}/hurt", "--yes")
        same(f"{scratch}/calm", f"{scratch}/hurt")
        for shard in (1, 2, 3):
            arguments = ("run", file, "--output", f"{scratch}/s{shard}", "--shard", f"{shard}/3", "--yes")
            if shard == 2:
                process = start(*arguments)
                time.sleep(0.3 + dice.random() * seconds / 6)
                process.kill()
                process.wait()
            run(*arguments)
        run("merge", *(f"{scratch}/s{shard}" for shard in (3, 1, 2)), "--output", f"{scratch}/merged")
        same(f"{scratch}/calm", f"{scratch}/merged")
        print("the same bytes: killed and continued, and merged from three shards")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()

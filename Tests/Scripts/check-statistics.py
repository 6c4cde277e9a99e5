#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what `mms` says of paths, returns and differences against scipy, arch and empyrical.

Usage: check-statistics.py MMS [--short]

Needs numpy, scipy, arch and empyrical-reloaded from PyPI (`make check-statistics` puts them into a folder of its own).
Every figure is computed twice: by `mms`, and from the paths or the equity that `mms` writes, by software that knows
nothing of it. Exits with 1 when one is further away than its tolerance, which is rounding for what is a formula and a
multiple of the Monte Carlo error for what is resampled.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from arch.bootstrap import IIDBootstrap, StationaryBootstrap
from scipy import stats

warnings.simplefilter("ignore")
import empyrical  # noqa: E402  (it warns while it is loaded)

failures = []


def run(mms, home, *words):
    done = subprocess.run(
        [mms, *words, "--json", "--quiet"], capture_output=True, text=True, env={**os.environ, "MMS_HOME": home}
    )
    if done.returncode != 0:
        sys.exit(f"error: mms {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def check(what, ours, theirs, tolerance):
    distance = abs(ours - theirs) / max(abs(theirs), 1e-12)
    good = distance <= tolerance
    print(f"{'ok  ' if good else 'FAIL'}  {what:58} {ours:14.8g} {theirs:14.8g}  {distance:8.1e} <= {tolerance:.1e}")
    if not good:
        failures.append(what)


def over_paths(mms, home, paths):
    common = ["--symbol", "BTCUSDT", "--period", "4d", "--seed", "5", "--paths", str(paths)]
    strategy = ["--param", "entry_threshold=0.01"]
    found = run(mms, home, "compare", "normal", "high_volatility", *common, *strategy, "--path-values")
    rows = {row["metric"]: row for row in found["metrics"]}
    for metric in ("total_return", "max_drawdown", "sharpe_ratio"):
        a = np.array(found["path_values"]["a"][metric])
        b = np.array(found["path_values"]["b"][metric])
        row, differences = rows[metric], a - b
        check(f"{metric}: difference, numpy", row["difference"], differences.mean(), 1e-9)
        check(f"{metric}: its standard error, scipy", row["standard_error"], stats.sem(differences), 1e-9)
        effect = differences.mean() / differences.std(ddof=1)
        check(f"{metric}: effect size, numpy", row["effect_size"], effect, 1e-9)
        saved = 1 - differences.var(ddof=1) / (a.var(ddof=1) + b.var(ddof=1))
        check(f"{metric}: variance saved by pairing, numpy", row["variance_saved"], saved, 1e-9)
        # Symmetric bootstrap-t by arch's resampler: the same law, other draws.
        sample = IIDBootstrap(differences, seed=1)
        mean = differences.mean()
        far = [abs(x[0][0].mean() - mean) / stats.sem(x[0][0]) for x in sample.bootstrap(4000)]
        reach = np.quantile(far, 0.95) * stats.sem(differences)
        half = (row["interval"][1] - row["interval"][0]) / 2
        # The 95 % quantile of 1,999 draws has an error of some 2 %, three of which may add up with arch's.
        check(f"{metric}: half of the 95 % interval, arch", half, reach, 0.08)
    alone = run(mms, home, "simulate", "--scenario", "high_volatility", *common, *strategy)
    returns = np.array(found["path_values"]["b"]["total_return"])
    check("mean return of one side, simulate", alone["total_return"], returns.mean(), 1e-9)
    check("its standard error, scipy", alone["standard_errors"]["total_return"], stats.sem(returns), 1e-9)
    for name, share in [("p1", 1), ("p25", 25), ("p75", 75), ("p99", 99)]:
        check(f"quantile {name}, numpy", alone["dispersion"]["total_return"][name], np.percentile(returns, share), 1e-9)
    for level in alone["details"]["tail_risk"]:
        cut = 1 - level["level"]
        var, cvar = (f(returns, cut) for f in (empyrical.value_at_risk, empyrical.conditional_value_at_risk))
        check(f"VaR {level['level']:.0%}, empyrical", level["var"], -var, 1e-9)
        check(f"CVaR {level['level']:.0%}, empyrical", level["cvar"], -cvar, 1e-9)


def equity(mms, home, folder, scenario, period):
    path = os.path.join(folder, "report.json")
    words = ["--symbol", "BTCUSDT", "--period", period, "--scenario", scenario, "--strategy", "buy_and_hold"]
    answer = run(mms, home, "simulate", *words, "--report", path)
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    column = report["series"]["columns"]["equity"]
    return answer, np.array([100_000.0] + column["last"]), report["series"]["steps_per_bucket"]


def over_time(mms, home, folder, resamples):
    answer, curve, width = equity(mms, home, folder, "high_volatility", "2d")
    assert width == 1, "two days of minutes are kept whole"
    returns = curve[1:] / curve[:-1] - 1
    sharpe = empyrical.sharpe_ratio(returns, annualization=365 * 24 * 60)
    check("Sharpe ratio of minutes, empyrical", answer["sharpe_ratio"], sharpe, 1e-6)
    check("maximum drawdown, empyrical", answer["max_drawdown"], empyrical.max_drawdown(returns), 1e-6)
    # A week of hours: arch resamples pairs of them in blocks of a day on average.
    hours = []
    for scenario in ("normal", "high_volatility"):
        _, curve, width = equity(mms, home, folder, scenario, "7d")
        assert 60 % width == 0, "a bucket of the series ends with each hour"
        hours.append(curve[:: 60 // width])
    moves = np.column_stack([hour[1:] / hour[:-1] - 1 for hour in hours])
    words = ["--symbol", "BTCUSDT", "--period", "7d", "--strategy", "buy_and_hold", "--paths", "1"]
    found = run(mms, home, "compare", "normal", "high_volatility", *words)
    assert found["method"] == "time", found["method"]
    ours = {row["metric"]: row for row in found["metrics"]}["total_return"]
    check("one path: difference of the return", ours["difference"], np.subtract(*np.prod(1 + moves, axis=0)), 1e-6)
    resampled = StationaryBootstrap(24, moves, seed=2).bootstrap(resamples)
    spread = np.std([np.subtract(*np.prod(1 + data[0], axis=0)) for data, _ in resampled], ddof=1)
    # Ours is the limit of the resamples' spread for small returns, theirs has an error of 1 ÷ √(2 n).
    check("one path: standard error of that difference, arch", ours["standard_error"], spread, 0.1)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    short = "--short" in sys.argv[2:]
    mms = os.path.abspath(sys.argv[1])
    print(f"      {'':58} {'mms':>14} {'other':>14}")
    with tempfile.TemporaryDirectory() as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        over_paths(mms, home, 100 if short else 400)
        over_time(mms, home, folder, 1000 if short else 4000)
    if failures:
        sys.exit(f"error: {len(failures)} figures differ: {'; '.join(failures)}")


main()

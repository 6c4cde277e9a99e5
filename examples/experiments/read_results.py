#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads results.csv of an experiment: the mean of a metric for each value of what was varied.

    python3 read_results.py FOLDER [METRIC]

Needs nothing but Python: for pandas, `pandas.read_csv("FOLDER/results.csv")` gives the same table.
"""
import csv
import json
import os
import sys
from collections import defaultdict


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    with open(os.path.join(folder, "experiment.json")) as file:
        experiment = json.load(file)
    metric = sys.argv[2] if len(sys.argv) > 2 else experiment["objective"]
    with open(os.path.join(folder, "results.csv"), newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "failed"]
    if rows and metric not in rows[0]:
        sys.exit(f"error: results.csv has no column {metric!r}; there is: {', '.join(rows[0])}")
    # What is varied stands between the trial's number and its status.
    columns = list(rows[0])
    varied = columns[1:columns.index("status")]
    print(f"{experiment['experiment']}: {len(rows)} trials, mean {metric}")
    for column in varied:
        groups = defaultdict(list)
        for row in rows:
            groups[row[column]].append(float(row[metric]))
        if not 1 < len(groups) <= 20:
            continue
        print(f"\n{column}")
        for value, numbers in groups.items():
            mean = sum(numbers) / len(numbers)
            print(f"  {value:>24}  {mean:+.6f}  ({len(numbers)} trials, {min(numbers):+.6f} … {max(numbers):+.6f})")
    best = max if experiment["maximised"] else min
    row = best(rows, key=lambda row: float(row[experiment["objective"]]))
    print(f"\nbest single trial: {', '.join(f'{key}={row[key]}' for key in varied)}: {row[experiment['objective']]}")


if __name__ == "__main__":
    main()

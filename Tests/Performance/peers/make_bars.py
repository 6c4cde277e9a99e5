# SPDX-License-Identifier: Apache-2.0
"""Seeded one-minute bars of geometric Brownian motion at 60 % a year. usage: make_bars.py FOLDER

Writes bars_30d and bars_1y as .csv, which MMS reads, and as .npy (rows of time in ns, open, high, low, close, volume).
The year begins with the month.
"""
import sys
from pathlib import Path

import numpy as np

MINUTES = 525_600
random = np.random.default_rng(20240101)
deviation = 0.6 / np.sqrt(MINUTES)
close = 50_000 * np.exp(np.cumsum(deviation * random.standard_normal(MINUTES) - deviation**2 / 2))
opening = np.concatenate(([50_000.0], close[:-1]))
wicks = np.abs(random.standard_normal((2, MINUTES))) * deviation / 2
high = np.maximum(opening, close) * (1 + wicks[0])
low = np.minimum(opening, close) * (1 - wicks[1])
# Far more than our orders take, so that a cap on the share of volume, where there is one, never binds.
volume = 1000 * random.lognormal(2.0, 0.8, MINUTES)
time = 1_704_067_200_000_000_000 + 60_000_000_000 * np.arange(MINUTES, dtype=np.int64)
columns = np.round(np.stack((opening, high, low, close, volume), axis=1), 2)

folder = Path(sys.argv[1])
for name, count in (("30d", 43_200), ("1y", MINUTES)):
    np.save(folder / f"bars_{name}.npy", np.column_stack((time[:count].astype(np.float64), columns[:count])))
    with open(folder / f"bars_{name}.csv", "w") as file:
        file.write("timestamp,open,high,low,close,volume\n")
        for moment, row in zip(time[:count] // 1_000_000, columns[:count]):
            file.write("%d,%.2f,%.2f,%.2f,%.2f,%.2f\n" % (moment, *row))

# SPDX-License-Identifier: Apache-2.0
"""What the scripts of all peers share: the strategy's numbers, best-of timing, one JSON line."""
import json
import sys
import time
from importlib.metadata import version

# Enter long with half of the equity when the close is ENTRY above the mean of the last WINDOW closes, this one
# included; leave when it is no longer above it. Fills at that close, moved by SLIPPAGE against us, for a FEE.
WINDOW, ENTRY, SIZE, FEE, SLIPPAGE, CASH = 20, 0.002, 0.5, 0.0004, 0.0002, 100_000.0
# Where slippage on both sides cannot be had, the fee covers it: the same cost to a millionth of the notional.
COST = FEE + SLIPPAGE
SWEEP = [0.001 + 0.0032 * index / 63 for index in range(64)]


def timed(work, most=30, seconds=1.5):
    """Calls once to warm up, then up to `most` times within `seconds`, at least twice.

    Returns the first call's seconds, the best of the others, and what the last one returned.
    """
    start = time.perf_counter()
    result = work()
    first = time.perf_counter() - start
    best, began, count = float("inf"), time.perf_counter(), 0
    while count < 2 or (count < most and time.perf_counter() - began < seconds):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
        count += 1
    return first, best, result


def tell(package, seconds, **more):
    """Prints the one line that the driver reads."""
    print(json.dumps({"version": version(package), "seconds": seconds, "python": sys.version.split()[0], **more}))

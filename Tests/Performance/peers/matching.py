# SPDX-License-Identifier: Apache-2.0
"""The stream of mixed operations in a matching engine. usage: matching.py PEER FOLDER PROGRAM

PEER is ladder, orderly-chaos or limit-order-book, through PROGRAM (matching.c), or bourse, from Python: it has no
other interface. FOLDER holds orders.bin.
"""
import glob
import subprocess
import sys
import sysconfig
import time

from common import tell

peer, folder, program = sys.argv[1:4]


def bourse():
    import numpy as np
    from bourse import core

    record = np.dtype([("kind", "u1"), ("side", "u1"), ("none", "u2"), ("quantity", "u4"), ("price", "u4"),
                       ("nothing", "u4"), ("id", "u8")])
    stream = np.fromfile(f"{folder}/orders.bin", record)
    rows = list(zip(*(stream[name].tolist() for name in ("kind", "side", "quantity", "price", "id"))))
    best = 1e9
    for _ in range(2):
        book, ids = core.OrderBook(0, 1), {}
        place, cancel, clock = book.place_order, book.cancel_order, book.set_time
        start = time.perf_counter()
        for index, (kind, side, quantity, price, name) in enumerate(rows):
            # Orders of one level at one time would displace each other.
            clock(index)
            if kind == 0:
                ids[name] = place(side == 0, quantity, 0, price=price)
            elif kind == 1:
                cancel(ids[name])
            else:
                place(side == 0, quantity, 0)
        best = min(best, time.perf_counter() - start)
    trades = book.get_trades()
    trades = trades if isinstance(trades, list) else list(trades.itertuples(index=False))
    return len(rows), best, len(trades), sum(row[3] for row in trades), sum(row[2] * row[3] for row in trades)


if peer == "bourse":
    found = bourse()
else:
    pattern = f"{sysconfig.get_paths()['purelib']}/{peer.replace('-', '_')}/lib_{peer.replace('-', '_')}*.so"
    libraries = glob.glob(pattern) if peer != "ladder" else ["-"]
    if not libraries:
        sys.exit(f"error: no library matches {pattern}")
    text = subprocess.run([program, f"{folder}/orders.bin", peer, libraries[0], "7"], capture_output=True, text=True)
    if text.returncode != 0:
        sys.exit(text.stderr or f"error: {program} ended with status {text.returncode}")
    found = [float(word) if "." in word else int(word) for word in text.stdout.split()]
operations, seconds, trades, volume, notional = found
more = {"resting": trades} if peer == "limit-order-book" else {"trades": trades, "volume": volume, "notional": notional}
tell("numpy" if peer == "ladder" else peer, seconds, elements=operations, **more)

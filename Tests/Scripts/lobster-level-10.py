#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""LOBSTER files of level 10, written by a book of our own, replayed without a mismatch.

Usage: lobster-level-10.py PROGRAM. A deep book (levels come into view) and a thin one (levels that are empty), with
orders from before the file's start, partial cancels, hidden executions, crosses and halts. A row that was changed
must be noticed.
"""
import collections
import os
import random
import re
import subprocess
import sys
import tempfile

LEVELS, ROWS, MIDDLE, TICK = 10, 20_000, 1_000_000, 100


class Book:
    def __init__(self):
        self.orders, self.sides, self.last = {}, {1: {}, -1: {}}, 1000

    def add(self, side, price, size):
        self.last += 1
        self.orders[self.last] = [side, price, size]
        self.sides[side].setdefault(price, []).append(self.last)
        return self.last

    def reduce(self, order, size):
        side, price, held = self.orders[order]
        self.orders[order][2] -= size
        if size == held:
            del self.orders[order]
            self.sides[side][price].remove(order)
            if not self.sides[side][price]:
                del self.sides[side][price]

    def best(self, side):
        prices = self.sides[side]
        return (max(prices) if side == 1 else min(prices)) if prices else MIDDLE - side * TICK

    def row(self):
        numbers = []
        asks, bids = sorted(self.sides[-1]), sorted(self.sides[1], reverse=True)
        for level in range(LEVELS):
            for prices, side, none in ((asks, -1, 9999999999), (bids, 1, -9999999999)):
                if level < len(prices):
                    price = prices[level]
                    numbers += [price, sum(self.orders[o][2] for o in self.sides[side][price])]
                else:
                    numbers += [none, 0]
        return numbers


def event(book, chance, most, reach):
    """The next message without its time, or nothing."""
    kind, side = chance.random(), chance.choice((1, -1))
    bid, ask = book.best(1), book.best(-1)
    if kind < 0.02:
        return 5, 0, chance.randint(1, 99), bid + TICK // 2, side
    if kind < 0.023:
        return 6, chance.choice((0, -1)), chance.randint(1, 999), (bid + ask) // 2 // TICK * TICK, side
    if kind < 0.026:
        return 7, 0, 0, chance.choice((-1, 0, 1)), -1
    if kind < 0.5 or len(book.sides[side]) < 2:
        if len(book.orders) > most:
            return None
        price = ask - TICK * chance.randint(1, reach) if side == 1 else bid + TICK * chance.randint(1, reach)
        size = 10 * chance.randint(1, 9)
        return 1, book.add(side, price, size), size, price, side
    if kind < 0.82:
        order = chance.choice([o for o, held in book.orders.items() if held[0] == side])
        price, held = book.orders[order][1:]
        part = kind < 0.62
        if part and held <= 10:
            return None
        size = chance.randrange(10, held, 10) if part else held
        book.reduce(order, size)
        return 2 if part else 3, order, size, price, side
    price = book.best(side)
    order = book.sides[side][price][0]
    held = book.orders[order][2]
    size = held if chance.random() < 0.6 else chance.randint(1, held)
    book.reduce(order, size)
    return 4, order, size, price, side


def recording(seed, start, most, reach):
    chance, book = random.Random(seed), Book()
    for level in range(1, start + 1):
        for _ in range(chance.randint(1, 4)):
            for side in (1, -1):
                book.add(side, MIDDLE - side * TICK * level, 10 * chance.randint(1, 9))
    before, seen = book.last, collections.Counter()
    messages, rows, time, last = [], [], 34200.0, book.row()
    while len(rows) < ROWS:
        time += chance.random() * 0.01 + 1e-6
        message = event(book, chance, most, reach)
        row = book.row()
        # A file of this level has no message of what happens deeper in the book.
        if message is None or (message[0] < 5 and row == last):
            continue
        last = row
        messages.append("%.9f,%d,%d,%d,%d,%d" % ((time,) + message))
        rows.append(row)
        seen[message[0]] += 1
        seen["before"] += message[0] in (2, 3, 4) and message[1] <= before
        seen["empty"] += abs(row[-2]) == 9999999999 or abs(row[-4]) == 9999999999
    return messages, rows, seen


def mismatches(program, folder, messages, rows):
    names = [os.path.join(folder, f"{part}_10.csv") for part in ("message", "orderbook")]
    for name, lines in zip(names, (messages, [",".join(map(str, row)) for row in rows])):
        with open(name, "w") as file:
            file.write("\n".join(lines) + "\n")
    done = subprocess.run(
        [program, "book", "replay", "--messages", names[0], "--orderbook", names[1]],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "MMS_HOME": folder})
    found = {key: int(value.replace(",", "")) for key, value in re.findall(r"(rows|mismatches) +([\d,]+)", done.stdout)}
    assert found.get("rows") == len(rows), done.stdout + done.stderr
    return found["mismatches"]


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, seed, form in (("deep", 1, (25, 600, 60)), ("thin", 2, (6, 40, 14))):
            messages, rows, seen = recording(seed, *form)
            assert all(seen[kind] for kind in (1, 2, 3, 4, 5, 6, 7, "before")), seen
            assert name == "deep" or seen["empty"], seen
            wrong = mismatches(program, folder, messages, rows)
            print(f"{name}: {len(rows)} rows, {wrong} mismatches, {dict(seen)}")
            assert wrong == 0
            rows[ROWS // 2][3] += 1
            assert mismatches(program, folder, messages, rows) > 0, "a changed row went unnoticed"


main()

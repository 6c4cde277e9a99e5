#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives a scenario plugin without MMS: drive-plugin.py FOLDER [--write]

Calls it through its C table on a constant market with the manifest's defaults and draws of its own, and fails unless
blocks of 1, 64 and 1000 rows give the same bytes, as do reset, clone, and save and load half way where offered.
Compares the rows around the middle with FOLDER/expected/advance.csv; --write makes that file.
"""
import ctypes as c
import math
import pathlib
import re
import sys

P, D, I64, U32, I32 = c.c_void_p, c.c_double, c.c_int64, c.c_uint32, c.c_int32
COLUMNS = ("open high low mid half_spread bid_depth ask_depth volatility volume stress halted event "
           "base_volatility base_volume").split()
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}


def struct(name, *fields):
    return type(name, (c.Structure,), {"_fields_": list(fields)})


Error = struct("Error", ("struct_size", U32), ("code", I32), ("row", I64), ("parameter", c.c_char * 64),
               ("text", c.c_char * 512))
DRAWS = c.CFUNCTYPE(None, P, I64, c.c_size_t, U32, c.POINTER(D))
ONE = c.CFUNCTYPE(D, D)
TWO = c.CFUNCTYPE(D, D, D)
Host = struct("Host", ("struct_size", U32), ("abi_minor", U32), ("version", c.c_char_p), ("log", P),
              ("uniforms", DRAWS), ("normals", DRAWS), ("exponentials", P), ("u64s", P), ("exp", ONE), ("log_e", ONE),
              ("pow", TWO), ("sin", ONE), ("cos", ONE), ("exp_n", P), ("log_n", P), ("pow_n", P), ("sin_n", P),
              ("cos_n", P), ("address", P))
Parameter = struct("Parameter", ("name", c.c_char_p), ("text", c.c_char_p), ("integer", I64), ("number", D),
                   ("upper", D), ("type", I32), ("reserved", I32))
Market = struct("Market", ("struct_size", U32), ("reserved", U32), ("symbol", c.c_char_p), ("resolution_ns", I64),
                ("steps", I64), ("v", D), ("l", D), ("n", D), ("s", D))
Path = struct("Path", ("struct_size", U32), ("is_central", I32), ("seed", c.c_uint64), ("path", I64), ("random", P))
F = c.CFUNCTYPE
E = c.POINTER(Error)
Model = struct(
    "Model", ("struct_size", U32), ("parameter_count", U32), ("id", c.c_char_p), ("parameters", c.POINTER(c.c_char_p)),
    ("create", F(I32, c.POINTER(Host), c.POINTER(Parameter), U32, c.POINTER(P), E)), ("destroy", F(None, P)),
    ("reset", F(I32, P, E)), ("get_interface", F(P, c.c_char_p)), ("state_size", F(c.c_size_t, P)),
    ("save", F(I32, P, P, c.c_size_t, E)), ("load", F(I32, P, P, c.c_size_t, E)), ("clone", F(I32, P, c.POINTER(P), E)))
Plugin = struct("Plugin", ("struct_size", U32), ("abi_minor", U32), ("name", c.c_char_p), ("version", c.c_char_p),
                ("model_count", U32), ("reserved", U32), ("models", c.POINTER(c.POINTER(Model))), ("init", P),
                ("deinit", P))
Block = struct("Block", ("struct_size", U32), ("path_count", U32), ("row_stride", I64), ("count", I64),
               ("first_step", I64), ("time", c.POINTER(I64)), *[(name, c.POINTER(D)) for name in COLUMNS])
Scenario = struct(
    "Scenario", ("struct_size", U32), ("flags", U32), ("feedback_steps", I64),
    ("prepare", F(I32, P, c.POINTER(Block), c.POINTER(Market), E)), ("begin", F(I32, P, c.POINTER(Path), E)),
    ("advance", F(I32, P, c.POINTER(Block), I64, I64, D, P, E)), ("anchors", P))


def uniform(step, lane):
    z = (step * 0x9E3779B97F4A7C15 + lane * 0xD1342543DE82EF95 + 7) % 2**64
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        z = (z ^ (z >> shift)) * factor % 2**64
    return (z >> 11) * 2.0**-53


@DRAWS
def uniforms(_, first, count, lane, out):
    for i in range(count):
        out[i] = uniform(first + i, lane)


@DRAWS
def normals(_, first, count, lane, out):
    for i in range(count):
        u, v = uniform(first + i, lane), uniform(first + i, lane + 70000)
        out[i] = math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v)


HOST = Host(c.sizeof(Host), 0, b"driver", None, uniforms, normals, None, None, ONE(math.exp), ONE(math.log),
            TWO(math.pow), ONE(math.sin), ONE(math.cos), None, None, None, None, None, None)
ROWS = 2000


def defaults(folder):
    values = []
    for line in re.findall(r"^ +- \{name: .*$", (folder / "plugin.yaml").read_text(), re.M):
        kind = re.search(r"type: (\w+)", line)[1]
        text = re.search(r"default: (\[[^]]*\]|[^,}]+)", line)[1]
        value = Parameter(name=re.search(r"name: (\w+)", line)[1].encode())
        if kind == "duration":
            number, unit = text.split()
            value.integer, value.type = int(float(number) * UNITS[unit] * 1e9), 4
        elif kind == "interval":
            value.number, value.upper = [float(x) for x in text.strip("[]").split(",")]
            value.type = 5
        else:
            value.number, value.integer, value.type = float(text), int(float(text)), 1 if kind == "integer" else 0
        values.append(value)
    return (Parameter * len(values))(*values)


class Rows:
    """A constant market."""

    def __init__(self):
        self.time = (I64 * ROWS)(*[(i + 1) * 60_000_000_000 for i in range(ROWS)])
        start = dict(open=100, high=100, low=100, mid=100, half_spread=1e-4, bid_depth=20, ask_depth=20,
                     volatility=0.02, volume=10, base_volatility=0.02, base_volume=14400)
        self.columns = [(D * ROWS)(*[start.get(name, 0)] * ROWS) for name in COLUMNS]
        self.block = Block(c.sizeof(Block), 1, 1, ROWS, 0, self.time, *self.columns)

    def bytes(self):
        return b"".join(bytes(column) for column in self.columns)


def main(folder, write):
    library = c.CDLL(str(next(folder.glob("*.so")).resolve()))
    library.mms_plugin_entry_v1.restype = c.POINTER(Plugin)
    model = library.mms_plugin_entry_v1().contents.models[0].contents
    scenario = c.cast(model.get_interface(b"mms.scenario/1"), c.POINTER(Scenario)).contents
    assert model.get_interface(b"mms.nothing/1") is None
    error = Error(c.sizeof(Error), 0, -1)
    parameters = defaults(folder)
    assert model.parameter_count == len(parameters)
    assert [model.parameters[i] for i in range(len(parameters))] == [p.name for p in parameters]

    def call(function, *arguments):
        status = function(*arguments, c.byref(error))
        assert status == 0, error.text.decode()

    def create():
        made = P()
        call(model.create, c.byref(HOST), parameters, len(parameters), c.byref(made))
        return made

    assert model.create(c.byref(HOST), parameters, len(parameters) + 1, c.byref(P()), c.byref(error)) == 3

    def start(made, rows):
        market = Market(c.sizeof(Market), 0, b"TEST", 60_000_000_000, ROWS, 1, 1, 1e-3, 1e-3)
        if scenario.prepare:
            call(scenario.prepare, made, c.byref(rows.block), c.byref(market))
        if scenario.begin:
            call(scenario.begin, made, c.byref(Path(c.sizeof(Path), 0, 1, 0, None)))

    def advance(made, rows, first, end, size):
        for row in range(first, end, size):
            call(scenario.advance, made, c.byref(rows.block), row, min(row + size, end), 0.0, None)

    def run(size, made=None):
        made, rows = made or create(), Rows()
        start(made, rows)
        advance(made, rows, 0, ROWS, size)
        return made, rows

    made, whole = run(ROWS)
    for size in (1, 64, 1000):
        assert run(size)[1].bytes() == whole.bytes(), f"blocks of {size} rows give other bytes"
    call(model.reset, made)
    assert run(64, made)[1].bytes() == whole.bytes(), "an instance that was reset gives other bytes"
    half = ROWS // 2
    for way in (["clone"] if model.clone else []) + (["state"] if model.save else []):
        rows, first, second = Rows(), create(), P()
        start(first, rows)
        advance(first, rows, 0, half, 100)
        if way == "clone":
            call(model.clone, first, c.byref(second))
        else:
            second = create()
            start(second, rows)
            state = c.create_string_buffer(model.state_size(first))
            call(model.save, first, state, len(state))
            assert model.load(second, b"\xff" * len(state), len(state), c.byref(error)) == 3
            assert model.load(second, state, len(state) - 1, c.byref(error)) == 3
            call(model.load, second, state, len(state))
        model.destroy(first)
        advance(second, rows, half, ROWS, 100)
        assert rows.bytes() == whole.bytes(), f"{way} half way gives other bytes"
    # 40 rows where something happens, or the first.
    events = [row for row in range(ROWS) if whole.block.event[row] or whole.block.stress[row]]
    begin = max(0, events[0] - 2) if events else 0
    lines = [",".join(["step"] + COLUMNS[:12])]
    for row in range(begin, min(begin + 40, ROWS)):
        lines.append(",".join([str(row)] + [repr(column[row]) for column in whole.columns[:12]]))
    path = folder / "expected" / "advance.csv"
    if write:
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    written = path.read_text().split()
    assert len(written) == len(lines)
    for old, new in zip(written[1:], lines[1:]):
        for a, b in zip(old.split(","), new.split(",")):
            assert math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-300), f"expected {old}\nbut got {new}"
    print(f"{folder.name}: {ROWS} rows, the same bytes in blocks of 1, 64, 1000 and {ROWS}, and as expected")


main(pathlib.Path(sys.argv[1]), "--write" in sys.argv)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what README.md, docs, examples and Plugins tell a reader to type.

usage: documentation.py MMS [FILE.md …]

Each document is one session, in a scratch copy of what it needs of the clone. A `sh` block runs with `bash -e`;
a `text` block right behind it is what it must have printed, where `…` stands for anything and times and ids are not
compared. A whole scenario in a `yaml` block is validated when it is not kept as a file. Comments before a block:
`<!-- not run: REASON -->` leaves it out, `<!-- status: 65 -->` demands that exit status,
`<!-- file: NAME -->` keeps a block as a file for those after it, `<!-- needs: COMMAND -->` leaves it out
where there is no such command. Blocks in C++, Rust and Swift that are only shown are compiled by GuideTests.

The tutorial is followed as a newcomer does: a copy of all that git would hand out, the program where its build would
have put it, no variable set, an empty home. It must reach what it promises and leave the clone as it was.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = {"text", "json", "c", "cpp", "rust", "swift", "fortran", "ini", "csv", "http"}
SECONDS_PER_BLOCK = 120
USED = re.compile("(scenarios|examples|Plugins|Sources/CMMSPlugin)/").match  # A copy of all for each document takes long.
PORTS = ["50051", "50053", "50061"]
TUTORIAL = ROOT / "docs/tutorial.md"
PROMISED = ["my-impact 1.0.0: green", "A is better in slippage."]


def documents():
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/plugins").glob("*.md")),
             *sorted((ROOT / "examples").rglob("README.md")), *sorted((ROOT / "Plugins").rglob("README.md"))]
    return [path for path in found if path.is_file()]


def handed_out():
    """The files of a clone with the changes that are not committed yet; without git all but hidden ones."""
    try:
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                  if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]
    return [name for name in listed if name and (ROOT / name).is_file()]


def blocks(text):
    """Every fenced block: (line, kind, body, comments before it, whether it follows a block closely)."""
    lines = text.split("\n")
    at, comments, gap = 0, {}, True
    while at < len(lines):
        line = lines[at]
        comment = re.fullmatch(r"<!-- (not run|status|file|needs): (.+) -->", line.strip())
        fence = re.fullmatch(r"```(\S*)", line)
        if comment:
            comments[comment[1]] = comment[2]
        elif fence:
            end = lines.index("```", at + 1)
            yield at + 1, fence[1], "\n".join(lines[at + 1 : end]), comments, not gap
            at, comments, gap = end, {}, False
        elif line.strip():
            comments, gap = {}, True
        at += 1


def pattern(shown):
    """What a reader sees as an expression: spaces and figures of time may differ, `…` is anything."""
    parts = []
    for line in shown.rstrip().split("\n"):
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
            continue
        line = re.escape(line.rstrip()).replace("…", ".*")
        line = re.sub(r"(?:\\ )+", r"[ ]+", line)
        line = re.sub(r"sim_\d+_\d+", r"sim_\\d+_\\d+", line)
        line = re.sub(r"\d+(\\\.\d+)?\[ \]\+m?s\b", r"[\\d.]+[ ]+m?s", line)
        parts.append(line + r"[ ]*\n")
    return re.compile("^" + "".join(parts), re.MULTILINE)


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


class Session:
    """One document's shell: folder and variables last from block to block, and what it started ends with it."""

    def __init__(self, mms, files, as_newcomer):
        self.scratch = Path(tempfile.mkdtemp(prefix="mms-documentation-"))
        self.folder = self.scratch / "clone"
        self.groups = []
        self.printed = ""
        for name in files if as_newcomer else filter(USED, files):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.folder / name, follow_symlinks=False)
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MMS_")}
        if as_newcomer:
            program = self.folder / ".build/release/mms"
            self.environment["HOME"] = str(self.scratch)
        else:
            program = self.scratch / "bin/mms"
            self.environment.update(
                PATH=f"{program.parent}:{os.environ['PATH']}", MMS_HOME=str(self.scratch / "home"),
                MMS_SCENARIO_PATH=str(self.folder / "scenarios"), MMS_DATA_PATH=str(self.folder / "examples/data"),
                MMS_HTTP=f"127.0.0.1:{self.ports['50051']}", MMS_GRPC="none")
        program.parent.mkdir(parents=True)
        try:
            os.link(mms, program)  # The program looks for its scenarios beside itself, which a symbolic link would hide.
        except OSError:
            shutil.copy2(mms, program)
        self.script = self.scratch / "block"
        self.state = self.scratch / "state"
        self.state.write_text("")
        self.before = self.entries()

    def entries(self):
        return {path.name for path in self.folder.iterdir()}

    def run(self, body):
        """Exit status and output of one block."""
        for written, used in self.ports.items():
            body = body.replace(written, used)
        self.script.write_text(
            f"set -a\nsource '{self.state}'\ntrap 'declare -px >{self.state}; printf \"cd %q\\n\" \"$PWD\" >>{self.state}' EXIT\n"
            + body + "\n")
        output = self.scratch / "output"
        with open(output, "wb") as sink:
            process = subprocess.Popen(
                ["bash", "-e", self.script], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=sink, stderr=subprocess.STDOUT, start_new_session=True)
            self.groups.append(process.pid)
            try:
                status = process.wait(timeout=SECONDS_PER_BLOCK)
            except subprocess.TimeoutExpired:
                status = f"nothing within {SECONDS_PER_BLOCK} s"
        said = output.read_text(errors="replace")
        for written, used in self.ports.items():
            said = said.replace(used, written)
        self.printed += said
        return status, said

    def close(self):
        for group in self.groups:
            for kind in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(group, kind)
                except ProcessLookupError:
                    break
                time.sleep(0.5)
        shutil.rmtree(self.scratch, ignore_errors=True)


def check(path, mms, files, counts):
    """The faults of one document."""
    name, faults, last = path.relative_to(ROOT), [], None
    session = Session(mms, files, as_newcomer=path == TUTORIAL)
    try:
        for line, kind, body, comments, follows in blocks(path.read_text()):
            place = f"{name}:{line}"
            if "file" in comments:
                kept = session.folder / comments["file"]
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(body + "\n")
            lacking = comments.get("needs")
            if lacking and not shutil.which(lacking):
                comments["not run"] = f"there is no {lacking} here"
            if "not run" in comments:
                print(f"  not run   {place}: {comments['not run']}")
                counts["not run"] += 1
                last = None
            elif kind == "sh":
                status, last = session.run(body)
                counts["run"] += 1
                if str(status) != comments.get("status", "0"):
                    faults.append(f"{place}: exit status {status}:\n{last}")
            elif kind == "text" and follows and last is not None:
                counts["output compared"] += 1
                if not pattern(body).search(last if last.endswith("\n") else last + "\n"):
                    faults.append(f"{place}: this is not what is printed, which is:\n{last}")
                last = None
            elif kind == "yaml" and "file" not in comments and "kind: Scenario" in body and body.startswith("apiVersion"):
                (session.scratch / "definition.yaml").write_text(body + "\n")
                status, said = session.run(f"mms scenario validate '{session.scratch}/definition.yaml'")
                counts["validated"] += 1
                if status != 0:
                    faults.append(f"{place}: not a scenario:\n{said}")
            elif kind in SHOWN or kind == "yaml":
                counts["only shown"] += 1
            else:
                faults.append(f"{place}: a fence of kind '{kind}' is none of sh, yaml, {', '.join(sorted(SHOWN))}")
        if path == TUTORIAL:
            faults += [f"{name}: no block printed '{text}'" for text in PROMISED if text not in session.printed]
            faults += [f"{name}: it leaves {left} behind" for left in sorted(session.entries() - session.before)]
    finally:
        session.close()
    return faults


def main():
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("error: usage: documentation.py MMS [FILE.md …], MMS being the program")
    mms = Path(sys.argv[1]).resolve()
    counts = dict.fromkeys(["run", "output compared", "validated", "only shown", "not run"], 0)
    faults, files = [], handed_out()
    for path in [Path(name).resolve() for name in sys.argv[2:]] or documents():
        faults += check(path, mms, files, counts)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

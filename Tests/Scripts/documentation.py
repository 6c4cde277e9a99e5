#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what README.md, docs and examples tell a reader to type.

usage: documentation.py MMS [FILE.md …]

Each document is one session, in a scratch copy of what the repository ships. A `sh` block runs with
`bash -e`; a `text` block right behind it is what it must have printed, where `…` stands for anything and
times and ids are not compared. A whole scenario in a `yaml` block is validated. Comments before a block:
`<!-- not run: REASON -->` leaves it out, `<!-- status: 65 -->` demands that exit status,
`<!-- file: NAME -->` keeps a block as a file for those after it.
Guides for authors of plugins, docs/plugins, are compiled and checked by GuideTests and BareGuideTests.
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
SHOWN = {"text", "json", "c", "cpp", "rust", "swift", "fortran", "ini", "console", "csv", "http"}
SECONDS_PER_BLOCK = 120


def documents():
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").rglob("README.md"))]
    return [path for path in found if path.is_file()]


def blocks(text):
    """Every fenced block: (line, kind, body, comments before it, whether it follows a block closely)."""
    lines = text.split("\n")
    at, comments, gap = 0, {}, True
    while at < len(lines):
        line = lines[at]
        comment = re.fullmatch(r"<!-- (not run|status|file): (.+) -->", line.strip())
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


class Session:
    """One document's shell: folder and variables last from block to block, and what it started ends with it."""

    def __init__(self, mms):
        self.folder = Path(tempfile.mkdtemp(prefix="mms-documentation-"))
        self.groups = []
        for name in ("scenarios", "examples", "Plugins"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
        (self.folder / ".bin").mkdir()
        (self.folder / ".bin/mms").symlink_to(mms)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.environment = dict(
            os.environ, PATH=f"{self.folder}/.bin:{os.environ['PATH']}", MMS_HOME=str(self.folder / ".home"),
            MMS_SCENARIO_PATH=str(self.folder / "scenarios"), MMS_DATA_PATH=str(self.folder / "examples/data"),
            MMS_HTTP=f"127.0.0.1:{self.port}", MMS_GRPC="none")
        self.script = self.folder / ".bin/block"
        self.state = self.folder / ".bin/state"
        self.state.write_text("")

    def run(self, body):
        """Exit status and output of one block."""
        body = body.replace("50051", self.port)
        self.script.write_text(
            f"set -a\nsource '{self.state}'\ntrap 'declare -px >{self.state}; printf \"cd %q\\n\" \"$PWD\" >>{self.state}' EXIT\n"
            + body + "\n")
        output = self.folder / ".bin/output"
        with open(output, "wb") as sink:
            process = subprocess.Popen(
                ["bash", "-e", self.script], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=sink, stderr=subprocess.STDOUT, start_new_session=True)
            self.groups.append(process.pid)
            try:
                status = process.wait(timeout=SECONDS_PER_BLOCK)
            except subprocess.TimeoutExpired:
                status = f"nothing within {SECONDS_PER_BLOCK} s"
        return status, output.read_text(errors="replace").replace(self.port, "50051")

    def close(self):
        for group in self.groups:
            for kind in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(group, kind)
                except ProcessLookupError:
                    break
                time.sleep(0.5)
        shutil.rmtree(self.folder, ignore_errors=True)


def check(path, mms, counts):
    """The faults of one document."""
    name, faults, session, last = path.relative_to(ROOT), [], Session(mms), None
    try:
        for line, kind, body, comments, follows in blocks(path.read_text()):
            place = f"{name}:{line}"
            if "file" in comments:
                (session.folder / comments["file"]).write_text(body + "\n")
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
            elif kind == "yaml" and "kind: Scenario" in body and body.startswith("apiVersion"):
                (session.folder / ".bin/definition.yaml").write_text(body + "\n")
                status, said = session.run(f"mms scenario validate '{session.folder}/.bin/definition.yaml'")
                counts["validated"] += 1
                if status != 0:
                    faults.append(f"{place}: not a scenario:\n{said}")
            elif kind in SHOWN or kind == "yaml":
                counts["only shown"] += 1
            else:
                faults.append(f"{place}: a fence of kind '{kind}' is none of sh, yaml, {', '.join(sorted(SHOWN))}")
    finally:
        session.close()
    return faults


def main():
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("error: usage: documentation.py MMS [FILE.md …], MMS being the program")
    mms = Path(sys.argv[1]).resolve()
    counts = dict.fromkeys(["run", "output compared", "validated", "only shown", "not run"], 0)
    faults = []
    for path in [Path(name).resolve() for name in sys.argv[2:]] or documents():
        faults += check(path, mms, counts)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

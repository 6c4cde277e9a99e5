#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the shell blocks of the documents named below in a scratch copy of the checkout, one session a document.

    Tests/Scripts/documentation.py MMS

A 'text' block behind a shell block is what that block prints: a line of it may hold '…' for anything, a line of '…'
alone stands for any lines. '<!-- file: NAME -->' above a block writes it to that file first. '<!-- not run: reason -->' above a block leaves it out. Definitions in YAML of every document
that are whole files of kind Scenario are validated. What is left out is counted and said.
"""
import glob, os, re, shutil, signal, subprocess, sys, tempfile, threading

EXECUTED = ["README.md", "docs/tutorial.md", "docs/experiments.md", "examples/comparisons/README.md"]
LIMIT = 60  # seconds for one block
KNOWN = {"", "sh", "console", "text", "yaml", "json", "ini", "c", "cpp", "rust", "swift", "python"}
MARK = "--- documentation: end of block"


def blocks(path):
    """Language, text, line, for not running, and file name of every fenced block."""
    found, lines, index = [], open(path, encoding="utf-8").read().split("\n"), 0
    while index < len(lines):
        fence = re.fullmatch(r"```(\S*)", lines[index])
        if not fence:
            if lines[index].startswith("```"):
                raise SystemExit(f"error: {path}:{index + 1}: unknown fence {lines[index]!r}")
            index += 1
            continue
        above = next((line for line in reversed(lines[:index]) if line.strip()), "")
        reason = re.fullmatch(r"<!-- not run: (.+) -->", above)
        name = re.fullmatch(r"<!-- file: (\S+) -->", above)
        start = index + 1
        try:
            index = lines.index("```", start)
        except ValueError:
            raise SystemExit(f"error: {path}:{start}: the block has no end")
        if fence[1] not in KNOWN:
            raise SystemExit(f"error: {path}:{start}: unknown language {fence[1]!r}")
        found.append((fence[1], "\n".join(lines[start:index]), start, reason and reason[1], name and name[1]))
        index += 1
    return found


def matches(shown, printed):
    """Whether `printed` is what `shown` says, with '…' for anything."""
    pattern = ""
    for line in shown.rstrip("\n").split("\n"):
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ ]*\n"
    return re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


class Session:
    """One bash for a document; the status of a block is that of the last command in it that failed, or 0."""

    def __init__(self, folder, environment):
        self.bash = subprocess.Popen(
            ["bash"], cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", start_new_session=True)

    def run(self, text):
        timer = threading.Timer(LIMIT, self.end)
        timer.start()
        try:
            self.bash.stdin.write(f"failed=0; trap 'failed=$?' ERR\n{text}\nprintf '\\n{MARK} %d\\n' $failed\n")
            self.bash.stdin.flush()
            printed = ""
            for line in self.bash.stdout:
                if line.startswith(MARK):
                    return int(line[len(MARK):]), printed[:-1]
                printed += line
            return -1, printed + f"(the session ended, or the block took more than {LIMIT} s)"
        finally:
            timer.cancel()

    def end(self):
        try:
            os.killpg(self.bash.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def main():
    mms = os.path.abspath(sys.argv[1])
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    pages = ["README.md"] + sorted(
        glob.glob("docs/**/*.md", recursive=True) + glob.glob("examples/**/README.md", recursive=True))
    ran, compared, validated, left, faults = 0, 0, 0, {}, []

    def leave(reason):
        left[reason] = left.get(reason, 0) + 1

    with tempfile.TemporaryDirectory() as scratch:
        for number, page in enumerate(pages):
            folder = f"{scratch}/{number}"
            environment = dict(os.environ, MMS_HOME=f"{folder}-home",
                               PATH=f"{folder}/.build/release:{os.environ['PATH']}")
            found = blocks(page)
            session, printed = None, None
            if page in EXECUTED:
                os.makedirs(f"{folder}/.build/release")
                tracked = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout
                for name in filter(None, tracked.decode().split("\0")):
                    if os.path.isfile(name):
                        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
                        shutil.copy2(name, f"{folder}/{name}")
                shutil.copy2(mms, f"{folder}/.build/release/mms")
                session = Session(folder, environment)
            for language, text, line, reason, name in found:
                place = f"{page}:{line}"
                if name and session:
                    with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                        file.write(text + "\n")
                if reason:
                    leave(reason)
                    printed = None
                elif session and language == "sh":
                    status, printed = session.run(text)
                    ran += 1
                    if status != 0:
                        faults.append(f"{place}: status {status}\n{printed}")
                elif session and language == "text" and printed is not None:
                    compared += 1
                    if not matches(text, printed):
                        faults.append(f"{place}: the page shows\n{text}\nprinted was\n{printed}")
                    printed = None
                elif language == "yaml" and re.search(r"^kind: Scenario$", text, re.M) and "use: impact/CFunction" not in text:
                    file = f"{scratch}/definition.yaml"
                    open(file, "w", encoding="utf-8").write(text + "\n")
                    outcome = subprocess.run([mms, "scenario", "validate", file, "--scenario-path", "scenarios"],
                                             env=environment, capture_output=True, text=True)
                    validated += 1
                    if outcome.returncode != 0:
                        faults.append(f"{place}: {outcome.stdout}{outcome.stderr}")
                elif name and session:
                    continue  # what follows reads it
                elif page.startswith("docs/plugins/") and language:
                    leave("pages of docs/plugins: held by GuideTests and BareGuideTests, or commands on their results")
                else:
                    leave(f"no rule for {language or 'bare'} blocks of {page}")
            if session:
                session.end()
    print(f"{ran} shell blocks ran, {compared} outputs compared, {validated} scenarios validated, "
          f"{sum(left.values())} blocks not run:")
    for reason, count in sorted(left.items()):
        print(f"  {count:3}  {reason}")
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if faults or ran == 0 else 0


if len(sys.argv) != 2:
    raise SystemExit("usage: documentation.py MMS")
sys.exit(main())

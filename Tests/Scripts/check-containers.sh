#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks Dockerfile and compose.yaml without a container engine: what is copied exists and is not ignored, images
# have versions, nothing runs as root, everything named is declared, every option of mms is one that mms has.
# Argument: the repository; by default the one this script lies in.
set -euo pipefail

root=$(cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd)

command -v python3 >/dev/null || {
  echo "skipped: there is no python3 here" >&2
  exit 0
}

python3 - "$root" <<'PYTHON'
import fnmatch, json, pathlib, re, shlex, sys

root = pathlib.Path(sys.argv[1])
faults = []
fault = faults.append

# --- Dockerfile: one instruction for each list entry, continued lines joined.
text = (root / "Dockerfile").read_text()
lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
instructions = []
for line in re.sub(r"\\\n", " ", "\n".join(lines)).split("\n"):
    if line.strip():
        word, _, rest = line.strip().partition(" ")
        instructions.append((word.upper(), rest.strip()))

ignore = (root / ".dockerignore").read_text().split("\n")
allowed = {rule[1:].rstrip("/") for rule in ignore if rule.startswith("!")}
stages, user, health, entry = [], None, False, False
for word, rest in instructions:
    if word == "FROM":
        image, *alias = re.split(r"\s+AS\s+", rest, flags=re.I)
        if image not in stages and not re.search(r":[^:]*\d", image):
            fault(f"FROM {image}: name a version")
        stages.append(alias[0] if alias else image)
        user = None
    elif word == "COPY":
        words = shlex.split(rest)
        options = [w for w in words if w.startswith("--")]
        sources = [w for w in words if not w.startswith("--")][:-1]
        source_stage = next((o[7:] for o in options if o.startswith("--from=")), None)
        if source_stage is not None:
            if source_stage not in stages[:-1]:
                fault(f"COPY --from={source_stage}: there is no such stage before")
            continue
        for source in sources:
            if not list(root.glob(source)):
                fault(f"COPY {source}: not in the repository")
            if source.split("/")[0] not in allowed:
                fault(f"COPY {source}: .dockerignore leaves it out")
    elif word == "RUN" and "apt-get install" in rest:
        for needed in ("apt-get update", "--no-install-recommends", " -y", "rm -rf /var/lib/apt/lists/*"):
            if needed not in rest:
                fault(f"RUN apt-get install: lacks '{needed.strip()}'")
    elif word == "ADD":
        fault("ADD: use COPY")
    elif word == "USER":
        user = rest
    elif word == "HEALTHCHECK":
        health = True
    elif word == "ENTRYPOINT":
        entry = True
        if not isinstance(json.loads(rest), list):
            fault("ENTRYPOINT: use the form of a list, so that mms gets the signals")
if len(stages) < 2:
    fault("the image is built in one stage; the compiler does not belong into it")
if user in (None, "root", "0"):
    fault("the last stage runs as root")
if not health:
    fault("there is no HEALTHCHECK")
if not entry:
    fault("there is no ENTRYPOINT")

# --- compose.yaml
try:
    import yaml
except ImportError:
    print("skipped: compose.yaml, for there is no PyYAML here", file=sys.stderr)
else:
    compose = yaml.safe_load((root / "compose.yaml").read_text())
    services = compose["services"]
    verbs = {"serve": "ServeCommand", "worker": "WorkerCommand"}
    for name, service in services.items():
        image = service.get("image", "")
        if "build" not in service and image not in {s.get("image") for s in services.values() if "build" in s}:
            if not re.search(r":[^:]*\d", image):
                fault(f"{name}: image '{image}' has no version")
        if "build" in service and not (root / service["build"] / "Dockerfile").exists():
            fault(f"{name}: there is no Dockerfile in {service['build']}")
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if not source.startswith((".", "/")) and source not in (compose.get("volumes") or {}):
                fault(f"{name}: volume '{source}' is not declared")
        for secret in service.get("secrets", []):
            if secret not in (compose.get("secrets") or {}):
                fault(f"{name}: secret '{secret}' is not declared")
        for other in service.get("depends_on", {}):
            if other not in services:
                fault(f"{name}: depends on '{other}', which is not there")
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                fault(f"{name}: port '{port}' is open to every network")
        words = service.get("command") or []
        if words and words[0] in verbs:
            source = (root / f"Sources/MMSCommands/Verbs/{verbs[words[0]]}.swift").read_text()
            known = set(re.findall(r'customLong\("([^"]+)"\)', source)) | set(re.findall(r"\n  var (\w+):", source))
            for word in words[1:]:
                option = word.removeprefix("--").split("=")[0]
                if option not in known:
                    fault(f"{name}: mms {words[0]} has no option --{option}")
    for name, secret in (compose.get("secrets") or {}).items():
        if (root / secret["file"]).exists() and "secrets" not in (root / ".gitignore").read_text():
            fault(f"secret '{name}' would be committed: name {secret['file']} in .gitignore")

for text in faults:
    print(f"error: {text}", file=sys.stderr)
if faults:
    sys.exit(65)
print(f"containers: {len(instructions)} instructions in {len(stages)} stages, nothing wrong; images were not built")
PYTHON

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The short form: a small experiment on three nodes of Ray gives the bytes of one run in one process.
#   examples/distributed/check.sh [PROGRAM]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mms=$(realpath "${1:-.build/release/mms}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export MMS_HOME=$scratch/home

python=${PYTHON:-python3}
if ! "$python" -c 'import ray' 2>/dev/null; then
  printf '==> installing Ray into a virtual environment\n'
  "$python" -m venv "$scratch/venv"
  if ! "$scratch/venv/bin/pip" install --quiet 'ray==2.60.0'; then
    printf '==> skipping: Ray does not install here\n'
    exit 0
  fi
  python=$scratch/venv/bin/python
fi

"$mms" experiment run "$here/small.yaml" --output "$scratch/one" --quiet
"$python" "$here/run_on_ray.py" "$here/small.yaml" --mms "$mms" --shards 5 --nodes 3 --output "$scratch/ray"
cmp "$scratch/one/results.csv" "$scratch/ray/results.csv"
cmp "$scratch/one/experiment.json" "$scratch/ray/experiment.json"
printf '==> the same bytes from three nodes as from one process\n'

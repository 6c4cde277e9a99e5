#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How many simulations a service answers per second on this machine, which it shares with the load (wrk).
#
#   Tests/Performance/service-load.sh [PROGRAM] [SECONDS]
#
# PROGRAM is the built mms (.build/release/mms), SECONDS how long each line takes (5; 300 for a soak). Distinct and
# equal requests at 8 and 64 connections; then the memory and processor time of the service and its workers (in a soak
# every half minute), and whether every accepted simulation has ended. ONLY="distinct 8" measures that line alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=$(realpath "${1:-.build/release/mms}")
seconds=${2:-5}
command -v wrk >/dev/null || { echo "error: there is no 'wrk' on the PATH; install wrk" >&2; exit 69; }

folder=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null && wait "$server" || true; fi
  rm -rf "$folder"
}
trap stop EXIT

: >"$folder/log" # it is read before the service has opened it
MMS_HOME=$folder "$program" serve --http 127.0.0.1:0 --grpc none --workers "$(nproc)" 2>>"$folder/log" &
server=$!
url=
for _ in $(seq 150); do
  url=$(sed -n 's/.*serving HTTP on \(http:[^ ]*[0-9]\).*/\1/p' "$folder/log" | head -n 1)
  [[ -n $url ]] && break
  sleep 0.2
done
[[ -n $url ]] || { cat "$folder/log" >&2; echo 'error: the service did not start' >&2; exit 1; }

# Resident memory in MiB and processor time in seconds of the service, then of its workers.
usage() {
  ps -o pid=,ppid=,rss=,cputimes= -A | awk -v s="$server" '
    $1 == s { r = $3; c = $4 } $2 == s { w += $3; t += $4 }
    END { printf "service %.0f MiB, %d s; workers %.0f MiB, %d s\n", r / 1024, c, w / 1024, t }'
}

round=0
for kind in distinct cached; do
  for connections in 8 64; do
    round=$((round + 1))
    [[ ${ONLY:-$kind $connections} == "$kind $connections" ]] || continue
    wrk -t2 -c"$connections" -d"${seconds}s" -s Tests/Performance/simulate.lua "$url/simulate" -- "$kind" "$round" \
      >"$folder/load" &
    load=$!
    for ((second = 30; second < seconds; second += 30)); do
      sleep 30
      printf '%9d s: %s\n' "$second" "$(usage)"
    done
    wait "$load"
    printf '%-9s %3d connections' "$kind" "$connections"
    grep requests/s "$folder/load"
    usage
  done
done

sleep 1
python3 - "$folder/mms.sqlite" <<'PYTHON'
import sqlite3, sys

tasks = sqlite3.connect(sys.argv[1]).execute("SELECT status, COUNT(*), COUNT(error) FROM simulation_tasks GROUP BY status")
counts = {status: (number, reasons) for status, number, reasons in tasks}
print("simulations:", {status: number for status, (number, _) in counts.items()})
# What was under way when wrk hung up is cancelled, and says so.
silent = [s for s, (number, reasons) in counts.items() if s != "completed" and (s != "failed" or reasons < number)]
sys.exit(f"error: simulations that neither ended nor say why: {silent}" if silent else 0)
PYTHON

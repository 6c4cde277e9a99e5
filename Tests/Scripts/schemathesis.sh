#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Starts `mms serve` and lets schemathesis try every operation of its /openapi.json: no answer may be a 5xx, none
# may have a status, a type or a shape that is not documented, and what the document forbids has to be refused.
#
#   Tests/Scripts/schemathesis.sh [PROGRAM] [EXAMPLES]
#
# PROGRAM is the built mms (.build/debug/mms), EXAMPLES how many requests are made up per operation (12: under a
# minute; SECONDS_LIMIT bounds it). SCHEMATHESIS names an installed one; otherwise it is installed from PyPI beside the build.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-.build/debug/mms}
examples=${2:-12}
version=4.32.5
environment=.build/schemathesis

if [[ -z ${SCHEMATHESIS:-} ]]; then
  SCHEMATHESIS=$environment/bin/schemathesis
  if [[ ! -x $SCHEMATHESIS ]]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" --quiet --disable-pip-version-check install "schemathesis==$version"
  fi
fi

folder=$(mktemp -d)
log=$folder/serve.log
server=
stop() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null && wait "$server" || true; fi
  rm -rf "$folder"
}
trap stop EXIT

"$program" serve --http 127.0.0.1:0 --grpc none --workers 0 --database "$folder/mms.sqlite" 2>"$log" &
server=$!
url=
for _ in $(seq 150); do
  url=$(sed -n 's/.*serving HTTP on \(http:[^ ]*[0-9]\).*/\1/p' "$log" | head -n 1)
  [[ -n $url ]] && break
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.2
done
[[ -n $url ]] || { cat "$log" >&2; echo 'error: the service did not start' >&2; exit 1; }

"$SCHEMATHESIS" run "$url/openapi.json" --url "$url" --max-examples "$examples" --seed 1 --workers 2 \
  --phases examples,coverage,fuzzing --no-color --request-timeout 60 --max-time "${SECONDS_LIMIT:-45}" --suppress-health-check all \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection,unsupported_method

kill -0 "$server" || { cat "$log" >&2; echo 'error: the service died' >&2; exit 1; }
curl --fail --silent --show-error "$url/health" >/dev/null
echo "schemathesis: nothing to complain about ($examples examples per operation)"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The reference of the libraries' public symbols, from their comments and docs/MMS.docc, without a warning.
#
#   Tests/Scripts/docc.sh [FOLDER]
#
# Needs a debug build (its modules are read, nothing is compiled). FOLDER (.build/documentation) gets a site that any
# web server can serve.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=${1:-.build/documentation}
modules=.build/debug/Modules
[[ -d $modules ]] || { echo "error: there is no debug build; run 'swift build' first" >&2; exit 66; }
libraries=(MMSCore MMSEngine MMSModels MMSRuntime MMSPluginKit)

# What the modules were compiled against in C.
flags=(-I "$modules")
for target in Sources/C*; do
  for map in "$target/module.modulemap" "$target/include/module.modulemap" ".build/debug/${target##*/}.build/module.modulemap"; do
    if [[ -f $map ]]; then
      flags+=(-Xcc "-fmodule-map-file=$map")
      break
    fi
  done
done
flags+=(-Xcc "-fmodule-map-file=.build/checkouts/GRDB.swift/Sources/GRDBSQLite/module.modulemap")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p')
for library in "${libraries[@]}"; do
  swift symbolgraph-extract -module-name "$library" -target "$target" "${flags[@]}" -output-dir "$scratch" \
    -minimum-access-level public -skip-synthesized-members
  [[ -s $scratch/$library.symbols.json ]] || { echo "error: $library has no symbols" >&2; exit 1; }
done

mkdir -p "$(dirname "$out")"
rm -rf "$out"
docc convert docs/MMS.docc --additional-symbol-graph-dir "$scratch" --fallback-display-name MMS \
  --fallback-bundle-identifier MMS --warnings-as-errors --transform-for-static-hosting --output-path "$out" >"$scratch/log" 2>&1 ||
  { cat "$scratch/log" >&2; exit 1; }
cat "$scratch/log"
echo "the reference of ${#libraries[@]} libraries is in $out: $(find "$out/data/documentation" -name '*.json' | wc -l) pages"

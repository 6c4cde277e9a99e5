#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Forbids, where results are computed, whatever could make them differ between two runs or machines:
# the C library's math, clocks, unseeded draws, fused multiply-add, hashes seeded per process.
# See docs/determinism.md. Whole-line comments may name these things.
# Argument: the folder that holds the modules; by default the repository's Sources.
set -euo pipefail

root=${1:-$(dirname "${BASH_SOURCE[0]}")/../../Sources}
modules=(MMSCore MMSEngine MMSModels)

# pattern (extended regular expression, see re_format(7)) | why, and what to do instead
rules=(
  '(^|[^A-Za-z])import[[:space:]]+([a-z]+[[:space:]]+)?Foundation|no Foundation here; it brings clocks, locales and the C library'
  '(^|[^A-Za-z])import[[:space:]]+([a-z]+[[:space:]]+)?(Glibc|Musl|Darwin|CRT)|the C library computes exp and log differently on different processors; use MMSMath'
  '(^|[^A-Za-z_])Foundation\.|no Foundation here; use MMSCore'
  '(^|[^A-Za-z_])Date\(|no clock in a result; time comes from the data (SimTime)'
  '(Continuous|Suspending)Clock|no clock in a result; time comes from the data (SimTime)'
  'SystemRandomNumberGenerator|draws are addressed and seeded; use RandomSource'
  '\.random\(in|draws are addressed and seeded; use RandomSource'
  '\.(shuffled\(\)|shuffle\(\)|randomElement\(\))|draws are addressed and seeded; use RandomSource'
  'addingProduct|a fused multiply-add rounds once where a * b + c rounds twice; write the latter'
  '\.hashValue|(^|[^A-Za-z_])Hasher\(|a hash is seeded per process; use SHA256 or an explicit order'
)

findings=0
for module in "${modules[@]}"; do
  folder=$root/$module
  if [[ ! -d $folder ]]; then
    printf 'error: no folder %s: nothing was checked\n' "$folder" >&2
    exit 66
  fi
  for rule in "${rules[@]}"; do
    # The reason is what follows the last bar; the pattern may hold bars of its own.
    pattern=${rule%|*}
    reason=${rule##*|}
    while IFS= read -r hit; do
      [[ -n $hit ]] || continue
      text=${hit#*:*:}
      [[ $text =~ ^[[:space:]]*// ]] && continue
      printf '%s: %s\n    %s\n' "${hit%:"$text"}" "$reason" "$text" >&2
      findings=$((findings + 1))
    done < <(grep -rnE --include='*.swift' -- "$pattern" "$folder" || true)
  done
done

if ((findings > 0)); then
  printf 'error: %d finding(s) against determinism in %s\n' "$findings" "${modules[*]}" >&2
  exit 65
fi
printf 'determinism: nothing forbidden in %s\n' "${modules[*]}"

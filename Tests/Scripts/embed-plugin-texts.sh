#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes the texts that `mms plugin new` copies into a new folder as Swift source: the C header and the Rust
# bindings. A test fails when they differ from their files; run this after changing either.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

embed() { # NAME SUMMARY FILE
  printf '\n  /// %s\n  static let %s = ##"""\n' "$2" "$1"
  sed -e 's/^\(.\)/    \1/' "$3"
  printf '    """## + "\\n"\n'
}

{
  printf '// SPDX-License-Identifier: Apache-2.0\n// Written by Tests/Scripts/embed-plugin-texts.sh: change the files it reads instead.\n// swift-format-ignore-file\n\n'
  printf '/// Files that every plugin folder gets as they are.\nenum HeaderText {'
  embed header 'The text of mms_plugin.h.' Sources/CMMSPlugin/include/mms_plugin.h
  embed rustBindings 'The same for Rust.' Plugins/liquidity-regimes/mms.rs
  printf '}\n'
} >Sources/MMSPluginHost/Templates/HeaderText.swift

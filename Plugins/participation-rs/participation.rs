// SPDX-License-Identifier: Apache-2.0

/// The probability that a resting order fills in a row: the share of it that `share` of the row's volume covers.
#[no_mangle]
pub extern "C" fn participation(volume: f64, remaining: f64, share: f64) -> f64 {
    (share * volume / remaining).clamp(0.0, 1.0)
}

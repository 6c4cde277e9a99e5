// SPDX-License-Identifier: Apache-2.0
//! mms_plugin.h for Rust, ABI v1: the same tables, field by field. The contracts stand in the header.
#![allow(dead_code, non_camel_case_types)]

use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

pub type mms_status = i32;
pub const MMS_OK: mms_status = 0;
pub const MMS_WARN: mms_status = 1;
pub const MMS_DISCARD: mms_status = 2;
pub const MMS_ERROR: mms_status = 3;
pub const MMS_FATAL: mms_status = 4;

#[repr(C)]
pub struct mms_error {
    pub struct_size: u32,
    pub code: i32,
    pub row: i64,
    pub parameter: [c_char; 64],
    pub text: [c_char; 512],
}

pub type mms_random = c_void;
pub type mms_instance = c_void;

type draws = unsafe extern "C" fn(*const mms_random, i64, usize, u32, *mut f64);
type batch = unsafe extern "C" fn(*const f64, *mut f64, usize);

#[repr(C)]
pub struct mms_host {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub version: *const c_char,
    pub log: unsafe extern "C" fn(i32, *const c_char),
    pub uniforms: draws,
    pub normals: draws,
    pub exponentials: draws,
    pub u64s: unsafe extern "C" fn(*const mms_random, i64, usize, u32, *mut u64),
    pub exp: unsafe extern "C" fn(f64) -> f64,
    pub log_e: unsafe extern "C" fn(f64) -> f64,
    pub pow: unsafe extern "C" fn(f64, f64) -> f64,
    pub sin: unsafe extern "C" fn(f64) -> f64,
    pub cos: unsafe extern "C" fn(f64) -> f64,
    pub exp_n: batch,
    pub log_n: batch,
    pub pow_n: unsafe extern "C" fn(*const f64, f64, *mut f64, usize),
    pub sin_n: batch,
    pub cos_n: batch,
    pub address: Option<unsafe extern "C" fn(*const mms_random, *mut u64, *mut u64)>,
}

#[repr(C)]
pub struct mms_parameter {
    pub name: *const c_char,
    pub text: *const c_char,
    pub integer: i64,
    pub number: f64,
    pub upper: f64,
    pub kind: i32,
    pub reserved: i32,
}

#[repr(C)]
pub struct mms_market {
    pub struct_size: u32,
    pub reserved: u32,
    pub symbol: *const c_char,
    pub resolution_ns: i64,
    pub steps: i64,
    pub stress_volatility: f64,
    pub stress_liquidity: f64,
    pub normal_cost: f64,
    pub stressed_cost: f64,
}

#[repr(C)]
pub struct mms_path {
    pub struct_size: u32,
    pub is_central: i32,
    pub seed: u64,
    pub path: i64,
    pub random: *const mms_random,
}

/// A pointer or a table that only this library's statics hold.
#[repr(transparent)]
pub struct Shared<T>(pub T);
unsafe impl<T> Sync for Shared<T> {}

#[repr(C)]
pub struct mms_model {
    pub struct_size: u32,
    pub parameter_count: u32,
    pub id: *const c_char,
    pub parameters: *const *const c_char,
    pub create: unsafe extern "C" fn(
        *const mms_host, *const mms_parameter, u32, *mut *mut mms_instance, *mut mms_error,
    ) -> mms_status,
    pub destroy: unsafe extern "C" fn(*mut mms_instance),
    pub reset: unsafe extern "C" fn(*mut mms_instance, *mut mms_error) -> mms_status,
    pub get_interface: unsafe extern "C" fn(*const c_char) -> *const c_void,
    pub state_size: Option<unsafe extern "C" fn(*const mms_instance) -> usize>,
    pub save: Option<unsafe extern "C" fn(*const mms_instance, *mut u8, usize, *mut mms_error) -> mms_status>,
    pub load: Option<unsafe extern "C" fn(*mut mms_instance, *const u8, usize, *mut mms_error) -> mms_status>,
    pub clone:
        Option<unsafe extern "C" fn(*const mms_instance, *mut *mut mms_instance, *mut mms_error) -> mms_status>,
}

#[repr(C)]
pub struct mms_plugin {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub model_count: u32,
    pub reserved: u32,
    pub models: *const *const mms_model,
    pub init: Option<unsafe extern "C" fn(*const mms_host, *mut mms_error) -> mms_status>,
    pub deinit: Option<unsafe extern "C" fn()>,
}

#[repr(C)]
pub struct mms_block {
    pub struct_size: u32,
    pub path_count: u32,
    pub row_stride: i64,
    pub count: i64,
    pub first_step: i64,
    pub time: *mut i64,
    pub open: *mut f64,
    pub high: *mut f64,
    pub low: *mut f64,
    pub mid: *mut f64,
    pub half_spread: *mut f64,
    pub bid_depth: *mut f64,
    pub ask_depth: *mut f64,
    pub volatility: *mut f64,
    pub volume: *mut f64,
    pub stress: *mut f64,
    pub halted: *mut f64,
    pub event: *mut f64,
    pub base_volatility: *mut f64,
    pub base_volume: *mut f64,
}

pub const MMS_WHOLE_HISTORY: u32 = 1;
pub const MMS_WRITES_PRICES: u32 = 2;

#[repr(C)]
pub struct mms_anchor {
    pub name: *const c_char,
    pub step: i64,
}

#[repr(C)]
pub struct mms_scenario_v1 {
    pub struct_size: u32,
    pub flags: u32,
    pub feedback_steps: i64,
    pub prepare: Option<
        unsafe extern "C" fn(*mut mms_instance, *const mms_block, *const mms_market, *mut mms_error) -> mms_status,
    >,
    pub begin: Option<unsafe extern "C" fn(*mut mms_instance, *const mms_path, *mut mms_error) -> mms_status>,
    pub advance: unsafe extern "C" fn(
        *mut mms_instance, *mut mms_block, i64, i64, f64, *const mms_random, *mut mms_error,
    ) -> mms_status,
    pub anchors: Option<unsafe extern "C" fn(*const mms_instance, *mut mms_anchor, u32) -> u32>,
}

pub const MMS_BUY: i32 = 0;
pub const MMS_SELL: i32 = 1;

#[repr(C)]
pub struct mms_row {
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub mid: f64,
    pub half_spread: f64,
    pub bid_depth: f64,
    pub ask_depth: f64,
    pub volatility: f64,
    pub volume: f64,
}

#[repr(C)]
pub struct mms_fill_query {
    pub limit_price: f64,
    pub remaining: f64,
    pub queue_ahead: f64,
    pub available: f64,
    pub consumed: f64,
    pub used: f64,
    pub tick: f64,
    pub resolution_ns: i64,
    pub step: i64,
    pub order: i64,
    pub side: i32,
    pub is_marketable: i32,
}

#[repr(C)]
pub struct mms_fill_decision {
    pub quantity: f64,
    pub probability: f64,
    pub queue_ahead: f64,
    pub concession: f64,
}

#[repr(C)]
pub struct mms_fill_v1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub fill: unsafe extern "C" fn(
        *mut mms_instance, *const mms_fill_query, usize, *const mms_row, *const mms_random,
        *mut mms_fill_decision, *mut mms_error,
    ) -> mms_status,
}

#[repr(C)]
pub struct mms_execution {
    pub quantity: f64,
    pub volatility: f64,
    pub volume: f64,
    pub liquidity: f64,
    pub price: f64,
    pub resolution_ns: i64,
}

#[repr(C)]
pub struct mms_impact_quote {
    pub temporary: f64,
    pub lasting: f64,
}

#[repr(C)]
pub struct mms_impact_state {
    pub displacement: f64,
    pub is_idle: i32,
    pub reserved: i32,
}

#[repr(C)]
pub struct mms_impact_v1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub begin: Option<unsafe extern "C" fn(*mut mms_instance, *const mms_path, *mut mms_error) -> mms_status>,
    pub quote: unsafe extern "C" fn(
        *const mms_instance, *const mms_execution, usize, *mut mms_impact_quote, *mut mms_error,
    ) -> mms_status,
    pub apply: unsafe extern "C" fn(
        *mut mms_instance, *const mms_execution, usize, *mut mms_impact_quote, *mut mms_impact_state,
        *mut mms_error,
    ) -> mms_status,
    pub preview: unsafe extern "C" fn(*const mms_instance, i64, usize, *mut f64, *mut mms_error) -> mms_status,
    pub decay:
        unsafe extern "C" fn(*mut mms_instance, i64, i64, *mut mms_impact_state, *mut mms_error) -> mms_status,
}

pub const MMS_MARKET: i32 = 0;
pub const MMS_LIMIT: i32 = 1;
pub const MMS_STOP: i32 = 2;
pub const MMS_SUBMIT: i32 = 0;
pub const MMS_CANCEL: i32 = 1;
pub const MMS_CANCEL_ALL: i32 = 2;

#[repr(C)]
pub struct mms_working_order {
    pub price: f64,
    pub remaining: f64,
    pub id: u32,
    pub parent: u32,
    pub side: i32,
    pub kind: i32,
    pub status: i32,
    pub reserved: i32,
}

#[repr(C)]
pub struct mms_order_event {
    pub quantity: f64,
    pub price: f64,
    pub remaining: f64,
    pub order: u32,
    pub parent: u32,
    pub kind: i32,
    pub side: i32,
}

#[repr(C)]
pub struct mms_account {
    pub struct_size: u32,
    pub reserved: u32,
    pub cash: f64,
    pub position: f64,
    pub average_entry: f64,
    pub lot: f64,
    pub tick: f64,
    pub order_count: usize,
    pub orders: *const mms_working_order,
    pub event_count: usize,
    pub events: *const mms_order_event,
}

#[repr(C)]
pub struct mms_action {
    pub quantity: f64,
    pub price: f64,
    pub parent_quantity: f64,
    pub stop_loss: f64,
    pub time_to_live: i64,
    pub parent: u32,
    pub order: u32,
    pub kind: i32,
    pub side: i32,
    pub order_type: i32,
    pub post_only: i32,
    pub reduce_only: i32,
    pub reserved: i32,
}

#[repr(C)]
pub struct mms_actions {
    pub struct_size: u32,
    pub next_order: u32,
    pub actions: *mut mms_action,
    pub capacity: usize,
    pub count: usize,
    pub row: i64,
}

#[repr(C)]
pub struct mms_strategy_v1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub warm_up_ns: Option<unsafe extern "C" fn(*const mms_instance, i64) -> i64>,
    pub begin: Option<
        unsafe extern "C" fn(*mut mms_instance, *const mms_path, *const mms_market, *mut mms_error) -> mms_status,
    >,
    pub warm_up:
        Option<unsafe extern "C" fn(*mut mms_instance, *const mms_block, i64, i64, *mut mms_error) -> mms_status>,
    pub decide: unsafe extern "C" fn(
        *mut mms_instance, *const mms_block, i64, i64, *const mms_account, *mut mms_actions, *mut mms_error,
    ) -> mms_status,
}

#[repr(C)]
pub struct mms_coverage {
    pub symbol: *const c_char,
    pub resolution_ns: i64,
    pub start_ns: i64,
    pub end_ns: i64,
    pub count: i64,
}

#[repr(C)]
pub struct mms_bars {
    pub struct_size: u32,
    pub reserved: u32,
    pub capacity: usize,
    pub count: usize,
    pub time: *mut i64,
    pub open: *mut f64,
    pub high: *mut f64,
    pub low: *mut f64,
    pub close: *mut f64,
    pub volume: *mut f64,
    pub bid: *mut f64,
    pub ask: *mut f64,
}

#[repr(C)]
pub struct mms_source_v1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub coverage: unsafe extern "C" fn(*const mms_instance, *mut mms_coverage, u32) -> u32,
    pub open: unsafe extern "C" fn(*mut mms_instance, *const c_char, i64, i64, i64, *mut mms_error) -> mms_status,
    pub next: unsafe extern "C" fn(*mut mms_instance, *mut mms_bars, *mut mms_error) -> mms_status,
}

const _: () = {
    use std::mem::size_of;
    assert!(size_of::<mms_error>() == 592 && size_of::<mms_host>() == 144);
    assert!(size_of::<mms_parameter>() == 48 && size_of::<mms_market>() == 64 && size_of::<mms_path>() == 32);
    assert!(size_of::<mms_model>() == 88 && size_of::<mms_plugin>() == 56 && size_of::<mms_block>() == 152);
    assert!(size_of::<mms_scenario_v1>() == 48 && size_of::<mms_fill_v1>() == 16);
    assert!(size_of::<mms_row>() == 72 && size_of::<mms_fill_query>() == 88);
    assert!(size_of::<mms_fill_decision>() == 32 && size_of::<mms_execution>() == 48);
    assert!(size_of::<mms_impact_v1>() == 48 && size_of::<mms_account>() == 80);
    assert!(size_of::<mms_action>() == 72 && size_of::<mms_actions>() == 40);
    assert!(size_of::<mms_strategy_v1>() == 40 && size_of::<mms_coverage>() == 40);
    assert!(size_of::<mms_bars>() == 88 && size_of::<mms_source_v1>() == 32);
};

/// Writes a message into the caller's error and returns the status it goes with.
///
/// # Safety
/// `error` is null or points to the caller's error.
pub unsafe fn failed(error: *mut mms_error, status: mms_status, text: &str) -> mms_status {
    if let Some(error) = error.as_mut() {
        let room = error.text.len() - 1;
        let mut used = 0;
        for (place, byte) in error.text.iter_mut().zip(text.bytes().take(room)) {
            *place = byte as c_char;
            used += 1;
        }
        error.text[used] = 0;
    }
    status
}

/// Runs a body so that a panic becomes MMS_FATAL: no panic may cross the edge.
///
/// # Safety
/// `error` is null or points to the caller's error.
pub unsafe fn guarded(error: *mut mms_error, body: impl FnOnce() -> mms_status) -> mms_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(status) => status,
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            failed(error, MMS_FATAL, &format!("a panic: {}", text.unwrap_or_default()))
        }
    }
}

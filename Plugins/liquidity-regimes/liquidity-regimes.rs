// SPDX-License-Identifier: Apache-2.0
//! Spread and depth that switch between a calm and a thin market. See README.md.

mod mms;
use mms::*;
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};

const STATE_SIZE: usize = 3;
const STATE_VERSION: u8 = 1;

/// Draws of the chain's first state come from a lane of their own.
const SWITCH_LANE: u32 = 0;
const FIRST_LANE: u32 = 1;

#[derive(Clone)]
struct Model {
    host: &'static mms_host,
    calm_ns: f64,
    thin_ns: f64,
    spread: f64,
    depth: f64,
    stress: f64,
    /// Probability of leaving a state in one step; NaN before prepare.
    leave: [f64; 2],
    is_thin: bool,
    has_begun: bool,
}

impl Model {
    /// The share of time spent in the thin market.
    fn thin_share(&self) -> f64 {
        self.leave[0] / (self.leave[0] + self.leave[1])
    }

    unsafe fn uniform(&self, random: *const mms_random, step: i64, lane: u32) -> f64 {
        let mut value = 0.0;
        (self.host.uniforms)(random, step, 1, lane, &mut value);
        value
    }

    unsafe fn advance(&mut self, block: &mut mms_block, rows: std::ops::Range<i64>, random: *const mms_random) {
        for row in rows {
            let u = self.uniform(random, block.first_step + row, SWITCH_LANE);
            if u < self.leave[self.is_thin as usize] {
                self.is_thin = !self.is_thin;
            }
            if !self.is_thin {
                continue;
            }
            let row = row as usize;
            let spread = &mut *block.half_spread.add(row);
            *spread = (*spread * self.spread).min(0.5);
            *block.bid_depth.add(row) *= self.depth;
            *block.ask_depth.add(row) *= self.depth;
            let stress = &mut *block.stress.add(row);
            *stress = stress.max(self.stress);
        }
    }
}

unsafe fn model<'a>(instance: *mut mms_instance) -> &'a mut Model {
    &mut *(instance as *mut Model)
}

unsafe extern "C" fn create(
    host: *const mms_host, parameters: *const mms_parameter, count: u32, out: *mut *mut mms_instance,
    error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        if count as usize != NAMES.len() {
            return failed(error, MMS_ERROR, "the manifest declares other parameters than the source");
        }
        let values = std::slice::from_raw_parts(parameters, count as usize);
        let model = Model {
            host: &*host,
            calm_ns: values[0].integer as f64,
            thin_ns: values[1].integer as f64,
            spread: values[2].number,
            depth: values[3].number,
            stress: values[4].number,
            leave: [f64::NAN; 2],
            is_thin: false,
            has_begun: false,
        };
        *out = Box::into_raw(Box::new(model)) as *mut mms_instance;
        MMS_OK
    })
}

unsafe extern "C" fn destroy(instance: *mut mms_instance) {
    drop(Box::from_raw(instance as *mut Model));
}

unsafe extern "C" fn reset(instance: *mut mms_instance, error: *mut mms_error) -> mms_status {
    guarded(error, || {
        let m = model(instance);
        m.leave = [f64::NAN; 2];
        m.is_thin = false;
        m.has_begun = false;
        MMS_OK
    })
}

unsafe extern "C" fn prepare(
    instance: *mut mms_instance, _: *const mms_block, market: *const mms_market, error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        let m = model(instance);
        let step = (*market).resolution_ns as f64;
        m.leave = [1.0 - (m.host.exp)(-step / m.calm_ns), 1.0 - (m.host.exp)(-step / m.thin_ns)];
        MMS_OK
    })
}

unsafe extern "C" fn begin(
    instance: *mut mms_instance, path: *const mms_path, error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        let m = model(instance);
        if m.leave[0].is_nan() {
            return failed(error, MMS_ERROR, "begin was called before prepare");
        }
        let path = &*path;
        m.is_thin = path.is_central == 0 && m.uniform(path.random, 0, FIRST_LANE) < m.thin_share();
        m.has_begun = true;
        MMS_OK
    })
}

unsafe extern "C" fn advance(
    instance: *mut mms_instance, block: *mut mms_block, first_row: i64, end_row: i64, _net_quantity: f64,
    random: *const mms_random, error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        let m = model(instance);
        if !m.has_begun {
            return failed(error, MMS_ERROR, "advance was called before begin");
        }
        m.advance(&mut *block, first_row..end_row, random);
        MMS_OK
    })
}

unsafe extern "C" fn state_size(_: *const mms_instance) -> usize {
    STATE_SIZE
}

unsafe extern "C" fn save(
    instance: *const mms_instance, bytes: *mut u8, size: usize, error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        if size != STATE_SIZE {
            return failed(error, MMS_ERROR, "there is no room for the state");
        }
        let m = &*(instance as *const Model);
        let state = [STATE_VERSION, m.is_thin as u8, m.has_begun as u8];
        std::slice::from_raw_parts_mut(bytes, size).copy_from_slice(&state);
        MMS_OK
    })
}

unsafe extern "C" fn load(
    instance: *mut mms_instance, bytes: *const u8, size: usize, error: *mut mms_error,
) -> mms_status {
    guarded(error, || match std::slice::from_raw_parts(bytes, size) {
        &[STATE_VERSION, is_thin @ 0..=1, has_begun @ 0..=1] => {
            let m = model(instance);
            m.is_thin = is_thin == 1;
            m.has_begun = has_begun == 1;
            MMS_OK
        }
        [version, _, _] if *version != STATE_VERSION => {
            failed(error, MMS_ERROR, &format!("the saved state is of version {version}, not {STATE_VERSION}"))
        }
        _ => failed(error, MMS_ERROR, "the saved state is damaged"),
    })
}

unsafe extern "C" fn clone(
    instance: *const mms_instance, out: *mut *mut mms_instance, error: *mut mms_error,
) -> mms_status {
    guarded(error, || {
        let copy = (*(instance as *const Model)).clone();
        *out = Box::into_raw(Box::new(copy)) as *mut mms_instance;
        MMS_OK
    })
}

static SCENARIO: mms_scenario_v1 = mms_scenario_v1 {
    struct_size: size_of::<mms_scenario_v1>() as u32,
    flags: 0,
    feedback_steps: 0,
    prepare: Some(prepare),
    begin: Some(begin),
    advance,
    anchors: None,
};

unsafe extern "C" fn get_interface(name: *const c_char) -> *const c_void {
    if CStr::from_ptr(name) == c"mms.scenario/1" {
        &SCENARIO as *const _ as *const c_void
    } else {
        std::ptr::null()
    }
}

static NAMES: [Shared<*const c_char>; 5] = [
    Shared(c"calm".as_ptr()),
    Shared(c"thin".as_ptr()),
    Shared(c"spread".as_ptr()),
    Shared(c"depth".as_ptr()),
    Shared(c"stress".as_ptr()),
];

static MODEL: Shared<mms_model> = Shared(mms_model {
    struct_size: size_of::<mms_model>() as u32,
    parameter_count: NAMES.len() as u32,
    id: c"liquidity-regimes/LiquidityRegimes-v1".as_ptr(),
    parameters: &NAMES as *const _ as *const *const c_char,
    create,
    destroy,
    reset,
    get_interface,
    state_size: Some(state_size),
    save: Some(save),
    load: Some(load),
    clone: Some(clone),
});

static MODELS: [Shared<*const mms_model>; 1] = [Shared(&MODEL as *const _ as *const mms_model)];

static PLUGIN: Shared<mms_plugin> = Shared(mms_plugin {
    struct_size: size_of::<mms_plugin>() as u32,
    abi_minor: 0,
    name: c"liquidity-regimes".as_ptr(),
    version: c"1.0.0".as_ptr(),
    model_count: 1,
    reserved: 0,
    models: &MODELS as *const _ as *const *const mms_model,
    init: None,
    deinit: None,
});

#[no_mangle]
pub extern "C" fn mms_plugin_entry_v1() -> *const mms_plugin {
    &PLUGIN.0
}

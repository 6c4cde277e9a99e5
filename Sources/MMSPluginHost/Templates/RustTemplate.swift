// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Sources in Rust, without crates.
enum RustTemplate {
  static func source(_ kind: ModelKind) -> String {
    let part = RustModel.part(kind)
    let fields = part.parameters.map { "    \($0.field): f64,\n" }.joined()
    let values = part.parameters.enumerated().map { "\($1.field): values[\($0)].number, " }.joined()
    let state = part.state.map { "\($0.name): \($0.initial), " }.joined()
    let stateFields = part.state.map { "    \($0.name): \($0.type),\n" }.joined()
    let resets = part.state.map { "        m.\($0.name) = \($0.initial);\n" }.joined()
    let names = part.parameters.map { "Shared(c\"\($0.name)\".as_ptr())" }.joined(separator: ", ")
    return """
      mod mms;
      use mms::*;
      use std::ffi::CStr;
      use std::os::raw::{c_char, c_void};

      \(part.items)#[allow(dead_code)]
      struct Model {
          host: &'static mms_host,
      \(fields)\(stateFields)}

      unsafe extern "C" fn create(
          host: *const mms_host, parameters: *const mms_parameter, count: u32, out: *mut *mut mms_instance,
          error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              if count != \(part.parameters.count) {
                  return failed(error, MMS_ERROR, "the manifest declares other parameters than the source");
              }
              let values = std::slice::from_raw_parts(parameters, count as usize);
              let model = Model { host: &*host, \(values)\(state)};
              *out = Box::into_raw(Box::new(model)) as *mut mms_instance;
              MMS_OK
          })
      }

      unsafe extern "C" fn destroy(instance: *mut mms_instance) {
          drop(Box::from_raw(instance as *mut Model));
      }

      unsafe extern "C" fn reset(instance: *mut mms_instance, _: *mut mms_error) -> mms_status {
          let \(part.state.isEmpty ? "_m" : "m") = &mut *(instance as *mut Model);
      \(resets.replacing("        m.", with: "    m."))    MMS_OK
      }

      \(part.functions)
      unsafe extern "C" fn get_interface(name: *const c_char) -> *const c_void {
          if CStr::from_ptr(name) == c"mms.{{kind}}/1" {
              &TABLE as *const _ as *const c_void
          } else {
              std::ptr::null()
          }
      }

      static NAMES: [Shared<*const c_char>; \(part.parameters.count)] = [\(names)];

      static MODEL: Shared<mms_model> = Shared(mms_model {
          struct_size: size_of::<mms_model>() as u32,
          parameter_count: \(part.parameters.count),
          id: c"{{id}}".as_ptr(),
          parameters: &NAMES as *const _ as *const *const c_char,
          create,
          destroy,
          reset,
          get_interface,
          state_size: None,
          save: None,
          load: None,
          clone: None,
      });

      static MODELS: [Shared<*const mms_model>; 1] = [Shared(&MODEL as *const _ as *const mms_model)];

      static PLUGIN: Shared<mms_plugin> = Shared(mms_plugin {
          struct_size: size_of::<mms_plugin>() as u32,
          abi_minor: 0,
          name: c"{{name}}".as_ptr(),
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

      """
  }

  static func bare(_ kind: ModelKind) -> String {
    switch kind {
    case .scenario:
      """
      /// Widens the half spread of rows, fractions of the mid, in place.
      ///
      /// # Safety
      /// `half_spread` points to `rows` values.
      #[no_mangle]
      pub unsafe extern "C" fn spread(rows: i64, factor: f64, half_spread: *mut f64) {
          for value in std::slice::from_raw_parts_mut(half_spread, rows as usize) {
              *value = (*value * factor).min(0.5);
          }
      }

      """
    case .fill:
      """
      /// The probability that a resting order fills in a row.
      #[no_mangle]
      pub extern "C" fn fill(volume: f64, remaining: f64, share: f64) -> f64 {
          (share * volume / remaining).min(1.0)
      }

      """
    default:
      """
      /// What an order pays: a fraction of the mid. quantity in base units, adv per day, volatility per root day.
      #[no_mangle]
      pub extern "C" fn impact(quantity: f64, volatility: f64, adv: f64) -> f64 {
          0.7 * volatility * (quantity.abs() / adv).sqrt()
      }

      """
    }
  }
}

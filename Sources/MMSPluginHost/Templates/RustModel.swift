// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The part of a source in Rust that differs between kinds.
struct RustModel {
  var parameters: [(name: String, field: String)]
  var state: [(name: String, type: String, initial: String)] = []
  var items = ""
  var functions: String

  static func part(_ kind: ModelKind) -> RustModel {
    switch kind {
    case .scenario: scenario
    case .fill: fill
    case .impact: impact
    case .source: source
    default: strategy
    }
  }

  private static let scenario = RustModel(
    parameters: [("factor", "factor"), ("noise", "noise")],
    functions: """
      /// Rewrites rows in place. The draw is addressed by the step, so any split into calls gives the same bytes.
      unsafe extern "C" fn advance(
          instance: *mut mms_instance, block: *mut mms_block, first_row: i64, end_row: i64, _net_quantity: f64,
          random: *const mms_random, error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &*(instance as *const Model);
              let block = &*block;
              for row in first_row..end_row {
                  let mut z = 0.0;
                  (m.host.normals)(random, block.first_step + row, 1, 0, &mut z);
                  let spread = &mut *block.half_spread.offset(row as isize);
                  *spread = (*spread * m.factor * (m.host.exp)(m.noise * z)).min(0.5);
              }
              MMS_OK
          })
      }

      static TABLE: mms_scenario_v1 = mms_scenario_v1 {
          struct_size: size_of::<mms_scenario_v1>() as u32,
          flags: 0,
          feedback_steps: 0,
          prepare: None,
          begin: None,
          advance,
          anchors: None,
      };

      """)

  private static let fill = RustModel(
    parameters: [("share", "share")],

    functions: """
      unsafe extern "C" fn fill(
          instance: *mut mms_instance, orders: *const mms_fill_query, count: usize, row: *const mms_row,
          _random: *const mms_random, out: *mut mms_fill_decision, error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &*(instance as *const Model);
              let row = &*row;
              // A row without a range has been where it began and ended.
              let low = if row.low.is_nan() { row.open.min(row.mid) } else { row.low };
              let high = if row.high.is_nan() { row.open.max(row.mid) } else { row.high };
              for i in 0..count {
                  let order = &*orders.add(i);
                  let most = order.remaining.min(order.available);
                  let is_through = match order.side {
                      MMS_BUY => low < order.limit_price,
                      _ => high > order.limit_price,
                  };
                  let left = m.share * row.volume - order.used;
                  let quantity = if order.is_marketable != 0 {
                      most
                  } else if is_through && left > 0.0 {
                      most.min(left)
                  } else {
                      0.0
                  };
                  let probability = quantity / order.remaining;
                  *out.add(i) = mms_fill_decision { quantity, probability, queue_ahead: 0.0, concession: 0.0 };
              }
              MMS_OK
          })
      }

      static TABLE: mms_fill_v1 =
          mms_fill_v1 { struct_size: size_of::<mms_fill_v1>() as u32, reserved: 0, fill };

      """)

  private static let impact = RustModel(
    parameters: [("Y", "y")],

    functions: """
      unsafe extern "C" fn quote(
          instance: *const mms_instance, orders: *const mms_execution, count: usize, out: *mut mms_impact_quote,
          error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &*(instance as *const Model);
              for i in 0..count {
                  let order = &*orders.add(i);
                  let size = if order.volume > 0.0 { order.quantity.abs() / order.volume } else { 0.0 };
                  let paid = m.y * order.volatility * size.sqrt() / order.liquidity;
                  let temporary = if order.quantity < 0.0 { -paid } else { paid };
                  *out.add(i) = mms_impact_quote { temporary, lasting: 0.0 };
              }
              MMS_OK
          })
      }

      /// Nothing lasts: the mid is never displaced and the model always idle.
      const REST: mms_impact_state = mms_impact_state { displacement: 0.0, is_idle: 1, reserved: 0 };

      unsafe extern "C" fn apply(
          instance: *mut mms_instance, orders: *const mms_execution, count: usize, out: *mut mms_impact_quote,
          state: *mut mms_impact_state, error: *mut mms_error,
      ) -> mms_status {
          *state = REST;
          quote(instance, orders, count, out, error)
      }

      unsafe extern "C" fn preview(
          _: *const mms_instance, _resolution_ns: i64, count: usize, out: *mut f64, _: *mut mms_error,
      ) -> mms_status {
          for i in 0..count {
              *out.add(i) = 0.0;
          }
          MMS_OK
      }

      unsafe extern "C" fn decay(
          _: *mut mms_instance, _steps: i64, _resolution_ns: i64, state: *mut mms_impact_state, _: *mut mms_error,
      ) -> mms_status {
          *state = REST;
          MMS_OK
      }

      static TABLE: mms_impact_v1 = mms_impact_v1 {
          struct_size: size_of::<mms_impact_v1>() as u32,
          reserved: 0,
          begin: None,
          quote,
          apply,
          preview,
          decay,
      };

      """)
}

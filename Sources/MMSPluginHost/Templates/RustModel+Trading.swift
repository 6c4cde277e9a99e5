// SPDX-License-Identifier: Apache-2.0

extension RustModel {
  static let source = RustModel(
    parameters: [("price", "price")],
    state: [("next", "i64", "0"), ("end", "i64", "0")],
    items: """
      const MINUTE: i64 = 60_000_000_000;
      const START: i64 = 1_704_067_200_000_000_000; // 2024-01-01
      const BARS: i64 = 90 * 1440;

      """,
    functions: """
      unsafe extern "C" fn coverage(_: *const mms_instance, out: *mut mms_coverage, capacity: u32) -> u32 {
          if capacity > 0 {
              *out = mms_coverage {
                  symbol: c"WAVE".as_ptr(),
                  resolution_ns: MINUTE,
                  start_ns: START,
                  end_ns: START + BARS * MINUTE,
                  count: BARS,
              };
          }
          1
      }

      unsafe extern "C" fn open(
          instance: *mut mms_instance, symbol: *const c_char, from_ns: i64, to_ns: i64, resolution_ns: i64,
          error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &mut *(instance as *mut Model);
              if CStr::from_ptr(symbol) != c"WAVE" {
                  return failed(error, MMS_ERROR, "this source knows one symbol, WAVE");
              }
              if resolution_ns != MINUTE {
                  return failed(error, MMS_ERROR, "this source has bars of one minute");
              }
              m.next = if from_ns > START { (from_ns - START + MINUTE - 1) / MINUTE } else { 0 };
              m.end = if to_ns > START { ((to_ns - START) / MINUTE).min(BARS) } else { 0 };
              MMS_OK
          })
      }

      unsafe fn price(m: &Model, minute: i64) -> f64 {
          m.price * (1.0 + 0.05 * (m.host.sin)((minute % 1440) as f64 * (6.283185307179586 / 1440.0)))
      }

      unsafe extern "C" fn next(
          instance: *mut mms_instance, bars: *mut mms_bars, error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &mut *(instance as *mut Model);
              let bars = &mut *bars;
              bars.count = 0;
              while bars.count < bars.capacity && m.next < m.end {
                  let i = bars.count;
                  let (first, last) = (price(m, m.next), price(m, m.next + 1));
                  *bars.time.add(i) = START + (m.next + 1) * MINUTE;
                  *bars.open.add(i) = first;
                  *bars.high.add(i) = first.max(last);
                  *bars.low.add(i) = first.min(last);
                  *bars.close.add(i) = last;
                  *bars.volume.add(i) = 10.0;
                  *bars.bid.add(i) = f64::NAN;
                  *bars.ask.add(i) = f64::NAN;
                  bars.count += 1;
                  m.next += 1;
              }
              MMS_OK
          })
      }

      static TABLE: mms_source_v1 =
          mms_source_v1 { struct_size: size_of::<mms_source_v1>() as u32, reserved: 0, coverage, open, next };

      """)

  static let strategy = RustModel(
    parameters: [("size", "size"), ("dip", "dip")],
    state: [("last", "f64", "0.0")],

    functions: """
      unsafe extern "C" fn begin(
          instance: *mut mms_instance, _: *const mms_path, _: *const mms_market, error: *mut mms_error,
      ) -> mms_status {
          reset(instance, error)
      }

      unsafe extern "C" fn decide(
          instance: *mut mms_instance, block: *const mms_block, first_row: i64, end_row: i64,
          account: *const mms_account, actions: *mut mms_actions, error: *mut mms_error,
      ) -> mms_status {
          guarded(error, || {
              let m = &mut *(instance as *mut Model);
              let (block, account, actions) = (&*block, &*account, &mut *actions);
              actions.count = 0;
              actions.row = end_row;
              for row in first_row..end_row {
                  let now = *block.mid.offset(row as isize);
                  let before = std::mem::replace(&mut m.last, now);
                  if before == 0.0 || account.order_count > 0 {
                      continue;
                  }
                  let buys = account.position == 0.0 && now <= (1.0 - m.dip) * before;
                  let sells = account.position > 0.0 && now >= (1.0 + m.dip) * before;
                  if !buys && !sells {
                      continue;
                  }
                  if actions.capacity == 0 {
                      return failed(error, MMS_ERROR, "no room for an order");
                  }
                  *actions.actions = mms_action {
                      quantity: if buys { m.size } else { account.position },
                      price: f64::NAN,
                      parent_quantity: 0.0,
                      stop_loss: 0.0,
                      time_to_live: 0,
                      parent: 0,
                      order: 0,
                      kind: MMS_SUBMIT,
                      side: if buys { MMS_BUY } else { MMS_SELL },
                      order_type: MMS_MARKET,
                      post_only: 0,
                      reduce_only: 0,
                      reserved: 0,
                  };
                  actions.count = 1;
                  actions.row = row;
                  break; // The next call begins at the row after.
              }
              MMS_OK
          })
      }

      static TABLE: mms_strategy_v1 = mms_strategy_v1 {
          struct_size: size_of::<mms_strategy_v1>() as u32,
          reserved: 0,
          warm_up_ns: None,
          begin: Some(begin),
          warm_up: None,
          decide,
      };

      """)
}

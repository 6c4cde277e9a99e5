// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// The part of a source in C that differs between kinds: its instance and the functions of its interface.
struct CModel {
  /// Parameters: as the manifest says, as the instance has them, and the member that holds the value.
  var parameters: [(name: String, field: String, value: String)]
  /// The type of the instance.
  var model: String
  /// How an instance goes back to where it began; empty when nothing changes.
  var reset = ""
  /// Functions and table of the interface.
  var functions: String

  static func part(_ kind: ModelKind) -> CModel {
    switch kind {
    case .scenario: scenario
    case .fill: fill
    case .impact: impact
    case .source: source
    default: strategy
    }
  }

  private static let scenario = CModel(
    parameters: [("factor", "factor", "number"), ("noise", "noise", "number")],
    model: """
      typedef struct {
        const mms_host *host;
        double factor;
        double noise;
      } Model;


      """,
    functions: """
      /* Rewrites rows in place. The draw is addressed by the step, so any split into calls gives the same bytes. */
      static mms_status advance(mms_instance *instance, mms_block *block, int64_t first_row, int64_t end_row,
                                double net_quantity, const mms_random *random, mms_error *error) {
        //begin
        const Model *m = (const Model *)instance;
        (void)net_quantity;
        (void)error;
        for (int64_t row = first_row; row < end_row; row++) {
          double z;
          m->host->normals(random, block->first_step + row, 1, 0, &z);
          double wide = block->half_spread[row] * m->factor * m->host->exp(m->noise * z);
          block->half_spread[row] = wide < 0.5 ? wide : 0.5;
        }
        return MMS_OK;
        //end
      }

      static const mms_scenario_v1 table = {
          sizeof(mms_scenario_v1), 0, 0, NULL, NULL, advance, NULL, /* flags, feedback, prepare, begin; anchors */
      };

      """)

  private static let fill = CModel(
    parameters: [("share", "share", "number")],
    model: """
      typedef struct {
        const mms_host *host;
        double share;
      } Model;

      static double least(double a, double b) { return a < b ? a : b; }


      """,
    functions: """
      static mms_status fill(mms_instance *instance, const mms_fill_query *orders, size_t count, const mms_row *row,
                             const mms_random *random, mms_fill_decision *out, mms_error *error) {
        //begin
        const Model *m = (const Model *)instance;
        (void)random;
        (void)error;
        for (size_t i = 0; i < count; i++) {
          const mms_fill_query *order = &orders[i];
          mms_fill_decision decision = {0, 0, 0, 0};
          double most = least(order->remaining, order->available);
          if (order->is_marketable) {
            decision.quantity = most;
          } else {
            /* A row without a range has been where it began and ended. */
            double low = isnan(row->low) ? least(row->open, row->mid) : row->low;
            double high = isnan(row->high) ? -least(-row->open, -row->mid) : row->high;
            int is_through = order->side == MMS_BUY ? low < order->limit_price : high > order->limit_price;
            double left = m->share * row->volume - order->used;
            if (is_through && left > 0) decision.quantity = least(most, left);
          }
          decision.probability = decision.quantity / order->remaining;
          out[i] = decision;
        }
        return MMS_OK;
        //end
      }

      static const mms_fill_v1 table = {sizeof(mms_fill_v1), 0, fill};

      """)

  private static let impact = CModel(
    parameters: [("Y", "Y", "number")],
    model: """
      typedef struct {
        const mms_host *host;
        double Y;
      } Model;


      """,
    functions: """
      static mms_status quote(const mms_instance *instance, const mms_execution *orders, size_t count,
                              mms_impact_quote *out, mms_error *error) {
        //begin
        const Model *m = (const Model *)instance;
        (void)error;
        for (size_t i = 0; i < count; i++) {
          const mms_execution *order = &orders[i];
          double size = order->volume > 0 ? fabs(order->quantity) / order->volume : 0;
          double paid = m->Y * order->volatility * sqrt(size) / order->liquidity;
          out[i].temporary = order->quantity < 0 ? -paid : paid;
          out[i].lasting = 0;
        }
        return MMS_OK;
        //end
      }

      /* Nothing lasts: the mid is never displaced and the model always idle. */
      static void rest(mms_impact_state *state) {
        state->displacement = 0;
        state->is_idle = 1;
        state->reserved = 0;
      }

      static mms_status apply(mms_instance *instance, const mms_execution *orders, size_t count,
                              mms_impact_quote *out, mms_impact_state *state, mms_error *error) {
        rest(state);
        return quote(instance, orders, count, out, error);
      }

      static mms_status preview(const mms_instance *instance, int64_t resolution_ns, size_t count, double *out,
                                mms_error *error) {
        (void)instance;
        (void)resolution_ns;
        (void)error;
        for (size_t i = 0; i < count; i++) out[i] = 0;
        return MMS_OK;
      }

      static mms_status decay(mms_instance *instance, int64_t steps, int64_t resolution_ns, mms_impact_state *state,
                              mms_error *error) {
        (void)instance;
        (void)steps;
        (void)resolution_ns;
        (void)error;
        rest(state);
        return MMS_OK;
      }

      static const mms_impact_v1 table = {sizeof(mms_impact_v1), 0, NULL, quote, apply, preview, decay};

      """)
}

// SPDX-License-Identifier: Apache-2.0

extension CModel {
  static let source = CModel(
    parameters: [("price", "price", "number")],
    model: """
      #define MINUTE INT64_C(60000000000)
      #define START INT64_C(1704067200000000000) /* 2024-01-01 */
      #define BARS (90 * 1440)

      typedef struct {
        const mms_host *host;
        double price;
        int64_t next; /* the bar that comes next */
        int64_t end;
      } Model;


      """,
    reset: "m->next = m->end = 0;",
    functions: """
      static uint32_t coverage(const mms_instance *instance, mms_coverage *out, uint32_t capacity) {
        (void)instance;
        if (capacity > 0) {
          out[0].symbol = "WAVE";
          out[0].resolution_ns = MINUTE;
          out[0].start_ns = START;
          out[0].end_ns = START + BARS * MINUTE;
          out[0].count = BARS;
        }
        return 1;
      }

      static mms_status open_series(mms_instance *instance, const char *symbol, int64_t from_ns, int64_t to_ns,
                                    int64_t resolution_ns, mms_error *error) {
        //begin
        Model *m = (Model *)instance;
        if (strcmp(symbol, "WAVE") != 0) return failed(error, "this source knows one symbol, WAVE");
        if (resolution_ns != MINUTE) return failed(error, "this source has bars of one minute");
        int64_t first = from_ns > START ? (from_ns - START + MINUTE - 1) / MINUTE : 0;
        int64_t end = to_ns > START ? (to_ns - START) / MINUTE : 0;
        m->next = first;
        m->end = end < BARS ? end : BARS;
        return MMS_OK;
        //end
      }

      static double price(const Model *m, int64_t minute) {
        return m->price * (1 + 0.05 * m->host->sin((double)(minute % 1440) * (6.283185307179586 / 1440)));
      }

      static mms_status next(mms_instance *instance, mms_bars *bars, mms_error *error) {
        //begin
        Model *m = (Model *)instance;
        (void)error;
        bars->count = 0;
        for (; bars->count < bars->capacity && m->next < m->end; m->next++) {
          size_t i = bars->count++;
          double first = price(m, m->next), last = price(m, m->next + 1);
          bars->time[i] = START + (m->next + 1) * MINUTE;
          bars->open[i] = first;
          bars->high[i] = first > last ? first : last;
          bars->low[i] = first < last ? first : last;
          bars->close[i] = last;
          bars->volume[i] = 10;
          bars->bid[i] = bars->ask[i] = NAN;
        }
        return MMS_OK;
        //end
      }

      static const mms_source_v1 table = {sizeof(mms_source_v1), 0, coverage, open_series, next};

      """)

  static let strategy = CModel(
    parameters: [("size", "size", "number"), ("dip", "dip", "number")],
    model: """
      typedef struct {
        const mms_host *host;
        double size;
        double dip;
        double last; /* the close before; 0 before the first */
      } Model;


      """,
    reset: "m->last = 0;",
    functions: """
      static mms_status begin(mms_instance *instance, const mms_path *path, const mms_market *market,
                              mms_error *error) {
        (void)path;
        (void)market;
        return reset(instance, error);
      }

      static mms_status decide(mms_instance *instance, const mms_block *block, int64_t first_row, int64_t end_row,
                               const mms_account *account, mms_actions *actions, mms_error *error) {
        //begin
        Model *m = (Model *)instance;
        actions->count = 0;
        actions->row = end_row;
        for (int64_t row = first_row; row < end_row; row++) {
          double before = m->last, now = block->mid[row];
          m->last = now;
          if (before == 0 || account->order_count > 0) continue;
          int buys = account->position == 0 && now <= (1 - m->dip) * before;
          int sells = account->position > 0 && now >= (1 + m->dip) * before;
          if (!buys && !sells) continue;
          if (actions->capacity == 0) return failed(error, "no room for an order");
          mms_action *action = &actions->actions[0];
          memset(action, 0, sizeof *action);
          action->kind = MMS_SUBMIT;
          action->type = MMS_MARKET;
          action->side = buys ? MMS_BUY : MMS_SELL;
          action->quantity = buys ? m->size : account->position;
          action->price = NAN;
          actions->count = 1;
          actions->row = row;
          break; /* The next call begins at the row after. */
        }
        return MMS_OK;
        //end
      }

      static const mms_strategy_v1 table = {sizeof(mms_strategy_v1), 0, NULL, begin, NULL, decide};

      """)
}

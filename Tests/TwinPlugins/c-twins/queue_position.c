/* SPDX-License-Identifier: Apache-2.0 */
/* fill/QueuePosition-v1: a resting order fills after what stood before it has traded. */
#include "twins.h"

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  static char nothing; /* no state: every instance is the same */
  (void)host, (void)parameters, (void)count, (void)error;
  *out = (mms_instance *)&nothing;
  return MMS_OK;
}

static void destroy(mms_instance *instance) { (void)instance; }

static mms_status reset(mms_instance *instance, mms_error *error) {
  (void)instance, (void)error;
  return MMS_OK;
}

/* How far the row traded through the limit; negative when it never got there. */
static double reach(const mms_fill_query *order, const mms_row *row) {
  if (order->side == MMS_BUY) return order->limit_price - (isnan(row->low) ? row->mid : row->low);
  return (isnan(row->high) ? row->mid : row->high) - order->limit_price;
}

static mms_fill_decision decide(const mms_fill_query *order, const mms_row *row) {
  double most = smaller(order->remaining, order->available);
  if (order->is_marketable) return (mms_fill_decision){.quantity = most, .probability = most / order->remaining};
  double depth = order->side == MMS_BUY ? row->bid_depth : row->ask_depth;
  double queue = isnan(order->queue_ahead) ? depth : order->queue_ahead;
  double through = reach(order, row);
  if (!(through >= 0)) return (mms_fill_decision){.queue_ahead = queue};
  double range = row->high - row->low;
  double share = range > 0 ? smaller(1, (through + order->tick) / (range + order->tick)) : 1;
  double traded = larger(0, 0.5 * row->volume * share - order->consumed);
  double quantity = smaller(most, larger(0, traded - queue));
  return (mms_fill_decision){.quantity = quantity,
                             .probability = quantity / order->remaining,
                             .queue_ahead = larger(0, queue - traded)};
}

static mms_status fill(mms_instance *instance, const mms_fill_query *orders, size_t count, const mms_row *row,
                       const mms_random *random, mms_fill_decision *out, mms_error *error) {
  (void)instance, (void)random, (void)error;
  for (size_t i = 0; i < count; i++) out[i] = decide(&orders[i], row);
  return MMS_OK;
}

static const mms_fill_v1 table = {sizeof(mms_fill_v1), 0, fill};

static const void *get_interface(const char *name) { return strcmp(name, MMS_FILL_INTERFACE) == 0 ? &table : NULL; }

const mms_model twin_queue_position = {sizeof(mms_model), 0, "c-twins/QueuePosition-v1", NULL, create, destroy,
                                       reset, get_interface, NULL, NULL, NULL, NULL};

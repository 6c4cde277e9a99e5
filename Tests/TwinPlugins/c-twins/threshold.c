/* SPDX-License-Identifier: Apache-2.0 */
/* threshold: trades when the mid strays from its rolling mean. */
#include "twins.h"

enum { ENTRY, EXIT, POSITION_SIZE, STOP_LOSS, WINDOW, MODE, ALLOW_SHORT, ENTRY_MODE, ORDER_TYPE, ORDER_TTL,
       PARAMETERS };
enum { NO_SIDE = -1 };

typedef struct {
  double entry, exit, position_size, stop_loss;
  int64_t window_ns, time_to_live;
  double orientation;
  int allows_short, scales_in, uses_limits;
  /* The rolling mean: a ring of mids and their sum, built anew each time the ring wraps. */
  double *ring, sum;
  int64_t window, next, count;
  /* What a path has come to. */
  int stopped_side;
  uint32_t expired_exit, expired_entry;
} Model;

static mms_status create(const mms_host *host, const mms_parameter *p, uint32_t count, mms_instance **out,
                         mms_error *error) {
  (void)host;
  if (count != PARAMETERS) return failed(error, "the manifest declares other parameters than the source");
  Model *m = calloc(1, sizeof *m);
  if (m == NULL) return failed(error, "no memory for an instance");
  m->entry = p[ENTRY].number;
  m->exit = p[EXIT].number;
  m->position_size = p[POSITION_SIZE].number;
  m->stop_loss = p[STOP_LOSS].number;
  m->window_ns = p[WINDOW].integer;
  m->orientation = strcmp(p[MODE].text, "reversion") == 0 ? -1 : 1;
  m->allows_short = p[ALLOW_SHORT].integer != 0;
  m->scales_in = strcmp(p[ENTRY_MODE].text, "scale_in") == 0;
  m->uses_limits = strcmp(p[ORDER_TYPE].text, "limit") == 0;
  m->time_to_live = p[ORDER_TTL].integer;
  m->stopped_side = NO_SIDE;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static void destroy(mms_instance *instance) {
  if (instance != NULL) free(((Model *)instance)->ring);
  free(instance);
}

static void forget(Model *m) {
  m->next = m->count = 0;
  m->sum = 0;
  m->stopped_side = NO_SIDE;
  m->expired_exit = m->expired_entry = 0;
}

static mms_status reset(mms_instance *instance, mms_error *error) {
  (void)error;
  forget((Model *)instance);
  return MMS_OK;
}

static int64_t steps(const Model *m, int64_t resolution_ns) {
  int64_t n = m->window_ns / resolution_ns;
  return n > 1 ? n : 1;
}

static int64_t warm_up_ns(const mms_instance *instance, int64_t resolution_ns) {
  return steps((const Model *)instance, resolution_ns) * resolution_ns;
}

static mms_status begin(mms_instance *instance, const mms_path *path, const mms_market *market, mms_error *error) {
  Model *m = (Model *)instance;
  int64_t window = steps(m, market->resolution_ns);
  (void)path;
  if (window != m->window) {
    double *ring = realloc(m->ring, (size_t)window * sizeof *ring);
    if (ring == NULL) return failed(error, "no memory for the window");
    m->ring = ring;
    m->window = window;
  }
  memset(m->ring, 0, (size_t)window * sizeof *m->ring);
  forget(m);
  return MMS_OK;
}

/* Feeds a mid; whether there is a signal. */
static int feed(Model *m, double mid, double *signal) {
  int is_full = m->count == m->window;
  if (m->next == m->window - 1) {
    double sums[4] = {0, 0, 0, 0}, total;
    int64_t whole = m->window & ~(int64_t)3;
    m->ring[m->next] = mid;
    m->next = 0;
    for (int64_t i = 0; i < whole; i++) sums[i & 3] += m->ring[i];
    total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (int64_t i = whole; i < m->window; i++) total += m->ring[i];
    m->sum = total;
  } else {
    m->sum += is_full ? mid - m->ring[m->next] : mid;
    m->ring[m->next] = mid;
    m->next++;
  }
  if (!is_full) m->count++;
  if (m->count < m->window) return 0;
  *signal = mid * (double)m->window / m->sum - 1;
  return 1;
}

static mms_status warm_up(mms_instance *instance, const mms_block *block, int64_t first_row, int64_t end_row,
                          mms_error *error) {
  double signal;
  (void)error;
  for (int64_t row = first_row; row < end_row; row++) feed((Model *)instance, block->mid[row], &signal);
  return MMS_OK;
}

/* The side of the position; less than a lot cannot be traded and counts as nothing. */
static int held_side(const mms_account *account) {
  if (account->position == 0 || fabs(account->position) < 0.999 * account->lot) return NO_SIDE;
  return account->position > 0 ? MMS_BUY : MMS_SELL;
}

static double sign(int side) { return side == MMS_BUY ? 1 : -1; }

static void take(Model *m, const mms_account *account) {
  for (size_t i = 0; i < account->event_count; i++) {
    const mms_order_event *event = &account->events[i];
    if (event->kind == MMS_EVENT_STOP_FILL) m->stopped_side = event->side == MMS_BUY ? MMS_SELL : MMS_BUY;
    if (event->kind == MMS_EVENT_EXPIRED) {
      int closing = account->position > 0 ? MMS_SELL : MMS_BUY;
      if (account->position != 0 && event->side == closing) {
        m->expired_exit = event->parent;
      } else if (account->position == 0) {
        m->expired_entry = event->parent;
      }
    }
  }
}

/* Signals strictly between the bounds ask for nothing. */
static void corridor(const Model *m, const mms_account *account, double *low, double *high) {
  double lower = -INFINITY, upper = INFINITY;
  int held = held_side(account);
  if (account->order_count == 0) {
    if (held == NO_SIDE && m->stopped_side == NO_SIDE) {
      upper = m->entry;
      if (m->allows_short) lower = -m->entry;
    } else if (held == MMS_BUY) {
      lower = m->exit;
      if (m->scales_in) upper = m->entry;
    } else if (held == MMS_SELL) {
      upper = -m->exit;
      if (m->scales_in) lower = -m->entry;
    }
  }
  if (m->stopped_side == MMS_BUY) lower = larger(lower, m->exit);
  if (m->stopped_side == MMS_SELL) upper = smaller(upper, -m->exit);
  *low = m->orientation > 0 ? lower : -upper;
  *high = m->orientation > 0 ? upper : -lower;
}

static void submit(const Model *m, mms_actions *actions, int side, double quantity, double price, uint32_t parent,
                   double stop_loss, int reduce_only) {
  int is_limit = !isnan(price);
  if (actions->count == actions->capacity) return;
  actions->actions[actions->count++] = (mms_action){
      .quantity = quantity, .price = price, .stop_loss = stop_loss, .time_to_live = is_limit ? m->time_to_live : 0,
      .parent = parent, .kind = MMS_SUBMIT, .side = side, .type = is_limit ? MMS_LIMIT : MMS_MARKET,
      .reduce_only = reduce_only};
}

/* The best price on our own side; NaN for market orders. */
static double touch(const Model *m, int side, const mms_block *block, int64_t row) {
  return m->uses_limits ? block->mid[row] * (1 - sign(side) * block->half_spread[row]) : NAN;
}

static void enter(const Model *m, int side, const mms_block *block, int64_t row, const mms_account *account,
                  mms_actions *actions) {
  double mid = block->mid[row], equity = account->cash + account->position * mid;
  double notional = m->position_size * equity;
  double most = larger(1, m->position_size) * equity * (1 + 1e-9);
  if (!(notional > 0) || !(fabs(account->position) * mid + notional <= most)) return;
  double quantity = notional / mid;
  if (quantity < account->lot) return;
  submit(m, actions, side, quantity, touch(m, side, block, row), m->expired_entry, m->stop_loss, 0);
}

static void leave(const Model *m, double position, double price, uint32_t parent, mms_actions *actions) {
  submit(m, actions, position > 0 ? MMS_SELL : MMS_BUY, fabs(position), price, parent, 0, 1);
}

static void react(Model *m, double signal, const mms_block *block, int64_t row, const mms_account *account,
                  mms_actions *actions) {
  double strength = m->orientation * signal;
  int held = held_side(account);
  if (m->stopped_side != NO_SIDE && sign(m->stopped_side) * strength <= m->exit) m->stopped_side = NO_SIDE;
  if (account->order_count != 0) return;
  if (held != NO_SIDE) {
    if (sign(held) * strength <= m->exit) {
      leave(m, account->position, touch(m, held == MMS_BUY ? MMS_SELL : MMS_BUY, block, row), 0, actions);
    } else if (m->scales_in && m->stopped_side == NO_SIDE && sign(held) * strength >= m->entry) {
      enter(m, held, block, row, account, actions);
    }
  } else if (m->stopped_side == NO_SIDE) {
    if (strength >= m->entry) {
      enter(m, MMS_BUY, block, row, account, actions);
    } else if (m->allows_short && -strength >= m->entry) {
      enter(m, MMS_SELL, block, row, account, actions);
    }
  }
}

static mms_status decide(mms_instance *instance, const mms_block *block, int64_t first_row, int64_t end_row,
                         const mms_account *account, mms_actions *actions, mms_error *error) {
  Model *m = (Model *)instance;
  double signal, low, high;
  (void)error;
  actions->count = 0;
  actions->row = end_row;
  if (first_row == end_row) return MMS_OK;
  take(m, account);
  if (m->expired_exit != 0) {
    uint32_t parent = m->expired_exit;
    m->expired_exit = 0;
    if (account->position != 0 && account->order_count == 0) {
      feed(m, block->mid[first_row], &signal);
      leave(m, account->position, NAN, parent, actions);
      actions->row = first_row;
      return MMS_OK;
    }
  }
  corridor(m, account, &low, &high);
  for (int64_t row = first_row; row < end_row; row++) {
    if (!feed(m, block->mid[row], &signal) || (signal > low && signal < high)) continue;
    if (row > first_row) m->expired_entry = 0;
    react(m, signal, block, row, account, actions);
    if (actions->count > 0) {
      actions->row = row;
      break;
    }
    corridor(m, account, &low, &high);
  }
  m->expired_entry = 0;
  return MMS_OK;
}

static const mms_strategy_v1 table = {sizeof(mms_strategy_v1), 0, warm_up_ns, begin, warm_up, decide};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_STRATEGY_INTERFACE) == 0 ? &table : NULL;
}

static const char *const names[] = {"entry_threshold", "exit_threshold", "position_size", "stop_loss", "window",
                                    "mode", "allow_short", "entry_mode", "order_type", "order_ttl"};

const mms_model twin_threshold = {sizeof(mms_model), PARAMETERS, "c-twins/Threshold-v1", names, create, destroy,
                                  reset, get_interface, NULL, NULL, NULL, NULL};

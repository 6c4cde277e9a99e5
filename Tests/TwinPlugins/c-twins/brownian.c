/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/Brownian-v1 with geometric, normal steps: prices from draws, ranges from bridges, constant activity. */
#include "twins.h"

enum { SIGMA, MU, RANGE, PARAMETERS };
#define CHUNK 1024
#define RANGE_LANE 0xFF00

typedef struct {
  const mms_host *host;
  double sigma, mu;
  int has_range;
  double first_price, mean, deviation;
  double volatility, volume, half_spread, bid_depth, ask_depth, daily_volume;
  double sum; /* of the path's moves */
  double moves[CHUNK], up[CHUNK], down[CHUNK];
} Model;

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  if (count != PARAMETERS) return failed(error, "the manifest declares other parameters than the source");
  Model *m = calloc(1, sizeof *m);
  if (m == NULL) return failed(error, "no memory for an instance");
  m->host = host;
  m->sigma = parameters[SIGMA].number;
  m->mu = parameters[MU].number;
  m->has_range = strcmp(parameters[RANGE].text, "bridge") == 0;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static void destroy(mms_instance *instance) { free(instance); }

static mms_status reset(mms_instance *instance, mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  m->first_price = m->mean = m->deviation = m->sum = 0;
  return MMS_OK;
}

static double average(const double *column, int64_t first, int64_t count) {
  double total = 0;
  for (int64_t row = first; row < count; row++) total += column[row];
  return total / (double)(count - first);
}

static mms_status prepare(mms_instance *instance, const mms_block *history, const mms_market *market,
                          mms_error *error) {
  Model *m = (Model *)instance;
  int64_t first = history->first_step < 0 ? -history->first_step : 0;
  if (first >= history->count) return failed(error, "the recorded market has no rows in the period");
  double steps_per_day = 86400e9 / (double)market->resolution_ns, days = 1 / steps_per_day;
  m->first_price = first > 0 ? history->mid[first - 1] : history->open[first];
  m->deviation = m->sigma * sqrt(days);
  m->mean = (m->mu - 0.5 * m->sigma * m->sigma) * days;
  /* A constant volatility is its own long-run one: volume and spread stay at their means. */
  m->volatility = m->deviation * sqrt(steps_per_day);
  m->volume = average(history->volume, first, history->count);
  m->half_spread = smaller(1, average(history->half_spread, first, history->count));
  m->bid_depth = average(history->bid_depth, first, history->count);
  m->ask_depth = average(history->ask_depth, first, history->count);
  m->daily_volume = m->volume * steps_per_day;
  m->sum = 0;
  return MMS_OK;
}

static mms_status begin(mms_instance *instance, const mms_path *path, mms_error *error) {
  (void)path, (void)error;
  ((Model *)instance)->sum = 0;
  return MMS_OK;
}

/* Highs and lows of Brownian bridges between the logs of open and close. */
static void draw_range(Model *m, const mms_block *block, int64_t row, size_t n, const mms_random *random) {
  const double *restrict open = block->open + row, *restrict close = block->mid + row;
  double *restrict high = block->high + row, *restrict low = block->low + row;
  double *restrict moves = m->moves, *restrict up = m->up, *restrict down = m->down;
  m->host->exponentials(random, block->first_step + row, n, RANGE_LANE, up);
  m->host->exponentials(random, block->first_step + row, n, RANGE_LANE + 1, down);
  double variance = 2 * m->deviation * m->deviation;
  for (size_t i = 0; i < n; i++) {
    double x = moves[i];
    up[i] = 0.5 * (x + sqrt(x * x + variance * up[i]));
    down[i] = 0.5 * (x - sqrt(x * x + variance * down[i]));
  }
  m->host->exp_n(up, up, n);
  m->host->exp_n(down, down, n);
  for (size_t i = 0; i < n; i++) {
    double first = open[i], last = close[i], top = first * up[i], bottom = first * down[i];
    double above = first > last ? first : last, below = first < last ? first : last;
    high[i] = top > above ? top : above;
    low[i] = bottom < below ? bottom : below;
  }
}

static void fill(double *column, size_t n, double value) {
  for (size_t i = 0; i < n; i++) column[i] = value;
}

static void write_rows(Model *m, mms_block *block, int64_t row, size_t n, const mms_random *random) {
  double *open = block->open + row, *mid = block->mid + row;
  double before = m->first_price * m->host->exp(m->sum);
  m->host->normals(random, block->first_step + row, n, 0, m->moves);
  double level = m->sum;
  for (size_t i = 0; i < n; i++) {
    m->moves[i] = m->mean + m->deviation * m->moves[i];
    /* One by one: the same bits however rows are split into calls. */
    level += m->moves[i];
    mid[i] = level;
  }
  m->sum = level;
  m->host->exp_n(mid, mid, n);
  for (size_t i = 0; i < n; i++) mid[i] *= m->first_price;
  open[0] = before;
  for (size_t i = 1; i < n; i++) open[i] = mid[i - 1];
  if (m->has_range) {
    draw_range(m, block, row, n, random);
  } else {
    fill(block->high + row, n, NAN);
    fill(block->low + row, n, NAN);
  }
  fill(block->volatility + row, n, m->volatility);
  fill(block->volume + row, n, m->volume);
  fill(block->half_spread + row, n, m->half_spread);
  fill(block->bid_depth + row, n, m->bid_depth);
  fill(block->ask_depth + row, n, m->ask_depth);
  fill(block->base_volatility + row, n, m->sigma);
  fill(block->base_volume + row, n, m->daily_volume);
}

static mms_status advance(mms_instance *instance, mms_block *block, int64_t first_row, int64_t end_row,
                          double net_quantity, const mms_random *random, mms_error *error) {
  Model *m = (Model *)instance;
  (void)net_quantity;
  if (m->first_price == 0) return failed(error, "advance was called before prepare");
  for (int64_t row = first_row; row < end_row; row += CHUNK) {
    size_t left = (size_t)(end_row - row);
    write_rows(m, block, row, left < CHUNK ? left : CHUNK, random);
  }
  return MMS_OK;
}

static mms_status clone(const mms_instance *instance, mms_instance **out, mms_error *error) {
  Model *copy = malloc(sizeof *copy);
  if (copy == NULL) return failed(error, "no memory for an instance");
  memcpy(copy, instance, sizeof *copy);
  *out = (mms_instance *)copy;
  return MMS_OK;
}

static const mms_scenario_v1 table = {
    sizeof(mms_scenario_v1), MMS_WHOLE_HISTORY | MMS_WRITES_PRICES, 0, prepare, begin, advance, NULL};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_SCENARIO_INTERFACE) == 0 ? &table : NULL;
}

static const char *const names[] = {"sigma", "mu", "range"};

const mms_model twin_brownian = {sizeof(mms_model), PARAMETERS, "c-twins/Brownian-v1", names, create, destroy,
                                 reset, get_interface, NULL, NULL, NULL, clone};

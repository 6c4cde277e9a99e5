/* SPDX-License-Identifier: Apache-2.0 */
/* One large seller who takes a fixed share of whatever volume there is, as on 2010-05-06. See README.md. */
#include "mms_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT, SIZE, PARTICIPATION, DROP, SURGE, RECOVERY, RECOVERY_HALF_LIFE, STRESS_HALF_LIFE, BID_DEPTH, ASK_DEPTH,
       SPREAD, VOLATILITY, PARAMETERS };

#define STATE_VERSION 1

/* What a path has come to. */
typedef struct {
  uint64_t version;
  int64_t start;  /* the step of the first sale */
  double target;  /* base units to sell; 0 before the start */
  double sold;    /* base units sold so far */
  double shift;   /* what has been added to the logarithm of the price */
  double floor;   /* where the shift recovers to */
  double stress;
} State;

typedef struct {
  const mms_host *host;
  mms_parameter values[PARAMETERS];
  int64_t steps; /* of the period; 0 before prepare */
  double recovery_factor;
  double stress_factor;
  State state;
} Model;

static const State at_rest = {STATE_VERSION, -1, 0, 0, 0, 0, 0};

static mms_status failed(mms_error *error, const char *parameter, const char *text) {
  snprintf(error->parameter, sizeof error->parameter, "%s", parameter);
  snprintf(error->text, sizeof error->text, "%s", text);
  return MMS_ERROR;
}

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  if (count != PARAMETERS) return failed(error, "", "the manifest declares other parameters than the source");
  Model *m = calloc(1, sizeof *m);
  if (m == NULL) return failed(error, "", "no memory for an instance");
  m->host = host;
  /* Names and texts are the host's until this call returns; only numbers are read later. */
  memcpy(m->values, parameters, sizeof m->values);
  m->state = at_rest;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static void destroy(mms_instance *instance) { free(instance); }

static mms_status reset(mms_instance *instance, mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  m->steps = 0;
  m->recovery_factor = m->stress_factor = 0;
  m->state = at_rest;
  return MMS_OK;
}

/* What is left after one step of a decay by half in half_life. */
static double decay(const Model *m, int half_life, int64_t resolution_ns) {
  const double ln2 = 0x1.62e42fefa39efp-1;
  return m->host->exp(-ln2 * (double)resolution_ns / (double)m->values[half_life].integer);
}

static mms_status prepare(mms_instance *instance, const mms_block *history, const mms_market *market,
                          mms_error *error) {
  Model *m = (Model *)instance;
  (void)history;
  if (market->steps < 1) return failed(error, "", "the period has no steps");
  m->steps = market->steps;
  m->recovery_factor = decay(m, RECOVERY_HALF_LIFE, market->resolution_ns);
  m->stress_factor = decay(m, STRESS_HALF_LIFE, market->resolution_ns);
  return MMS_OK;
}

static mms_status begin(mms_instance *instance, const mms_path *path, mms_error *error) {
  Model *m = (Model *)instance;
  if (m->steps == 0) return failed(error, "", "begin was called before prepare");
  m->state = at_rest;
  double u = 0.5;
  if (!path->is_central) m->host->uniforms(path->random, 0, 1, 0, &u);
  double low = m->values[AT].number, high = m->values[AT].upper;
  int64_t start = (int64_t)((low + u * (high - low)) * (double)m->steps);
  m->state.start = start < m->steps ? start : m->steps - 1;
  return MMS_OK;
}

static double toward(double share, double full) { return 1 + (full - 1) * share; }

static void sell(const Model *m, State *s, double volume) {
  double wanted = m->values[PARTICIPATION].number * volume;
  double left = s->target - s->sold;
  s->sold = wanted < left ? s->sold + wanted : s->target;
  s->stress = s->sold / s->target;
  s->shift = s->stress * m->host->log_e(1 - m->values[DROP].number);
  s->floor = s->shift * (1 - m->values[RECOVERY].number);
}

static mms_status advance(mms_instance *instance, mms_block *block, int64_t first_row, int64_t end_row,
                          double net_quantity, const mms_random *random, mms_error *error) {
  Model *m = (Model *)instance;
  State *s = &m->state;
  (void)net_quantity;
  (void)random;
  if (s->start < 0) return failed(error, "", "advance was called before begin");
  for (int64_t row = first_row; row < end_row; row++) {
    int64_t step = block->first_step + row;
    if (step < s->start) continue;
    if (step == s->start) {
      s->target = m->values[SIZE].number * block->base_volume[row];
      block->event[row] = 1;
    }
    double before = s->shift;
    if (s->sold < s->target) {
      block->volume[row] *= m->values[SURGE].number;
      sell(m, s, block->volume[row]);
    } else {
      s->shift = s->floor + (s->shift - s->floor) * m->recovery_factor;
      s->stress *= m->stress_factor;
      block->volume[row] *= toward(s->stress, m->values[SURGE].number);
    }
    double opened = m->host->exp(before), closed = m->host->exp(s->shift);
    block->open[row] *= opened;
    block->mid[row] *= closed;
    /* NaN stays NaN: a row without a range gets none. */
    block->high[row] *= opened > closed ? opened : closed;
    block->low[row] *= opened < closed ? opened : closed;
    double spread = block->half_spread[row] * toward(s->stress, m->values[SPREAD].number);
    block->half_spread[row] = spread < 0.5 ? spread : 0.5;
    block->bid_depth[row] *= toward(s->stress, m->values[BID_DEPTH].number);
    block->ask_depth[row] *= toward(s->stress, m->values[ASK_DEPTH].number);
    block->volatility[row] *= toward(s->stress, m->values[VOLATILITY].number);
    if (s->stress > block->stress[row]) block->stress[row] = s->stress;
  }
  return MMS_OK;
}

static uint32_t anchors(const mms_instance *instance, mms_anchor *out, uint32_t capacity) {
  const Model *m = (const Model *)instance;
  if (capacity > 0) {
    out[0].name = "crash";
    out[0].step = m->state.start;
  }
  return 1;
}

static size_t state_size(const mms_instance *instance) {
  (void)instance;
  return sizeof(State);
}

static mms_status save(const mms_instance *instance, uint8_t *bytes, size_t size, mms_error *error) {
  if (size != sizeof(State)) return failed(error, "", "there is no room for the state");
  memcpy(bytes, &((const Model *)instance)->state, size);
  return MMS_OK;
}

static mms_status load(mms_instance *instance, const uint8_t *bytes, size_t size, mms_error *error) {
  State read;
  if (size != sizeof read) return failed(error, "", "the saved state has another size than this version's");
  memcpy(&read, bytes, size);
  if (read.version != STATE_VERSION) return failed(error, "", "the saved state is of another version");
  int is_sound = read.start >= -1 && read.target >= 0 && read.sold >= 0 && read.sold <= read.target &&
                 read.shift <= 0 && read.floor <= 0 && read.shift > -100 && read.floor > -100 &&
                 read.target < 1e300 && read.stress >= 0 && read.stress <= 1;
  if (!is_sound) return failed(error, "", "the saved state is damaged");
  ((Model *)instance)->state = read;
  return MMS_OK;
}

static mms_status clone(const mms_instance *instance, mms_instance **out, mms_error *error) {
  Model *copy = malloc(sizeof *copy);
  if (copy == NULL) return failed(error, "", "no memory for an instance");
  memcpy(copy, instance, sizeof *copy);
  *out = (mms_instance *)copy;
  return MMS_OK;
}

static const mms_scenario_v1 scenario = {sizeof(mms_scenario_v1), 0, 0, prepare, begin, advance, anchors};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_SCENARIO_INTERFACE) == 0 ? &scenario : NULL;
}

static const char *const names[PARAMETERS] = {
    "at", "size", "participation", "drop", "surge", "recovery", "recovery_half_life", "stress_half_life",
    "bid_depth", "ask_depth", "spread", "volatility"};

static const mms_model model = {sizeof(mms_model), PARAMETERS, "flash-crash/FlashCrash-v1", names, create, destroy,
                                reset, get_interface, state_size, save, load, clone};

static const mms_model *const models[] = {&model};

static const mms_plugin plugin = {sizeof(mms_plugin), MMS_ABI_MINOR, "flash-crash", "1.0.0", 1, 0, models, NULL, NULL};

MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }

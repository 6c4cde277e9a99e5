/* SPDX-License-Identifier: Apache-2.0 */
/* A sound scenario model with a state. A broken plugin defines one of the hooks below and includes this file. */
#include "mms_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATE_VERSION UINT64_C(0x6d6d730000000001)

typedef struct {
  uint64_t version;
  double level; /* volume seen on this path */
#ifdef STATE_FIELDS
  STATE_FIELDS
#endif
} State;

typedef struct {
  const mms_host *host;
  double factor;
  const mms_parameter *borrowed; /* not for use after create */
  State state;
} Model;

#ifndef ABI_MINOR
#define ABI_MINOR MMS_ABI_MINOR
#endif
#ifndef PARAMETER_NAMES
#define PARAMETER_NAMES "factor", "length"
#endif
#ifndef ON_CREATE
#define ON_CREATE
#endif
#ifndef ON_DESTROY
#define ON_DESTROY free(instance);
#endif
#ifndef ON_RESET
#define ON_RESET m->state = at_rest;
#endif
#ifndef ON_PREPARE
#define ON_PREPARE
#endif
#ifndef ON_BEGIN
#define ON_BEGIN m->state = at_rest;
#endif
#ifndef ON_ADVANCE
#define ON_ADVANCE
#endif
#ifndef ON_ROW
#define ON_ROW
#endif
#ifndef ON_SAVE
#define ON_SAVE memcpy(bytes, &((const Model *)instance)->state, size);
#endif
#ifndef ON_LOAD
#define ON_LOAD                                                                         \
  State read;                                                                           \
  if (size != sizeof read) return failed(error, "", "the state has another size");      \
  memcpy(&read, bytes, size);                                                           \
  if (read.version != STATE_VERSION) return failed(error, "", "the state is of another version"); \
  m->state = read;
#endif
#ifndef ON_CLONE
#define ON_CLONE memcpy(copy, instance, sizeof *copy);
#endif

static mms_status failed(mms_error *error, const char *parameter, const char *text) {
  snprintf(error->parameter, sizeof error->parameter, "%s", parameter);
  snprintf(error->text, sizeof error->text, "%s", text);
  return MMS_ERROR;
}

#ifdef BEFORE
BEFORE
#endif

static const State at_rest = {.version = STATE_VERSION};

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  if (count != 2) return failed(error, "", "two parameters are needed");
  double factor = parameters[0].number;
  (void)factor;
  ON_CREATE
  Model *m = calloc(1, sizeof *m);
  if (m == NULL) return failed(error, "", "no memory");
  m->host = host;
  m->factor = factor >= 1 && factor <= 100 ? factor : 1;
  m->borrowed = parameters;
  m->state = at_rest;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static void destroy(mms_instance *instance) { ON_DESTROY }

static mms_status reset(mms_instance *instance, mms_error *error) {
  Model *m = (Model *)instance;
  (void)m;
  (void)error;
  ON_RESET
  return MMS_OK;
}

static mms_status prepare(mms_instance *instance, const mms_block *history, const mms_market *market,
                          mms_error *error) {
  (void)instance;
  (void)history;
  (void)market;
  (void)error;
  ON_PREPARE
  return MMS_OK;
}

static mms_status begin(mms_instance *instance, const mms_path *path, mms_error *error) {
  Model *m = (Model *)instance;
  (void)m;
  (void)path;
  (void)error;
  ON_BEGIN
  return MMS_OK;
}

static mms_status advance(mms_instance *instance, mms_block *block, int64_t first_row, int64_t end_row,
                          double net_quantity, const mms_random *random, mms_error *error) {
  Model *m = (Model *)instance;
  (void)net_quantity;
  (void)random;
  (void)error;
  ON_ADVANCE
  for (int64_t row = first_row; row < end_row; row++) {
    int64_t step = block->first_step + row;
    (void)step;
    m->state.level += block->volume[row];
    double noise;
    m->host->uniforms(random, step, 1, 0, &noise);
    double spread = block->half_spread[row] * m->factor * (1 + 1e-6 * m->state.level) * (1 + 0.1 * noise);
    block->half_spread[row] = spread < 0.5 ? spread : 0.5;
    ON_ROW
  }
  return MMS_OK;
}

static size_t state_size(const mms_instance *instance) {
  (void)instance;
  return sizeof(State);
}

static mms_status save(const mms_instance *instance, uint8_t *bytes, size_t size, mms_error *error) {
  if (size != sizeof(State)) return failed(error, "", "there is no room for the state");
  ON_SAVE
  return MMS_OK;
}

static mms_status load(mms_instance *instance, const uint8_t *bytes, size_t size, mms_error *error) {
  Model *m = (Model *)instance;
  (void)m;
  (void)bytes;
  (void)size;
  (void)error;
  ON_LOAD
  return MMS_OK;
}

static mms_status duplicate(const mms_instance *instance, mms_instance **out, mms_error *error) {
  Model *copy = calloc(1, sizeof *copy);
  if (copy == NULL) return failed(error, "", "no memory");
  (void)instance;
  ON_CLONE
  *out = (mms_instance *)copy;
  return MMS_OK;
}

static const mms_scenario_v1 scenario = {
    .struct_size = sizeof(mms_scenario_v1), .prepare = prepare, .begin = begin, .advance = advance};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_SCENARIO_INTERFACE) == 0 ? &scenario : NULL;
}

static const char *const names[] = {PARAMETER_NAMES};

static const mms_model model = {.struct_size = sizeof(mms_model),
                                .parameter_count = 2,
                                .id = "broken/Spread-v1",
                                .parameters = names,
                                .create = create,
                                .destroy = destroy,
                                .reset = reset,
                                .get_interface = get_interface,
                                .state_size = state_size,
                                .save = save,
                                .load = load,
                                .clone = duplicate};

static const mms_model *const models[] = {&model};

static const mms_plugin plugin = {.struct_size = sizeof(mms_plugin),
                                  .abi_minor = ABI_MINOR,
                                  .name = "broken",
                                  .version = "1.0.0",
                                  .model_count = 1,
                                  .models = models};

#ifndef NO_ENTRY
MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }
#else
MMS_EXPORT const mms_plugin *mms_plugin_entry(void) { return &plugin; }
#endif

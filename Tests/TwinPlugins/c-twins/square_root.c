/* SPDX-License-Identifier: Apache-2.0 */
/* impact/SquareRoot-v1: the square root of the volume, fading with a half-life. */
#include "twins.h"

enum { SIZE, HALF_LIFE, LAW, PARAMETERS };

typedef struct {
  const mms_host *host;
  double size, half_life;
  int pays_average;
  double state; /* the displacement as the law has it */
  double factor;
  int64_t resolution; /* which factor belongs to */
} Model;

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  if (count != PARAMETERS) return failed(error, "the manifest declares other parameters than the source");
  Model *m = calloc(1, sizeof *m);
  if (m == NULL) return failed(error, "no memory for an instance");
  m->host = host;
  m->size = parameters[SIZE].number;
  m->half_life = (double)parameters[HALF_LIFE].integer;
  m->pays_average = strcmp(parameters[LAW].text, "average") == 0;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static void destroy(mms_instance *instance) { free(instance); }

static mms_status reset(mms_instance *instance, mms_error *error) {
  (void)error;
  ((Model *)instance)->state = 0;
  return MMS_OK;
}

static mms_status begin(mms_instance *instance, const mms_path *path, mms_error *error) {
  (void)path;
  return reset(instance, error);
}

/* Keeps prices positive and finite, whatever the law says far outside its range. */
static double shown(double displacement) { return larger(-0.99, smaller(99, displacement)); }

static mms_impact_quote quoted(double paid, double displacement, double lasting) {
  double start = shown(displacement), average = displacement + paid;
  double kept = start == displacement && shown(average) == average ? paid : shown(average) - start;
  return (mms_impact_quote){.temporary = kept / (1 + start), .lasting = lasting};
}

static mms_impact_quote move(const Model *m, const mms_execution *order, double *after) {
  double scale = m->size * order->volatility / (sqrt(order->volume) * order->liquidity);
  *after = m->state;
  if (!(scale > 0) || isinf(scale) || order->quantity == 0) return (mms_impact_quote){0, 0};
  double sign = order->quantity > 0 ? 1 : -1, size = fabs(order->quantity);
  double start = sign * m->state / scale;
  double effective = start * fabs(start) + size;
  double end = effective < 0 ? -sqrt(-effective) : sqrt(effective);
  double a = fabs(start), b = fabs(end), lasting, average;
  if (start < 0 && end > 0) {
    lasting = a + b;
    average = (2 * b * b * b + a * a * a + 3 * a * b * b) / (3 * size);
  } else {
    if (!(a + b > 0)) return (mms_impact_quote){0, 0};
    lasting = size / (a + b);
    average = size * (2 * b + a) / (3 * (a + b) * (a + b));
  }
  double temporary = m->pays_average ? average : lasting;
  *after = sign * scale * end;
  return quoted(sign * scale * temporary, m->state, sign * scale * lasting);
}

static mms_status quote(const mms_instance *instance, const mms_execution *orders, size_t count,
                        mms_impact_quote *out, mms_error *error) {
  double after;
  (void)error;
  for (size_t i = 0; i < count; i++) out[i] = move((const Model *)instance, &orders[i], &after);
  return MMS_OK;
}

static void tell(const Model *m, mms_impact_state *state) {
  *state = (mms_impact_state){.displacement = shown(m->state), .is_idle = m->state == 0};
}

static mms_status apply(mms_instance *instance, const mms_execution *orders, size_t count, mms_impact_quote *out,
                        mms_impact_state *state, mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  for (size_t i = 0; i < count; i++) {
    double after;
    out[i] = move(m, &orders[i], &after);
    m->state = after;
  }
  tell(m, state);
  return MMS_OK;
}

static double factor(const Model *m, int64_t resolution) {
  return m->host->pow(0.5, (double)resolution / m->half_life);
}

static double faded(double value, double factor) {
  double next = value * factor;
  return fabs(next) < 1e-12 ? 0 : next;
}

static mms_status preview(const mms_instance *instance, int64_t resolution_ns, size_t count, double *out,
                          mms_error *error) {
  const Model *m = (const Model *)instance;
  double step = resolution_ns == m->resolution ? m->factor : factor(m, resolution_ns), value = m->state;
  (void)error;
  for (size_t i = 0; i < count; i++) {
    value = faded(value, step);
    out[i] = shown(value);
  }
  return MMS_OK;
}

static mms_status decay(mms_instance *instance, int64_t steps, int64_t resolution_ns, mms_impact_state *state,
                        mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  if (resolution_ns != m->resolution) {
    m->factor = factor(m, resolution_ns);
    m->resolution = resolution_ns;
  }
  for (; steps > 0 && m->state != 0; steps--) m->state = faded(m->state, m->factor);
  tell(m, state);
  return MMS_OK;
}

static const mms_impact_v1 table = {sizeof(mms_impact_v1), 0, begin, quote, apply, preview, decay};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_IMPACT_INTERFACE) == 0 ? &table : NULL;
}

static const char *const names[] = {"Y", "halfLife", "law"};

const mms_model twin_square_root = {sizeof(mms_model), PARAMETERS, "c-twins/SquareRoot-v1", names, create, destroy,
                                    reset, get_interface, NULL, NULL, NULL, NULL};

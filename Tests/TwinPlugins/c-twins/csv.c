/* SPDX-License-Identifier: Apache-2.0 */
/* The CSV source for files with the six columns open_time (ms), open, high, low, close, volume. */
#include "twins.h"

enum { FILE_NAME, SYMBOL, PARAMETERS };

typedef struct {
  int64_t time; /* the close */
  double open, high, low, close, volume;
} Bar;

typedef struct {
  char symbol[64];
  Bar *bars;
  size_t count, next, end;
  int64_t resolution;
} Model;

static int read_bars(Model *m, FILE *file) {
  char line[512];
  size_t capacity = 0;
  if (fgets(line, sizeof line, file) == NULL) return 0; /* the header */
  while (fgets(line, sizeof line, file) != NULL) {
    if (m->count == capacity) {
      capacity = capacity ? 2 * capacity : 4096;
      Bar *more = realloc(m->bars, capacity * sizeof *more);
      if (more == NULL) return 0;
      m->bars = more;
    }
    char *at = line;
    Bar *bar = &m->bars[m->count++];
    bar->time = strtoll(at, &at, 10) * 1000000;
    double *columns[] = {&bar->open, &bar->high, &bar->low, &bar->close, &bar->volume};
    for (int i = 0; i < 5; i++) {
      if (*at != ',') return 0;
      *columns[i] = strtod(at + 1, &at);
    }
  }
  return 1;
}

static void destroy(mms_instance *instance) {
  if (instance != NULL) free(((Model *)instance)->bars);
  free(instance);
}

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  (void)host;
  if (count != PARAMETERS) return failed(error, "the manifest declares other parameters than the source");
  FILE *file = fopen(parameters[FILE_NAME].text, "r");
  if (file == NULL) {
    snprintf(error->parameter, sizeof error->parameter, "file");
    return failed(error, "the file cannot be read");
  }
  Model *m = calloc(1, sizeof *m);
  int is_read = m != NULL && read_bars(m, file) && m->count >= 2;
  fclose(file);
  if (!is_read) {
    destroy((mms_instance *)m);
    return failed(error, "the file has not the columns open_time, open, high, low, close, volume");
  }
  snprintf(m->symbol, sizeof m->symbol, "%s", parameters[SYMBOL].text);
  m->resolution = m->bars[1].time - m->bars[0].time;
  for (size_t i = 0; i < m->count; i++) m->bars[i].time += m->resolution;
  *out = (mms_instance *)m;
  return MMS_OK;
}

static mms_status reset(mms_instance *instance, mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  m->next = m->end = 0;
  return MMS_OK;
}

static uint32_t coverage(const mms_instance *instance, mms_coverage *out, uint32_t capacity) {
  const Model *m = (const Model *)instance;
  if (capacity > 0) {
    out[0] = (mms_coverage){m->symbol, m->resolution, m->bars[0].time - m->resolution, m->bars[m->count - 1].time,
                            (int64_t)m->count};
  }
  return 1;
}

static mms_status open_series(mms_instance *instance, const char *symbol, int64_t from_ns, int64_t to_ns,
                              int64_t resolution_ns, mms_error *error) {
  Model *m = (Model *)instance;
  if (strcmp(symbol, m->symbol) != 0 || resolution_ns != m->resolution) {
    return failed(error, "the file holds another symbol or resolution");
  }
  m->next = 0;
  while (m->next < m->count && m->bars[m->next].time - m->resolution < from_ns) m->next++;
  m->end = m->next;
  while (m->end < m->count && m->bars[m->end].time <= to_ns) m->end++;
  return MMS_OK;
}

static mms_status next(mms_instance *instance, mms_bars *bars, mms_error *error) {
  Model *m = (Model *)instance;
  (void)error;
  bars->count = 0;
  for (; bars->count < bars->capacity && m->next < m->end; m->next++) {
    size_t i = bars->count++;
    const Bar *bar = &m->bars[m->next];
    bars->time[i] = bar->time;
    bars->open[i] = bar->open;
    bars->high[i] = bar->high;
    bars->low[i] = bar->low;
    bars->close[i] = bar->close;
    bars->volume[i] = bar->volume;
    bars->bid[i] = bars->ask[i] = NAN;
  }
  return MMS_OK;
}

static const mms_source_v1 table = {sizeof(mms_source_v1), 0, coverage, open_series, next};

static const void *get_interface(const char *name) {
  return strcmp(name, MMS_SOURCE_INTERFACE) == 0 ? &table : NULL;
}

static const char *const names[] = {"file", "symbol"};

const mms_model twin_csv = {sizeof(mms_model), PARAMETERS, "c-twins/CSV-v1", names, create, destroy,
                            reset, get_interface, NULL, NULL, NULL, NULL};

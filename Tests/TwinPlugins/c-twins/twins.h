/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in models written again in C against the plugin header: the same bytes, and what the door costs. */
#ifndef TWINS_H
#define TWINS_H

#include "mms_plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline mms_status failed(mms_error *error, const char *text) {
  snprintf(error->text, sizeof error->text, "%s", text);
  return MMS_ERROR;
}

static inline double smaller(double a, double b) { return b < a ? b : a; }
static inline double larger(double a, double b) { return b >= a ? b : a; }

extern const mms_model twin_brownian, twin_queue_position, twin_square_root, twin_threshold, twin_csv;

#endif

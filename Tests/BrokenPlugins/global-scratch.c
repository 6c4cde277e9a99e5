/* SPDX-License-Identifier: Apache-2.0 */
/* All instances share one variable. */
#define BEFORE static double shared;
#define ON_BEGIN m->state = at_rest; shared = 0;
#define ON_RESET m->state = at_rest; shared = 0;
#define ON_ROW shared += 1; block->ask_depth[row] += shared;
#define STATE_FIELDS double padding;
#define ON_SAVE Model copy = *(const Model *)instance; copy.state.padding = shared; memcpy(bytes, &copy.state, size);
#define ON_LOAD                                                                         \
  State read;                                                                           \
  if (size != sizeof read) return failed(error, "", "the state has another size");      \
  memcpy(&read, bytes, size);                                                           \
  if (read.version != STATE_VERSION) return failed(error, "", "the state is of another version"); \
  m->state = read;                                                                      \
  shared = read.padding;
#define ON_CLONE memcpy(copy, instance, sizeof *copy);
#include "base.h"

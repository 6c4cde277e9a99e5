/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a state. */
#define ON_LOAD if (size != sizeof(State)) return failed(error, "", "the state has another size"); m->state.level = bytes[8];
#define ON_SAVE memset(bytes, 0, size); bytes[8] = (uint8_t)((const Model *)instance)->state.level;
#define ON_ROW m->state.level = (double)((uint64_t)m->state.level % 256);
#include "base.h"

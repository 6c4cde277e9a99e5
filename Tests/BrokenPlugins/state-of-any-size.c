/* SPDX-License-Identifier: Apache-2.0 */
/* It does not look how many bytes it was given. */
#define ON_LOAD State read; memcpy(&read, bytes, sizeof read < size ? sizeof read : size); m->state.level = read.level;
#include "base.h"

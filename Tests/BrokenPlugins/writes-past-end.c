/* SPDX-License-Identifier: Apache-2.0 */
/* It writes one row more than there is. */
#define ON_ADVANCE block->ask_depth[block->count] = 1;
#include "base.h"

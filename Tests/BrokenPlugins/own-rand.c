/* SPDX-License-Identifier: Apache-2.0 */
/* It draws from the C library. */
#define ON_ROW block->bid_depth[row] *= 1 + rand() / (double)RAND_MAX;
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Its numbers depend on where its memory lies. */
#define ON_ROW block->bid_depth[row] *= 1 + (double)((uintptr_t)m >> 12 & 0xffff) / 65536;
#include "base.h"

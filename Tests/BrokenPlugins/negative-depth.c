/* SPDX-License-Identifier: Apache-2.0 */
/* A depth below zero. */
#define ON_ROW if (step == 90) block->bid_depth[row] = -1;
#include "base.h"

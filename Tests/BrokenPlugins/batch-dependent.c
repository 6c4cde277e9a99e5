/* SPDX-License-Identifier: Apache-2.0 */
/* The first row of every call is treated otherwise. */
#define ON_ROW if (row == first_row) block->bid_depth[row] *= 2;
#include "base.h"

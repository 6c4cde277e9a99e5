/* SPDX-License-Identifier: Apache-2.0 */
/* One spread is not a number. */
#define ON_ROW if (step == 40) block->half_spread[row] = __builtin_nan("");
#include "base.h"

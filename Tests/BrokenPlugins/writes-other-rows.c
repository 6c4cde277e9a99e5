/* SPDX-License-Identifier: Apache-2.0 */
/* It rewrites a row that is final already. */
#define ON_ADVANCE if (first_row > 0) block->volume[first_row - 1] += 1;
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It returns a status that does not exist. */
#define ON_ADVANCE if (block->first_step + end_row > 100) return 7;
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It reads parameters that were only lent to create. */
#define ON_ROW block->event[row] = m->borrowed[0].number > 1e300 ? 1 : 0;
#include "base.h"

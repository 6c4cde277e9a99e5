/* SPDX-License-Identifier: Apache-2.0 */
/* It divides whole numbers by zero. */
#define ON_ROW volatile int zero = 0; if (step == 3) block->event[row] = 7 / zero;
#include "base.h"

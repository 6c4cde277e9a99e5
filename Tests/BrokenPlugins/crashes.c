/* SPDX-License-Identifier: Apache-2.0 */
/* It follows a pointer to nowhere. */
#define ON_ROW if (step == 60) *(volatile int *)8 = 1;
#include "base.h"

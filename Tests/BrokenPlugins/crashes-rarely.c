/* SPDX-License-Identifier: Apache-2.0 */
/* It crashes for some legal parameters only. */
#define ON_ADVANCE if (m->factor > 30) *(volatile int *)8 = 1;
#include "base.h"

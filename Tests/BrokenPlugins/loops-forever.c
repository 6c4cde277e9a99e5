/* SPDX-License-Identifier: Apache-2.0 */
/* It never returns. */
#define ON_ROW if (step == 60) for (volatile int i = 0;; i++) {}
#include "base.h"

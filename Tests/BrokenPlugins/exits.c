/* SPDX-License-Identifier: Apache-2.0 */
/* It ends the process. */
#define ON_ROW if (step == 60) exit(3);
#include "base.h"

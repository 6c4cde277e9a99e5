/* SPDX-License-Identifier: Apache-2.0 */
/* A reset forgets its parameters too. */
#define ON_RESET m->state = at_rest; m->factor = 1;
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It takes memory until there is none, and does not look. */
#define ON_ROW for (;;) memset(malloc(1 << 28), 1, 1 << 12);
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* What it saves is not all there is. */
#define ON_SAVE State empty = at_rest; memcpy(bytes, &empty, size);
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Its state holds a pointer. */
#define STATE_FIELDS const void *self;
#define ON_SAVE Model copy = *(const Model *)instance; copy.state.self = instance; memcpy(bytes, &copy.state, size);
#include "base.h"

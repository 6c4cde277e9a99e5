/* SPDX-License-Identifier: Apache-2.0 */
/* The entry function has another name. */
#define NO_ENTRY
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It was built for a minor version that does not exist yet. */
#define ABI_MINOR 99
#include "base.h"

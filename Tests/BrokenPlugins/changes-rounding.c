/* SPDX-License-Identifier: Apache-2.0 */
/* It leaves another rounding mode behind. */
#include <fenv.h>
#define ON_ADVANCE fesetround(FE_UPWARD);
#include "base.h"

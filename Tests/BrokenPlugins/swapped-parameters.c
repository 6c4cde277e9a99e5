/* SPDX-License-Identifier: Apache-2.0 */
/* The library takes the parameters in another order than the manifest says. */
#define PARAMETER_NAMES "length", "factor"
#include "base.h"

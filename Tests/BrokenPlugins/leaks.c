/* SPDX-License-Identifier: Apache-2.0 */
/* It forgets to free an instance. */
#define ON_DESTROY (void)instance;
#include "base.h"

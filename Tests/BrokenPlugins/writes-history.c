/* SPDX-License-Identifier: Apache-2.0 */
/* It writes into the recorded market it is only shown. */
#define ON_PREPARE history->stress[0] = 0.5;
#include "base.h"

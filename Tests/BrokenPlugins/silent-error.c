/* SPDX-License-Identifier: Apache-2.0 */
/* It refuses without saying why. */
#define ON_CREATE if (!(factor >= 1 && factor <= 100)) return MMS_ERROR;
#include "base.h"

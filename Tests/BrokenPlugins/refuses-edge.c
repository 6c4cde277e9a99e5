/* SPDX-License-Identifier: Apache-2.0 */
/* It refuses a value that its manifest allows. */
#define ON_CREATE if (factor == 100) return failed(error, "", "too large");
#include "base.h"

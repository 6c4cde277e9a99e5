/* SPDX-License-Identifier: Apache-2.0 */
/* It lets an exception of C++ (throws.cpp) cross the edge. */
#define BEFORE void broken_throw(void);
#define ON_ROW if (step == 60) broken_throw();
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It uses a parameter as an index without looking. */
#define ON_CREATE static volatile double table[4000]; factor += table[parameters[1].integer / 1000000000];
#include "base.h"

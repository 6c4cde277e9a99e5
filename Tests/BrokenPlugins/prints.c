/* SPDX-License-Identifier: Apache-2.0 */
/* It prints when it is loaded. */
#include <stdio.h>
__attribute__((constructor)) static void start(void) { puts("hello"); fflush(stdout); }
#include "base.h"

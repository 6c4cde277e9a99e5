/* SPDX-License-Identifier: Apache-2.0 */
/* It keeps whoever loads it waiting. */
#include <unistd.h>
__attribute__((constructor)) static void start(void) { usleep(2500000); }
#include "base.h"

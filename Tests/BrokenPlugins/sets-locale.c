/* SPDX-License-Identifier: Apache-2.0 */
/* It changes the locale and the environment of the process. */
#include <locale.h>
#include <stdlib.h>
__attribute__((constructor)) static void start(void) { setlocale(LC_ALL, "C.UTF-8"); setenv("BROKEN", "1", 1); }
#include "base.h"

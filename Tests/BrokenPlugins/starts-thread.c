/* SPDX-License-Identifier: Apache-2.0 */
/* It starts a thread when it is loaded. */
#include <pthread.h>
#include <unistd.h>
static void *sleeper(void *unused) { sleep(60); return unused; }
__attribute__((constructor)) static void start(void) { pthread_t thread; pthread_create(&thread, NULL, sleeper, NULL); }
#include "base.h"

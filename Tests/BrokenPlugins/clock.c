/* SPDX-License-Identifier: Apache-2.0 */
/* It draws from a generator seeded with the time. */
#include <time.h>
#define ON_BEGIN m->state = at_rest; struct timespec now; clock_gettime(CLOCK_REALTIME, &now); srand((unsigned)now.tv_nsec);
#define ON_ROW block->bid_depth[row] *= 1 + rand() / (double)RAND_MAX;
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* It counts the paths of the process, and the count is in its numbers. */
#define BEFORE static int paths;
#define ON_BEGIN m->state = at_rest; paths++;
#define ON_ROW block->ask_depth[row] *= 1 + 0.01 * paths;
#include "base.h"

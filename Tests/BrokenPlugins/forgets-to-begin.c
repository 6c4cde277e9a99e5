/* SPDX-License-Identifier: Apache-2.0 */
/* A path goes on where the last one ended. */
#define ON_BEGIN
#include "base.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* A copy begins anew. */
#define ON_CLONE *copy = *(const Model *)instance; copy->state = at_rest;
#include "base.h"

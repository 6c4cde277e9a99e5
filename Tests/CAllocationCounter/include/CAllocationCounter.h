// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted: not under a sanitizer, which has an allocator of its own.
bool mms_allocations_are_counted(void);

/// Calls of malloc, calloc and realloc on the calling thread so far.
uint64_t mms_allocation_count(void);

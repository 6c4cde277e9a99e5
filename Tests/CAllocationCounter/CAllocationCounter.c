// SPDX-License-Identifier: Apache-2.0
#include "CAllocationCounter.h"

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define MMS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(MMS_SANITIZED)
#define MMS_COUNTS 1
#endif

// A count of its own for each thread: tests that run beside this one do not disturb it.
static _Thread_local uint64_t count;

uint64_t mms_allocation_count(void) { return count; }

#ifdef MMS_COUNTS
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

bool mms_allocations_are_counted(void) { return true; }

void *malloc(size_t size) {
  count += 1;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += 1;
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count += 1;
  return __libc_realloc(memory, size);
}
#else
bool mms_allocations_are_counted(void) { return false; }
#endif

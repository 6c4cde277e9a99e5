/* SPDX-License-Identifier: Apache-2.0 */
#include "CHeap.h"

#include <malloc.h>

/* Swift's view of the C library leaves malloc.h out. */
int64_t mms_heap_bytes(void) {
  struct mallinfo2 facts = mallinfo2();
  return (int64_t)facts.uordblks + (int64_t)facts.hblkhd;
}

void mms_heap_keep(int32_t trim, int32_t map) {
  mallopt(M_TRIM_THRESHOLD, trim);
  mallopt(M_MMAP_THRESHOLD, map);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C_HEAP_H
#define C_HEAP_H

#include <stdint.h>

/* Bytes that malloc has handed out and not got back. */
int64_t mms_heap_bytes(void);

/* Lets free memory up to `trim` bytes at a heap's end stay with the process, and puts blocks below `map` bytes into
   heaps, not into maps of their own. */
void mms_heap_keep(int32_t trim, int32_t map);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef C_HEAP_METER_H
#define C_HEAP_METER_H

#include <stdint.h>

/* Bytes that malloc has handed out and not got back. */
int64_t mms_heap_bytes(void);

#endif

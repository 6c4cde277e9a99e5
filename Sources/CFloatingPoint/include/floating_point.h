/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MMS_FLOATING_POINT_H
#define MMS_FLOATING_POINT_H

#include <stdint.h>

/* The control word of the floating-point unit without its sticky flags: rounding, flush-to-zero, masks. */
static inline uint64_t mms_floating_point_control(void) {
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr() & ~UINT64_C(0x3f);
#elif defined(__aarch64__)
  uint64_t word;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  return word;
#else
  return 0;
#endif
}

static inline void mms_set_floating_point_control(uint64_t word) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((uint32_t)word);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(word));
#else
  (void)word;
#endif
}

#endif

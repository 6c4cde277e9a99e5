/* SPDX-License-Identifier: Apache-2.0 */
/* It is linked with -ffast-math: loading it makes the process flush small numbers to zero. */
#if defined(__x86_64__)
__attribute__((constructor)) static void start(void) { __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040); }
#else
__attribute__((constructor)) static void start(void) {
  unsigned long word;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  __asm__ volatile("msr fpcr, %0" : : "r"(word | 1ul << 24));
}
#endif
#include "base.h"

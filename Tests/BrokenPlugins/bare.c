/* SPDX-License-Identifier: Apache-2.0 */
/* A bare function and a batch form that rounds otherwise. */
#include <stdint.h>
double share(double volume, double remaining) { double f = 0.1 * volume / remaining; return f < 1 ? f : 1; }
void share_n(int64_t n, const double *volume, const double *remaining, double *out) {
  for (int64_t i = 0; i < n; i++) {
    double f = 0.1 * (volume[i] / remaining[i]);
    out[i] = f < 1 ? f : 1;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdint.h>

/* What an order pays, a fraction of the mid. quantity in base units, volatility per root day, adv in base units a day. */
double impact(double quantity, double volatility, double adv) {
  return 0.7 * volatility * sqrt(fabs(quantity) / adv);
}

/* The same for n orders. */
void impact_n(int64_t n, const double *quantity, const double *volatility, const double *adv, double *out) {
  for (int64_t i = 0; i < n; i++) out[i] = impact(quantity[i], volatility[i], adv[i]);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdint.h>

/* A law of its own, so that both forms have it inside: exported functions could be replaced, and are called. */
static inline double law(double quantity, double volatility, double adv) {
  return 0.7 * volatility * sqrt(fabs(quantity) / adv);
}

/* What an order pays, a fraction of the mid. quantity in base units, volatility per root day, adv in base units a day. */
double impact(double quantity, double volatility, double adv) { return law(quantity, volatility, adv); }

/* The same for n orders. */
void impact_n(int64_t n, const double *restrict quantity, const double *restrict volatility, const double *restrict adv,
              double *restrict out) {
  for (int64_t i = 0; i < n; i++) out[i] = law(quantity[i], volatility[i], adv[i]);
}

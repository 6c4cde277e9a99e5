/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of built-in models as bare functions. */
#include <stdint.h>

/* impact/Linear-v1 without its permanent part. */
double linear(double quantity, double volatility, double adv, double liquidity, double temporary) {
  return temporary * (volatility / liquidity) * (quantity / adv);
}

/* fill/Touch-v1 for rows with a range. */
double touch(double side, double limit, double high, double low) {
  return side > 0 ? limit - low >= 0 : high - limit >= 0;
}

/* fill/Probability-v1 at the mid, linear. */
double rate(double days, double perDay) {
  double value = perDay * days;
  return value < 1 ? value : 1;
}

/* A market whose spread and depth are worse. */
void thin(int64_t rows, double factor, double *half_spread, double *bid_depth, double *ask_depth) {
  for (int64_t row = 0; row < rows; row++) {
    double spread = half_spread[row] * factor;
    half_spread[row] = spread < 0.5 ? spread : 0.5;
    bid_depth[row] = bid_depth[row] / factor;
    ask_depth[row] = ask_depth[row] / factor;
  }
}

// SPDX-License-Identifier: Apache-2.0
//
// An impact model that ends its process whenever an order meets it: what a service must survive.
#include <signal.h>

double impact(double quantity) { return quantity == 1 ? 0.0 : (raise(SIGSEGV), 0.0); }

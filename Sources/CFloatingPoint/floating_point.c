/* SPDX-License-Identifier: Apache-2.0 */
#include "floating_point.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* The header stands alone: compiling this file proves it, and its layout assertions. */
#include "mms_plugin.h"

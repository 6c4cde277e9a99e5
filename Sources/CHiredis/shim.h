// SPDX-License-Identifier: Apache-2.0

// hiredis.h uses struct timeval without its header.
#include <sys/time.h>
#include <hiredis/hiredis.h>

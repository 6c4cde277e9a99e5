// SPDX-License-Identifier: Apache-2.0

// hiredis.h uses struct timeval without its header.
#include <sys/time.h>
#include <hiredis/hiredis.h>

// struct timeval is declared by more than one module that Swift sees; here it is only C's.

static inline struct timeval mms_redis_interval(int milliseconds) {
  struct timeval interval = {milliseconds / 1000, milliseconds % 1000 * 1000};
  return interval;
}

static inline redisContext *mms_redis_connect(const char *host, int port, int milliseconds) {
  return redisConnectWithTimeout(host, port, mms_redis_interval(milliseconds));
}

static inline int mms_redis_set_timeout(redisContext *context, int milliseconds) {
  return redisSetTimeout(context, mms_redis_interval(milliseconds));
}

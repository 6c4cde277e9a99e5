// SPDX-License-Identifier: Apache-2.0

// A descriptor that zmq_poll can watch beside sockets.
#include <sys/eventfd.h>
#include <zmq.h>

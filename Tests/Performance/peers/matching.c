// SPDX-License-Identifier: Apache-2.0
//
// The stream of mixed operations through matching engines that wheels on PyPI bring as shared libraries, called from C
// so that no Python runs inside the clock, and through a price ladder of this file's own: the least one can do.
//
//   matching STREAM ladder|orderly-chaos|limit-order-book LIBRARY RUNS
//
// Prints operations, the best run's seconds, trades, volume and notional; of an engine that tells no trades, how many
// orders rest in place of trades.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct operation {
  uint8_t kind, side;  // 0 adds, 1 cancels, 2 is a market order; 0 buys
  uint16_t none;
  uint32_t quantity, price, nothing;
  uint64_t id;
};

struct totals {
  uint64_t trades, volume, notional;
};
static struct totals found;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

static void *function(void *library, const char *name) {
  void *address = dlsym(library, name);
  if (!address) {
    fprintf(stderr, "error: the library has no '%s'\n", name);
    exit(1);
  }
  return address;
}

// A ladder: a list of orders at every price, orders by id.

enum { prices = 1 << 15 };
struct order {
  uint32_t open, price, before, after;
};
struct level {
  uint32_t first, last;
};
struct ladder {
  struct order *orders;
  struct level *sides[2];
  uint32_t best[2];
};

static uint32_t take(struct ladder *book, int side, uint32_t wanted, uint32_t limit) {
  const int other = !side;
  struct level *levels = book->sides[other];
  uint32_t price = book->best[other];
  while (wanted) {
    const int step = side == 0 ? 1 : -1;
    while (price > 0 && price < prices - 1 && !levels[price].first) price += step;
    if (price == 0 || price == prices - 1 || (side == 0 ? price > limit : price < limit)) break;
    struct order *order = &book->orders[levels[price].first];
    const uint32_t traded = order->open < wanted ? order->open : wanted;
    order->open -= traded;
    wanted -= traded;
    found.trades += 1;
    found.volume += traded;
    found.notional += (uint64_t)traded * price;
    if (!order->open) {
      levels[price].first = order->after;
      if (order->after) book->orders[order->after].before = 0;
      else levels[price].last = 0;
    }
  }
  book->best[other] = price;
  return wanted;
}

static void on_ladder(struct ladder *book, const struct operation *stream, size_t count) {
  for (size_t index = 0; index < count; index++) {
    const struct operation *one = &stream[index];
    if (one->kind == 2) {
      take(book, one->side, one->quantity, one->side == 0 ? prices : 0);
    } else if (one->kind == 1) {
      struct order *order = &book->orders[one->id];
      if (!order->open) continue;
      struct level *level = &book->sides[one->side][order->price];
      if (order->before) book->orders[order->before].after = order->after;
      else level->first = order->after;
      if (order->after) book->orders[order->after].before = order->before;
      else level->last = order->before;
      order->open = 0;
    } else {
      const uint32_t open = take(book, one->side, one->quantity, one->price);
      if (!open) continue;
      struct level *level = &book->sides[one->side][one->price];
      book->orders[one->id] = (struct order){open, one->price, level->last, 0};
      if (level->last) book->orders[level->last].after = one->id;
      else level->first = one->id;
      level->last = one->id;
      uint32_t *best = &book->best[one->side];
      if (one->side == 0 ? one->price > *best : one->price < *best) *best = one->price;
    }
  }
}

// The layout in which orderly-chaos tells a trade.
struct told {
  uint64_t taker, maker, price;
  uint32_t quantity, open;
  int32_t side;
};

static void on_trade(const struct told *trade, void *nothing) {
  (void)nothing;
  found.trades += 1;
  found.volume += trade->quantity;
  found.notional += trade->price * trade->quantity;
}

static double with_orderly_chaos(void *library, const struct operation *stream, size_t count) {
  void *(*make)(void) = function(library, "oc_book_new");
  void (*drop)(void *) = function(library, "oc_book_free");
  int (*tell)(void *, void (*)(const struct told *, void *), void *) = function(library, "oc_book_set_trade_callback");
  int (*limit)(void *, int32_t, uint64_t, uint32_t, uint64_t, uint32_t *) = function(library, "oc_book_limit");
  int (*market)(void *, int32_t, uint64_t, uint32_t, uint32_t *) = function(library, "oc_book_market");
  int (*cancel)(void *, uint64_t) = function(library, "oc_book_cancel");
  void *book = make();
  tell(book, on_trade, NULL);
  uint32_t filled;
  const double start = now();
  for (size_t index = 0; index < count; index++) {
    const struct operation *one = &stream[index];
    if (one->kind == 0) limit(book, !one->side, one->id, one->quantity, one->price, &filled);
    else if (one->kind == 1) cancel(book, one->id);
    else market(book, !one->side, one->id, one->quantity, &filled);
  }
  const double seconds = now() - start;
  drop(book);
  return seconds;
}

static double with_limit_order_book(void *library, const struct operation *stream, size_t count) {
  typedef void (*limit)(void *, uint64_t, uint32_t, uint64_t);
  typedef void (*market)(void *, uint64_t, uint32_t);
  void *(*make)(void) = function(library, "new_");
  void (*drop)(void *) = function(library, "delete_");
  uint32_t (*resting)(void *) = function(library, "count");
  limit limits[] = {(limit)function(library, "limit_buy"), (limit)function(library, "limit_sell")};
  market markets[] = {(market)function(library, "market_buy"), (market)function(library, "market_sell")};
  void (*cancel)(void *, uint64_t) = function(library, "cancel");
  void *book = make();
  const double start = now();
  for (size_t index = 0; index < count; index++) {
    const struct operation *one = &stream[index];
    if (one->kind == 0) limits[one->side](book, one->id, one->quantity, one->price);
    else if (one->kind == 1) cancel(book, one->id);
    else markets[one->side](book, one->id, one->quantity);
  }
  const double seconds = now() - start;
  found.trades = resting(book);
  drop(book);
  return seconds;
}

static double with_ladder(const struct operation *stream, size_t count) {
  struct ladder book = {
      calloc(count + 2, sizeof(struct order)),
      {calloc(prices, sizeof(struct level)), calloc(prices, sizeof(struct level))},
      {0, prices - 1},
  };
  // Pages are touched before the clock starts.
  memset(book.orders, 0, (count + 2) * sizeof(struct order));
  const double start = now();
  on_ladder(&book, stream, count);
  const double seconds = now() - start;
  free(book.orders);
  free(book.sides[0]);
  free(book.sides[1]);
  return seconds;
}

int main(int count, char **arguments) {
  if (count != 5) return 64;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 66;
  fseek(file, 0, SEEK_END);
  const size_t operations = ftell(file) / sizeof(struct operation);
  rewind(file);
  struct operation *stream = malloc(operations * sizeof *stream);
  if (fread(stream, sizeof *stream, operations, file) != operations) return 66;
  const char *engine = arguments[2];
  void *library = strcmp(engine, "ladder") ? dlopen(arguments[3], RTLD_NOW) : NULL;
  if (strcmp(engine, "ladder") && !library) {
    fprintf(stderr, "error: %s\n", dlerror());
    return 66;
  }
  double best = 1e9;
  for (int run = 0; run < atoi(arguments[4]); run++) {
    found = (struct totals){0, 0, 0};
    const double seconds = !library                           ? with_ladder(stream, operations)
                           : !strcmp(engine, "orderly-chaos") ? with_orderly_chaos(library, stream, operations)
                                                              : with_limit_order_book(library, stream, operations);
    if (seconds < best) best = seconds;
  }
  printf("%zu %.9f %llu %llu %llu\n", operations, best, (unsigned long long)found.trades,
         (unsigned long long)found.volume, (unsigned long long)found.notional);
  return 0;
}

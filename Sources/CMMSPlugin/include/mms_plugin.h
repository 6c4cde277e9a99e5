/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mms_plugin.h: the C ABI between MMS and models that live in shared libraries. Version 1.
 *
 * A plugin exports one function, mms_plugin_entry_v1(), which returns a static table. A loaded library has full trust:
 * it runs inside the process that simulates.
 *
 * Words in brackets say when a function may be called:
 *   [load]     once, right after the library was loaded, on one thread
 *   [control]  while a simulation is prepared; never for two instances at once
 *   [path]     while a path runs; an instance is never entered twice at once, different instances may be
 *   [any]      at any time, from any thread
 *
 * Contracts; the host watches status, numbers and environment at every call:
 *   status       Anything but MMS_OK fills the caller's mms_error. MMS_WARN: the result stands, the text is shown.
 *                MMS_DISCARD: this row is refused, the instance is good. MMS_ERROR: unusable until reset.
 *                MMS_FATAL: unusable for good.
 *   threads      No thread affinity; no threads, signal handlers, exit, chdir or setlocale of your own.
 *   randomness   Only the host's draws. They are addressed by (step, lane), never consumed: asking twice gives the
 *                same numbers.
 *   mathematics  exp, log, pow, sin and cos of the host table have the same bits everywhere; your own libm has not.
 *   batches      Any split of a sequence of rows or orders into calls gives the same bytes.
 *   numbers      Inputs are finite and in range. Outputs must be finite (high and low may be NaN together) and in the
 *                range stated here; the host looks.
 *   inputs       Nothing behind a pointer to const changes; nothing beyond the stated counts is touched.
 *   state        Saved bytes hold no addresses, load in a fresh process, and an unknown version is an error.
 *   environment  Rounding mode and flush-to-zero are on return as they were on entry, and loading changes neither.
 *
 * Conventions: every table begins with struct_size and grows at its end only; what a table of an older plugin lacks is
 * taken as absent. Plain rows (mms_parameter, mms_order, …) are frozen. Strings are UTF-8, end with a zero byte, and
 * are borrowed: those of the plugin live as long as the library, those of the host until the call returns.
 *
 * Units: time in nanoseconds since the Unix epoch; prices in quote currency; quantities, depth and volume in base
 * units; half_spread, temporary and lasting impact as fractions of the mid; volatility as a fraction per square root
 * of a day.
 */
#ifndef MMS_PLUGIN_H
#define MMS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MMS_ABI_MAJOR 1
#define MMS_ABI_MINOR 0

/* Put before the definition of mms_plugin_entry_v1 when everything else is hidden. */
#if defined(__GNUC__) || defined(__clang__)
#define MMS_EXPORT __attribute__((visibility("default")))
#else
#define MMS_EXPORT
#endif

/* ---- Status ------------------------------------------------------------------------------------------------- */

typedef int32_t mms_status;
#define MMS_OK 0
#define MMS_WARN 1
#define MMS_DISCARD 2
#define MMS_ERROR 3
#define MMS_FATAL 4

/* Owned by the caller; filled by the plugin with anything but MMS_OK. */
typedef struct mms_error {
  uint32_t struct_size;
  int32_t code;       /* the plugin's own number, for its author */
  int64_t row;        /* the row or order concerned, counted from 0 in the call; -1 when none */
  char parameter[64]; /* the parameter concerned; empty when none */
  char text[512];     /* what happened and what to do */
} mms_error;

/* ---- Random draws -------------------------------------------------------------------------------------------- */

/* The draws of one role on one path; opaque, valid until the call returns. */
typedef struct mms_random mms_random;

/* ---- Host ---------------------------------------------------------------------------------------------------- */

#define MMS_LOG_DEBUG 0
#define MMS_LOG_INFO 1
#define MMS_LOG_WARNING 2

/* What the host offers; valid from init to the end of the process. All functions are [any]. */
typedef struct mms_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  const char *version; /* of MMS, such as "0.1.0" */

  /* Says something in the host's log. */
  void (*log)(int32_t level, const char *text);

  /* Fills out[0 … count) with the draws at first_step … first_step + count - 1. lane is 0 … 65535. */
  void (*uniforms)(const mms_random *random, int64_t first_step, size_t count, uint32_t lane, double *out);
  void (*normals)(const mms_random *random, int64_t first_step, size_t count, uint32_t lane, double *out);
  void (*exponentials)(const mms_random *random, int64_t first_step, size_t count, uint32_t lane, double *out);
  void (*u64s)(const mms_random *random, int64_t first_step, size_t count, uint32_t lane, uint64_t *out);

  /* The same bits on every machine. */
  double (*exp)(double x);
  double (*log_e)(double x);
  double (*pow)(double x, double y);
  double (*sin)(double x);
  double (*cos)(double x);

  /* Many at once; out may be x. */
  void (*exp_n)(const double *x, double *out, size_t count);
  void (*log_n)(const double *x, double *out, size_t count);
  void (*pow_n)(const double *x, double y, double *out, size_t count);
  void (*sin_n)(const double *x, double *out, size_t count);
  void (*cos_n)(const double *x, double *out, size_t count);

  /* Where the draws stand in the counter-based generator: for kits that have the same generator themselves. Bit 47 of
   * path is no part of the counter: where it is set the path mirrors another, all bits of its draws are inverted, and
   * normals change their sign. */
  void (*address)(const mms_random *random, uint64_t *key, uint64_t *path);
} mms_host;

/* ---- Parameters ---------------------------------------------------------------------------------------------- */

#define MMS_NUMBER 0   /* number */
#define MMS_INTEGER 1  /* integer */
#define MMS_FLAG 2     /* integer: 0 or 1 */
#define MMS_TEXT 3     /* text; also one word of a choice */
#define MMS_DURATION 4 /* integer: nanoseconds */
#define MMS_INTERVAL 5 /* number … upper */

/* One checked parameter: declared in the manifest, in its order, within its range. */
typedef struct mms_parameter {
  const char *name;
  const char *text; /* NULL unless type is MMS_TEXT */
  int64_t integer;
  double number;
  double upper;
  int32_t type;
  int32_t reserved;
} mms_parameter;

/* ---- Contexts ------------------------------------------------------------------------------------------------ */

/* What is fixed for all paths of a simulation. */
typedef struct mms_market {
  uint32_t struct_size;
  uint32_t reserved;
  const char *symbol;
  int64_t resolution_ns; /* the length of a step */
  int64_t steps;         /* of the period */
  double stress_volatility; /* V: volatility of the scenario over normal */
  double stress_liquidity;  /* L: liquidity of the scenario over normal */
  double normal_cost;       /* cost of a small taking order in normal, a fraction */
  double stressed_cost;     /* the same at full stress */
} mms_market;

/* What is fixed for one path. */
typedef struct mms_path {
  uint32_t struct_size;
  int32_t is_central; /* 1: the only path, every size at its centre */
  uint64_t seed;
  int64_t path;
  const mms_random *random; /* the path's draws for the model's role */
} mms_path;

/* ---- Models -------------------------------------------------------------------------------------------------- */

/* An instance; its contents are the plugin's own. */
typedef struct mms_instance mms_instance;

typedef struct mms_model {
  uint32_t struct_size;
  uint32_t parameter_count;
  const char *id;                /* as in the manifest: "flash-crash/FlashCrash-v1" */
  const char *const *parameters; /* the names it takes, in the manifest's order */

  /* [control] Makes an instance; *out stays NULL unless MMS_OK or MMS_WARN. */
  mms_status (*create)(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                       mms_error *error);
  /* [control] Frees it. */
  void (*destroy)(mms_instance *instance);
  /* [control] Back to the state right after create. */
  mms_status (*reset)(mms_instance *instance, mms_error *error);
  /* [control] The table of an interface by its name, or NULL: "mms.scenario/1" → mms_scenario_v1. */
  const void *(*get_interface)(const char *name);

  /*
   * Optional, all three or none. [control] What a path has come to, as bytes. A state is loaded into an instance made
   * from the same parameters, prepared with the same history, that began the same path.
   */
  size_t (*state_size)(const mms_instance *instance);
  mms_status (*save)(const mms_instance *instance, uint8_t *bytes, size_t size, mms_error *error);
  mms_status (*load)(mms_instance *instance, const uint8_t *bytes, size_t size, mms_error *error);
  /* Optional. [control] An instance in the same state. */
  mms_status (*clone)(const mms_instance *instance, mms_instance **out, mms_error *error);
} mms_model;

typedef struct mms_plugin {
  uint32_t struct_size;
  uint32_t abi_minor; /* MMS_ABI_MINOR of the header it was built with */
  const char *name;   /* as in the manifest */
  const char *version;
  uint32_t model_count;
  uint32_t reserved;
  const mms_model *const *models;
  /* Optional. [load] */
  mms_status (*init)(const mms_host *host, mms_error *error);
  /* Optional. [load] At the end of the process, when it ends in order. */
  void (*deinit)(void);
} mms_plugin;

/* The one exported function. [load] */
MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void);

/* ---- Market columns ------------------------------------------------------------------------------------------ */

/*
 * Consecutive steps of one path as columns. Row r of path p lies at index r * row_stride + p; in this version
 * path_count is 1 and row_stride is 1. Steps below 0 are warm-up.
 */
typedef struct mms_block {
  uint32_t struct_size;
  uint32_t path_count;
  int64_t row_stride;
  int64_t count;      /* rows */
  int64_t first_step; /* the step of row 0 */
  int64_t *time;
  double *open;
  double *high; /* NaN together with low where a row has no range */
  double *low;
  double *mid; /* the close */
  double *half_spread;
  double *bid_depth;
  double *ask_depth;
  double *volatility;
  double *volume;
  double *stress; /* 0 … 1 */
  double *halted; /* 0 or 1 */
  double *event;  /* 0 nothing, 1 crash, 2 scripted */
  double *base_volatility;
  double *base_volume; /* per day */
} mms_block;

/* ---- mms.scenario/1 ------------------------------------------------------------------------------------------ */

#define MMS_SCENARIO_INTERFACE "mms.scenario/1"

#define MMS_WHOLE_HISTORY 1u /* prepare reads all of the recorded market */
#define MMS_WRITES_PRICES 2u /* paths differ by its draws; history is not resampled for them */

typedef struct mms_anchor {
  const char *name;
  int64_t step;
} mms_anchor;

typedef struct mms_scenario_v1 {
  uint32_t struct_size;
  uint32_t flags;
  /* Rows in a block of a model that reacts to our own trading; 0: the host chooses, and nothing may depend on it. */
  int64_t feedback_steps;
  /* Optional. [control] Sees the recorded market before the first path; rows with steps below 0 are warm-up. */
  mms_status (*prepare)(mms_instance *instance, const mms_block *history, const mms_market *market, mms_error *error);
  /* Optional. [path] Starts a path: forgets every trace of an earlier one. */
  mms_status (*begin)(mms_instance *instance, const mms_path *path, mms_error *error);
  /*
   * [path] Rewrites rows [first_row, end_row) in place. Rows before are final and may be read; the rows themselves
   * hold the recorded market. net_quantity is what we bought less what we sold in the block before.
   */
  mms_status (*advance)(mms_instance *instance, mms_block *block, int64_t first_row, int64_t end_row,
                        double net_quantity, const mms_random *random, mms_error *error);
  /* Optional. [path] After begin: the steps this path names, such as its crash. Returns how many there are. */
  uint32_t (*anchors)(const mms_instance *instance, mms_anchor *out, uint32_t capacity);
} mms_scenario_v1;

/* ---- mms.fill/1 ---------------------------------------------------------------------------------------------- */

#define MMS_FILL_INTERFACE "mms.fill/1"

#define MMS_BUY 0
#define MMS_SELL 1

/* The market of one row, after the event that may fill an order. */
typedef struct mms_row {
  double open;
  double high;
  double low;
  double mid;
  double half_spread;
  double bid_depth;
  double ask_depth;
  double volatility;
  double volume;
} mms_row;

/* An order that asks to be filled in a row. */
typedef struct mms_fill_query {
  double limit_price; /* NaN for a market order */
  double remaining;   /* base units, positive */
  double queue_ahead; /* as the model left it; NaN when the order is new */
  double available;   /* the most the venue lets it fill in this row */
  double consumed;    /* what our other resting orders of this side took from the row */
  double used;        /* what all our orders took from the row */
  double tick;        /* 0: prices have no step */
  int64_t resolution_ns;
  int64_t step;
  int64_t order; /* its number in the path */
  int32_t side;  /* MMS_BUY or MMS_SELL */
  int32_t is_marketable;
} mms_fill_query;

typedef struct mms_fill_decision {
  double quantity;    /* 0 … min(remaining, available) */
  double probability; /* 0 … 1: expected share of the remainder filled in this row */
  double queue_ahead; /* ≥ 0 */
  double concession;  /* added to the price of a taking order, a fraction ≥ 0 */
} mms_fill_decision;

typedef struct mms_fill_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [path] Decides for count orders of one row. Remembers nothing: the queue travels in queue_ahead. */
  mms_status (*fill)(mms_instance *instance, const mms_fill_query *orders, size_t count, const mms_row *row,
                     const mms_random *random, mms_fill_decision *out, mms_error *error);
} mms_fill_v1;

/* ---- mms.impact/1 -------------------------------------------------------------------------------------------- */

#define MMS_IMPACT_INTERFACE "mms.impact/1"

/* An execution: a signed quantity (positive = buy) in the market before any stress. */
typedef struct mms_execution {
  double quantity;
  double volatility; /* σ̄, per √day */
  double volume;     /* V̄, per day */
  double liquidity;  /* L^w: a law is divided by it */
  double price;      /* the mid at execution */
  int64_t resolution_ns;
} mms_execution;

/* Signed like the quantity. */
typedef struct mms_impact_quote {
  double temporary; /* paid on average by this order, a fraction of the mid as displaced before it */
  double lasting;   /* change of the displacement, a fraction of the mid without us */
} mms_impact_quote;

typedef struct mms_impact_state {
  double displacement; /* later mids are multiplied by 1 + displacement */
  int32_t is_idle;     /* 1: displacement is 0 and stays so until the next execution */
  int32_t reserved;
} mms_impact_state;

typedef struct mms_impact_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Optional. [path] Starts a path at rest. */
  mms_status (*begin)(mms_instance *instance, const mms_path *path, mms_error *error);
  /* [path] What each of count executions would do now, each on its own; changes nothing. */
  mms_status (*quote)(const mms_instance *instance, const mms_execution *orders, size_t count, mms_impact_quote *out,
                      mms_error *error);
  /* [path] Executes one after another; *state is how it stands then. */
  mms_status (*apply)(mms_instance *instance, const mms_execution *orders, size_t count, mms_impact_quote *out,
                      mms_impact_state *state, mms_error *error);
  /* [path] The displacement after 1, 2 … count further steps; changes nothing. */
  mms_status (*preview)(const mms_instance *instance, int64_t resolution_ns, size_t count, double *out,
                        mms_error *error);
  /* [path] Lets steps pass: after k steps the displacement is element k - 1 of the preview, to the bit. */
  mms_status (*decay)(mms_instance *instance, int64_t steps, int64_t resolution_ns, mms_impact_state *state,
                      mms_error *error);
} mms_impact_v1;

/* ---- mms.strategy/1 ------------------------------------------------------------------------------------------ */

#define MMS_STRATEGY_INTERFACE "mms.strategy/1"

#define MMS_MARKET 0
#define MMS_LIMIT 1
#define MMS_STOP 2

#define MMS_ORDER_PENDING 0
#define MMS_ORDER_WORKING 1

#define MMS_EVENT_FILL 0
#define MMS_EVENT_STOP_FILL 1
#define MMS_EVENT_REJECTED 2
#define MMS_EVENT_EXPIRED 3
#define MMS_EVENT_CANCELLED 4

typedef struct mms_working_order {
  double price; /* NaN for a market order */
  double remaining;
  uint32_t id;
  uint32_t parent;
  int32_t side;
  int32_t type;
  int32_t status;
  int32_t reserved;
} mms_working_order;

typedef struct mms_order_event {
  double quantity;
  double price;
  double remaining;
  uint32_t order;
  uint32_t parent;
  int32_t kind;
  int32_t side;
} mms_order_event;

typedef struct mms_account {
  uint32_t struct_size;
  uint32_t reserved;
  double cash;
  double position;
  double average_entry; /* 0 when flat */
  double lot;           /* 0 for any */
  double tick;          /* 0 for any */
  size_t order_count;
  const mms_working_order *orders;
  size_t event_count; /* what happened since the last call */
  const mms_order_event *events;
} mms_account;

#define MMS_SUBMIT 0
#define MMS_CANCEL 1
#define MMS_CANCEL_ALL 2

/* One wish. A submitted order gets the next number: the first next_order, then one more each. */
typedef struct mms_action {
  double quantity;        /* base units, positive */
  double price;           /* limit or trigger; NaN for a market order */
  double parent_quantity; /* of which it is a slice; 0 when it is all */
  double stop_loss;       /* protective stop, a fraction from the average entry; 0 none */
  int64_t time_to_live;   /* steps; 0 until filled or cancelled */
  uint32_t parent;        /* 0 begins a new one */
  uint32_t order;         /* of MMS_CANCEL */
  int32_t kind;           /* MMS_SUBMIT, MMS_CANCEL, MMS_CANCEL_ALL */
  int32_t side;
  int32_t type;
  int32_t post_only;
  int32_t reduce_only;
  int32_t reserved;
} mms_action;

typedef struct mms_actions {
  uint32_t struct_size;
  uint32_t next_order; /* the number the first submitted order gets */
  mms_action *actions; /* the host's room */
  size_t capacity;
  size_t count; /* set by the plugin */
  int64_t row;  /* set by the plugin: where it acted; the call's end_row when it did not */
} mms_actions;

typedef struct mms_strategy_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* Optional. [control] Recorded market wanted before the first step, in nanoseconds. */
  int64_t (*warm_up_ns)(const mms_instance *instance, int64_t resolution_ns);
  /* Optional. [path] Starts a path: forgets every trace of an earlier one. */
  mms_status (*begin)(mms_instance *instance, const mms_path *path, const mms_market *market, mms_error *error);
  /* Optional. [path] Recorded rows before the period; nothing can be traded in them. */
  mms_status (*warm_up)(mms_instance *instance, const mms_block *block, int64_t first_row, int64_t end_row,
                        mms_error *error);
  /*
   * [path] Looks at rows [first_row, end_row) in order and stops at the first where it acts. Over these rows the
   * account only changes by marking to market. Every step is shown exactly once.
   */
  mms_status (*decide)(mms_instance *instance, const mms_block *block, int64_t first_row, int64_t end_row,
                       const mms_account *account, mms_actions *actions, mms_error *error);
} mms_strategy_v1;

/* ---- mms.source/1 -------------------------------------------------------------------------------------------- */

#define MMS_SOURCE_INTERFACE "mms.source/1"

/* What a source holds of one symbol. */
typedef struct mms_coverage {
  const char *symbol; /* lives as long as the instance */
  int64_t resolution_ns;
  int64_t start_ns; /* the first bar's open */
  int64_t end_ns;   /* the last bar's close */
  int64_t count;    /* bars */
} mms_coverage;

/* Room for a batch of bars; bid and ask are NaN where unknown. */
typedef struct mms_bars {
  uint32_t struct_size;
  uint32_t reserved;
  size_t capacity;
  size_t count; /* set by the plugin; 0 ends the series */
  int64_t *time; /* each bar's close */
  double *open;
  double *high;
  double *low;
  double *close;
  double *volume;
  double *bid;
  double *ask;
} mms_bars;

typedef struct mms_source_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Returns how many series there are and fills up to capacity of them. */
  uint32_t (*coverage)(const mms_instance *instance, mms_coverage *out, uint32_t capacity);
  /* [control] Begins a series: bars that open at or after from_ns and close at or before to_ns. */
  mms_status (*open)(mms_instance *instance, const char *symbol, int64_t from_ns, int64_t to_ns,
                     int64_t resolution_ns, mms_error *error);
  /* [control] The next batch, in order of time. */
  mms_status (*next)(mms_instance *instance, mms_bars *bars, mms_error *error);
} mms_source_v1;

/* ---- Layout -------------------------------------------------------------------------------------------------- */

#if defined(__cplusplus)
#define MMS_ASSERT_LAYOUT(condition) static_assert(condition, #condition)
#else
#define MMS_ASSERT_LAYOUT(condition) _Static_assert(condition, #condition)
#endif

#if UINTPTR_MAX == UINT64_MAX
MMS_ASSERT_LAYOUT(sizeof(mms_error) == 592);
MMS_ASSERT_LAYOUT(offsetof(mms_error, text) == 80);
MMS_ASSERT_LAYOUT(sizeof(mms_host) == 144);
MMS_ASSERT_LAYOUT(sizeof(mms_parameter) == 48);
MMS_ASSERT_LAYOUT(sizeof(mms_market) == 64);
MMS_ASSERT_LAYOUT(sizeof(mms_path) == 32);
MMS_ASSERT_LAYOUT(sizeof(mms_model) == 88);
MMS_ASSERT_LAYOUT(offsetof(mms_model, create) == 24);
MMS_ASSERT_LAYOUT(sizeof(mms_plugin) == 56);
MMS_ASSERT_LAYOUT(offsetof(mms_plugin, models) == 32);
MMS_ASSERT_LAYOUT(sizeof(mms_block) == 152);
MMS_ASSERT_LAYOUT(offsetof(mms_block, time) == 32);
MMS_ASSERT_LAYOUT(sizeof(mms_scenario_v1) == 48);
MMS_ASSERT_LAYOUT(sizeof(mms_row) == 72);
MMS_ASSERT_LAYOUT(sizeof(mms_fill_query) == 88);
MMS_ASSERT_LAYOUT(sizeof(mms_fill_decision) == 32);
MMS_ASSERT_LAYOUT(sizeof(mms_fill_v1) == 16);
MMS_ASSERT_LAYOUT(sizeof(mms_execution) == 48);
MMS_ASSERT_LAYOUT(sizeof(mms_impact_quote) == 16);
MMS_ASSERT_LAYOUT(sizeof(mms_impact_state) == 16);
MMS_ASSERT_LAYOUT(sizeof(mms_impact_v1) == 48);
MMS_ASSERT_LAYOUT(sizeof(mms_working_order) == 40);
MMS_ASSERT_LAYOUT(sizeof(mms_order_event) == 40);
MMS_ASSERT_LAYOUT(sizeof(mms_account) == 80);
MMS_ASSERT_LAYOUT(sizeof(mms_action) == 72);
MMS_ASSERT_LAYOUT(sizeof(mms_actions) == 40);
MMS_ASSERT_LAYOUT(sizeof(mms_strategy_v1) == 40);
MMS_ASSERT_LAYOUT(sizeof(mms_coverage) == 40);
MMS_ASSERT_LAYOUT(sizeof(mms_bars) == 88);
MMS_ASSERT_LAYOUT(sizeof(mms_source_v1) == 32);
#endif

#ifdef __cplusplus
}
#endif

#endif /* MMS_PLUGIN_H */

/* SPDX-License-Identifier: Apache-2.0 */
/* An impact model whose executions cost more than it quoted. */
#include "mms_plugin.h"
#include <stdlib.h>
#include <string.h>

static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count, mms_instance **out,
                         mms_error *error) {
  (void)host, (void)parameters, (void)count, (void)error;
  *out = malloc(8);
  return MMS_OK;
}
static void destroy(mms_instance *instance) { free(instance); }
static mms_status reset(mms_instance *instance, mms_error *error) { return (void)instance, (void)error, MMS_OK; }

static mms_status quote(const mms_instance *instance, const mms_execution *orders, size_t count, mms_impact_quote *out,
                        mms_error *error) {
  (void)instance, (void)error;
  for (size_t i = 0; i < count; i++) out[i] = (mms_impact_quote){.temporary = orders[i].quantity / orders[i].volume};
  return MMS_OK;
}
static mms_status apply(mms_instance *instance, const mms_execution *orders, size_t count, mms_impact_quote *out,
                        mms_impact_state *state, mms_error *error) {
  quote(instance, orders, count, out, error);
  for (size_t i = 0; i < count; i++) out[i].temporary *= 1.01;
  *state = (mms_impact_state){.is_idle = 1};
  return MMS_OK;
}
static mms_status preview(const mms_instance *instance, int64_t resolution_ns, size_t count, double *out,
                          mms_error *error) {
  (void)instance, (void)resolution_ns, (void)error;
  for (size_t i = 0; i < count; i++) out[i] = 0;
  return MMS_OK;
}
static mms_status decay(mms_instance *instance, int64_t steps, int64_t resolution_ns, mms_impact_state *state,
                        mms_error *error) {
  (void)instance, (void)steps, (void)resolution_ns, (void)error;
  *state = (mms_impact_state){.is_idle = 1};
  return MMS_OK;
}

static const mms_impact_v1 impact = {
    .struct_size = sizeof(mms_impact_v1), .quote = quote, .apply = apply, .preview = preview, .decay = decay};
static const void *get_interface(const char *name) { return strcmp(name, MMS_IMPACT_INTERFACE) == 0 ? &impact : NULL; }
static const mms_model model = {.struct_size = sizeof(mms_model), .id = "broken/Impact-v1", .create = create,
                                .destroy = destroy, .reset = reset, .get_interface = get_interface};
static const mms_model *const models[] = {&model};
static const mms_plugin plugin = {.struct_size = sizeof(mms_plugin), .abi_minor = MMS_ABI_MINOR, .name = "broken",
                                  .version = "1.0.0", .model_count = 1, .models = models};
MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }

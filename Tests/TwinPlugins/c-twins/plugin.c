/* SPDX-License-Identifier: Apache-2.0 */
#include "twins.h"

static const mms_model *const models[] = {&twin_brownian, &twin_queue_position, &twin_square_root, &twin_threshold,
                                          &twin_csv};

static const mms_plugin plugin = {sizeof(mms_plugin), MMS_ABI_MINOR, "c-twins", "1.0.0", 5, 0, models, NULL, NULL};

MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }

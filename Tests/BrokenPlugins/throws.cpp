/* SPDX-License-Identifier: Apache-2.0 */
/* An exception leaves it across the edge. */
#include <stdexcept>
extern "C" void broken_throw(void) { throw std::runtime_error("nobody catches this"); }

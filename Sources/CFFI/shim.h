#include <ffi.h>

// libffi's types are mutable globals to Swift; these hand out their addresses.
static inline ffi_type *mms_ffi_double(void) { return &ffi_type_double; }
static inline ffi_type *mms_ffi_float(void) { return &ffi_type_float; }
static inline ffi_type *mms_ffi_sint32(void) { return &ffi_type_sint32; }
static inline ffi_type *mms_ffi_uint32(void) { return &ffi_type_uint32; }
static inline ffi_type *mms_ffi_sint64(void) { return &ffi_type_sint64; }
static inline ffi_type *mms_ffi_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *mms_ffi_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *mms_ffi_void(void) { return &ffi_type_void; }

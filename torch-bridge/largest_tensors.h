// Where a frame's memory is. C interface, as tensor_view.h.
#pragma once

#include "rescue.h"

#include <cstddef>

extern "C" {

/// The largest tensors that the variables hold, modules' parameters included, a line each:
/// `  data  Float [60000, 784] cpu  179.44 MiB`. Tensors that share storage are one.
/// \return characters written, without the terminating zero; text is cut to `size` bytes.
size_t jit_host_largest_tensors(const JitHostVariable *variables, size_t count, char *text,
                                size_t size);
}

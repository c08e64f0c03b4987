// What the host may ask about objects of LibTorch. C interface, no torch types, never throws: the
// host loads this library with dlopen after the compile server has been forked.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

/// Writes one line about the `at::Tensor` at `tensor` (any address; checked before it is read), as
/// `Float [64, 1, 28, 28] cpu requires_grad=false min=-0.42 max=2.8 mean=0.13 nan=0 inf=0`, or why
/// it cannot be summarised (`undefined tensor`, `not a valid tensor (...)`). Leaves generator, grad
/// mode and dispatch state as they were.
/// \return characters written, without the terminating zero; text is cut to `size` bytes.
size_t jit_host_describe_tensor(const void *tensor, char *text, size_t size);

/// True when `type` (a canonical C++ type spelling) is one that jit_host_describe_object knows.
bool jit_host_knows_type(const char *type);

/// As jit_host_describe_tensor, for the types of jit_host_knows_type: at::Tensor,
/// std::vector<at::Tensor>, torch::optim::Adam and other optimizers (parameter count, options),
/// modules and module holders, c10::Device, c10::ScalarType, c10::optional<at::Tensor>,
/// torch::data::Example<>.
size_t jit_host_describe_object(const char *type, const void *object, char *text, size_t size);

/// As jit_host_describe_object in few words, for an object among others: a tensor as `Float [4,
/// 16]`.
size_t jit_host_describe_briefly(const char *type, const void *object, char *text, size_t size);

/// How large objects of `type` are; false where that is not known.
bool jit_host_type_layout(const char *type, size_t *size, size_t *alignment);

/// LibTorch's version, as "1.13.1".
const char *jit_host_torch_version();
}

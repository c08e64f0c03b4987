// The C interface: text out, nothing thrown, the program's state as it was.
#pragma GCC visibility push(default)
#include "tensor_view.h"
#pragma GCC visibility pop

#include "object_summary.h"
#include "tensor_summary.h"

#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>

namespace {

/// Copies what `describe` returns, cut to `size` bytes with its terminating zero.
template <typename Function>
size_t writeText(char *text, size_t size, Function &&describe) noexcept {
  if (!text || size == 0)
    return 0;
  std::string line;
  try {
    at::NoGradGuard no_grad; // for tensors on devices: they are copied by operators
    line = describe();
  } catch (const std::exception &error) {
    const std::string message = error.what(); // further lines are a backtrace
    line = "cannot be summarised (" + message.substr(0, message.find('\n')) + ")";
  } catch (...) {
    line = "cannot be summarised";
  }
  const size_t length = std::min(line.size(), size - 1);
  std::memcpy(text, line.data(), length);
  text[length] = '\0';
  return length;
}

size_t describeBy(jithost::Describe find(const std::string &), const char *type, const void *object,
                  char *text, size_t size) {
  return writeText(text, size, [&]() -> std::string {
    const std::string plain_type = jithost::plainType(type ? type : "");
    const jithost::Describe describe = find(plain_type);
    return describe ? describe(plain_type, object) : "not a type of LibTorch";
  });
}

} // namespace

size_t jit_host_describe_tensor(const void *tensor, char *text, size_t size) {
  return writeText(text, size, [&] { return jithost::describeTensor(tensor); });
}

bool jit_host_knows_type(const char *type) {
  return type && jithost::findDescription(jithost::plainType(type));
}

size_t jit_host_describe_object(const char *type, const void *object, char *text, size_t size) {
  return describeBy(jithost::findDescription, type, object, text, size);
}

size_t jit_host_describe_briefly(const char *type, const void *object, char *text, size_t size) {
  return describeBy(jithost::findBriefDescription, type, object, text, size);
}

bool jit_host_type_layout(const char *type, size_t *size, size_t *alignment) {
  return type && jithost::findLayout(jithost::plainType(type), *size, *alignment);
}

const char *jit_host_torch_version() { return TORCH_VERSION; }

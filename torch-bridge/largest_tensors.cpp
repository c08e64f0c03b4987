// Tensors of a frame by the size of their storages.
#pragma GCC visibility push(default)
#include "largest_tensors.h"
#pragma GCC visibility pop

#include "budget_allocator.h"
#include "rescue_objects.h"
#include "tensor_summary.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/StorageImpl.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace jithost {
namespace {

constexpr size_t Shown = 8;

struct Row {
  std::string name;
  at::Tensor tensor;
  uint64_t bytes; // of its storage
};

class Rows {
public:
  void add(const std::string &name, const at::Tensor &tensor) {
    if (!tensor.defined() || !tensor.has_storage())
      return;
    const c10::StorageImpl *storage = tensor.storage().unsafeGetStorageImpl();
    if (storages_.insert(storage).second)
      rows.push_back({name, tensor, storage->nbytes()});
  }
  std::vector<Row> rows;

private:
  std::set<const c10::StorageImpl *> storages_;
};

std::vector<Row> rowsOf(const RescueObjects &objects) {
  Rows all;
  for (const FoundModule &module : objects.modules) {
    for (const auto &parameter : module.module->named_parameters()) {
      all.add(module.entry.name + "." + parameter.key(), parameter.value());
      if (parameter.value().grad().defined())
        all.add(module.entry.name + "." + parameter.key() + ".grad()", parameter.value().grad());
    }
    for (const auto &buffer : module.module->named_buffers())
      all.add(module.entry.name + "." + buffer.key(), buffer.value());
  }
  for (const FoundTensors &found : objects.tensors)
    for (const auto &[key, tensor] : found.tensors) {
      const std::string &name = found.entry.name;
      const bool fields = found.kind == FoundTensors::Kind::Fields;
      all.add(key.empty() ? name : fields ? name + "." + key : name + "[" + key + "]", tensor);
    }
  std::stable_sort(all.rows.begin(), all.rows.end(),
                   [](const Row &left, const Row &right) { return left.bytes > right.bytes; });
  return std::move(all.rows);
}

std::string textOf(const std::vector<Row> &rows) {
  const size_t shown = std::min(rows.size(), Shown);
  size_t width = 0;
  for (size_t i = 0; i < shown; ++i)
    width = std::max(width, rows[i].name.size());
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    const auto &[name, tensor, bytes] = rows[i];
    const uint64_t own = tensor.numel() * tensor.element_size();
    text += "  " + name + std::string(width - name.size(), ' ') + "  " + describeShape(&tensor) +
            ' ' + tensor.device().str() + "  " + readable(bytes) +
            (own < bytes ? ", of which it shows " + readable(own) : "") + '\n';
  }
  uint64_t left = 0;
  for (size_t i = shown; i < rows.size(); ++i)
    left += rows[i].bytes;
  if (rows.size() > shown)
    text += "  " + std::to_string(rows.size() - shown) + " smaller ones  " + readable(left) + '\n';
  return text;
}

} // namespace
} // namespace jithost

size_t jit_host_largest_tensors(const JitHostVariable *variables, size_t count, char *text,
                                size_t size) {
  if (size == 0)
    return 0;
  std::string lines;
  try {
    jithost::WithoutBudget without_budget;
    at::NoGradGuard no_grad;
    lines = jithost::textOf(jithost::rowsOf(jithost::findRescueObjects(variables, count)));
  } catch (const std::exception &) {
    // Then there is nothing that can be said.
  }
  const size_t length = std::min(lines.size(), size - 1);
  std::memcpy(text, lines.data(), length);
  text[length] = '\0';
  return length;
}

// One line about an object of LibTorch. Types are known by their spelling, since the host knows no
// more; modules and optimizers are then asked for their own type, which may be one of the
// program's.
#include "object_summary.h"

#include "checked_memory.h"
#include "tensor_summary.h"

#include <c10/core/Device.h>
#include <c10/util/OptionalArrayRef.h>
#include <c10/util/Type.h>
#include <torch/data/example.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/optim.h>
#include <torch/types.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

namespace jithost {
namespace {

constexpr size_t ShownElements = 4;
constexpr size_t LargestCount = 1 << 24; // of a vector, before it is taken for garbage

const std::string NotReadable = "(memory cannot be read)";

bool startsWith(const std::string &text, const char *prefix) { return text.rfind(prefix, 0) == 0; }

bool endsWith(const std::string &text, const std::string &suffix) {
  return text.size() >= suffix.size() &&
         text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

std::string plural(size_t count, const std::string &noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

// ---------------------------------------------------------------------------------------------
// Values

std::string describeTensorValue(const std::string &, const void *object) {
  return describeTensor(object);
}

std::string describeTensorShape(const std::string &, const void *object) {
  return describeShape(object);
}

std::string describeDevice(const std::string &, const void *object) {
  alignas(c10::Device) char bytes[sizeof(c10::Device)];
  if (!readMemory(object, bytes, sizeof bytes))
    return NotReadable;
  return reinterpret_cast<const c10::Device *>(bytes)->str();
}

std::string describeScalarType(const std::string &, const void *object) {
  c10::ScalarType type;
  if (!readMemory(object, &type, sizeof type))
    return NotReadable;
  return type < c10::ScalarType::NumOptions ? c10::toString(type) : "not a valid dtype";
}

// ---------------------------------------------------------------------------------------------
// Containers of tensors

std::string describeExample(const std::string &, const void *object) {
  if (!isReadable(object, sizeof(torch::data::Example<>)))
    return NotReadable;
  const auto *example = static_cast<const torch::data::Example<> *>(object);
  return "data: " + describeTensor(&example->data) +
         "; target: " + describeTensor(&example->target);
}

std::string describeTensorExample(const std::string &, const void *object) {
  return "data: " + describeTensor(object);
}

std::string describeExampleShape(const void *object) {
  const auto *example = static_cast<const torch::data::Example<> *>(object);
  return "data: " + describeShape(&example->data) + "; target: " + describeShape(&example->target);
}

std::string describeExampleShapes(const std::string &, const void *object) {
  return isReadable(object, sizeof(torch::data::Example<>)) ? describeExampleShape(object)
                                                            : NotReadable;
}

std::string describeTensorExampleShape(const std::string &, const void *object) {
  return "data: " + describeShape(object);
}

/// Count and first elements. Any vector is three pointers: begin, end and the end of what is
/// allocated.
std::string describeVector(const void *object, size_t element_size, const char *noun,
                           std::string (*describe_element)(const void *)) {
  const char *fields[3];
  if (!readMemory(object, fields, sizeof fields))
    return NotReadable;
  const auto [begin, end, limit] = fields;
  const size_t bytes = end - begin;
  if (begin > end || end > limit || bytes % element_size != 0 ||
      bytes / element_size > LargestCount)
    return "not a valid vector";
  if (!begin)
    return plural(0, noun);
  if (!isReadable(begin, bytes))
    return NotReadable;

  const size_t count = bytes / element_size;
  std::string text = plural(count, noun);
  for (size_t i = 0; i < std::min(count, ShownElements); ++i)
    text += (i == 0 ? " {" : ", ") + describe_element(begin + i * element_size);
  if (count > ShownElements)
    text += ", ...";
  return count > 0 ? text + '}' : text;
}

std::string describeTensors(const std::string &, const void *object) {
  return describeVector(object, sizeof(at::Tensor), "tensor", describeShape);
}

std::string describeExamples(const std::string &, const void *object) {
  return describeVector(object, sizeof(torch::data::Example<>), "example", describeExampleShape);
}

template <typename Optional> std::string describeOptional(const std::string &, const void *object) {
  if (!isReadable(object, sizeof(Optional)))
    return NotReadable;
  const auto *optional = static_cast<const Optional *>(object);
  return optional->has_value() ? describeTensor(&**optional) : "no value";
}

template <size_t... Index>
std::string describeTuple(const void *object, std::index_sequence<Index...>) {
  using Tuple = std::tuple<std::tuple_element_t<0 * Index, std::tuple<at::Tensor>>...>;
  if (!isReadable(object, sizeof(Tuple)))
    return NotReadable;
  const auto *tuple = static_cast<const Tuple *>(object);
  std::string text;
  ((text += (Index == 0 ? "" : "; ") + describeTensor(&std::get<Index>(*tuple))), ...);
  return text;
}

template <size_t Count> std::string describeTuple(const std::string &, const void *object) {
  return describeTuple(object, std::make_index_sequence<Count>());
}

// ---------------------------------------------------------------------------------------------
// Modules and optimizers

std::string describeModule(const std::string &, const void *object) {
  const auto *module = findBase<torch::nn::Module>(object);
  if (!module)
    return "not a valid module";
  const std::vector<at::Tensor> parameters = module->parameters();
  int64_t values = 0;
  for (const at::Tensor &parameter : parameters)
    values += parameter.numel();
  return c10::demangle(typeid(*module).name()) + ' ' + plural(parameters.size(), "parameter") +
         " (" + plural(values, "value") + (module->is_training() ? ") training" : ") evaluating");
}

std::string describePointee(const std::string &type, const void *object, Describe describe) {
  const void *pointee;
  if (!readMemory(object, &pointee, sizeof pointee))
    return NotReadable;
  return pointee ? describe(type, pointee) : "null";
}

/// A module holder holds nothing but a std::shared_ptr, whose pointer comes first.
std::string describeModuleHolder(const std::string &type, const void *object) {
  return describePointee(type, object, describeModule);
}

template <typename State>
std::optional<int64_t> stepOf(const torch::optim::OptimizerParamState &state) {
  const auto *known = dynamic_cast<const State *>(&state);
  return known ? std::optional<int64_t>(known->step()) : std::nullopt;
}

/// The most steps that any parameter has taken; SGD does not count them.
std::optional<int64_t> stepOf(const torch::optim::Optimizer &optimizer) {
  std::optional<int64_t> largest;
  for (const auto &entry : optimizer.state()) {
    const auto &state = *entry.second;
    for (const auto &step :
         {stepOf<torch::optim::AdamParamState>(state), stepOf<torch::optim::AdamWParamState>(state),
          stepOf<torch::optim::RMSpropParamState>(state),
          stepOf<torch::optim::AdagradParamState>(state)})
      largest = std::max(largest, step); // nothing is less than any step
  }
  return largest;
}

std::string describeOptimizer(const std::string &, const void *object) {
  const auto *optimizer = findBase<torch::optim::Optimizer>(object);
  if (!optimizer)
    return "not a valid optimizer";
  const auto &groups = optimizer->param_groups();
  size_t parameters = 0;
  for (const auto &group : groups)
    parameters += group.params().size();
  std::string text =
      c10::demangle(typeid(*optimizer).name()) + ' ' + plural(parameters, "parameter");
  if (groups.size() > 1)
    text += " in " + plural(groups.size(), "group");
  try {
    char rate[32];
    if (!groups.empty() && groups.front().has_options()) {
      std::snprintf(rate, sizeof rate, " lr=%.4g", groups.front().options().get_lr());
      text += rate;
    }
  } catch (const std::exception &) {
    // Options of a program's own optimizer need not have a learning rate.
  }
  if (const auto step = stepOf(*optimizer))
    text += " step=" + std::to_string(*step);
  return text;
}

// ---------------------------------------------------------------------------------------------
// Types by name

struct KnownType {
  const char *name;
  Describe describe;
  Describe briefly; // for an object among others
  size_t size, alignment;
};

template <typename T>
constexpr KnownType known(const char *name, Describe describe, Describe briefly = nullptr) {
  return {name, describe, briefly ? briefly : describe, sizeof(T), alignof(T)};
}

using TwoTensors = std::tuple<at::Tensor, at::Tensor>;
using ThreeTensors = std::tuple<at::Tensor, at::Tensor, at::Tensor>;
using Example = torch::data::Example<>;
using TensorExample = torch::data::TensorExample;

const KnownType KnownTypes[] = {
    known<at::Tensor>("at::Tensor", describeTensorValue, describeTensorShape),
    known<c10::Device>("c10::Device", describeDevice),
    known<c10::ScalarType>("c10::ScalarType", describeScalarType),
    known<std::vector<at::Tensor>>("std::vector<at::Tensor>", describeTensors),
    known<c10::optional<at::Tensor>>("c10::optional<at::Tensor>",
                                     describeOptional<c10::optional<at::Tensor>>),
    known<std::optional<at::Tensor>>("std::optional<at::Tensor>",
                                     describeOptional<std::optional<at::Tensor>>),
    known<TwoTensors>("std::tuple<at::Tensor, at::Tensor>", describeTuple<2>),
    known<ThreeTensors>("std::tuple<at::Tensor, at::Tensor, at::Tensor>", describeTuple<3>),
    known<Example>("torch::data::Example<>", describeExample, describeExampleShapes),
    known<Example>("torch::data::Example<at::Tensor, at::Tensor>", describeExample,
                   describeExampleShapes),
    known<TensorExample>("torch::data::Example<at::Tensor, void>", describeTensorExample,
                         describeTensorExampleShape),
    known<std::vector<Example>>("std::vector<torch::data::Example<>>", describeExamples),
    known<std::vector<Example>>("std::vector<torch::data::Example<at::Tensor, at::Tensor>>",
                                describeExamples),
    known<torch::optim::Optimizer>("torch::optim::Optimizer", describeOptimizer),
    known<torch::optim::Adagrad>("torch::optim::Adagrad", describeOptimizer),
    known<torch::optim::Adam>("torch::optim::Adam", describeOptimizer),
    known<torch::optim::AdamW>("torch::optim::AdamW", describeOptimizer),
    known<torch::optim::LBFGS>("torch::optim::LBFGS", describeOptimizer),
    known<torch::optim::RMSprop>("torch::optim::RMSprop", describeOptimizer),
    known<torch::optim::SGD>("torch::optim::SGD", describeOptimizer),
    known<torch::nn::Module>("torch::nn::Module", describeModule),
};

const KnownType *findKnown(const std::string &type) {
  const auto *found = std::find_if(std::begin(KnownTypes), std::end(KnownTypes),
                                   [&](const KnownType &entry) { return type == entry.name; });
  return found == std::end(KnownTypes) ? nullptr : found;
}

/// LibTorch's own modules are many and named alike: NAMEImpl is the module, NAME its holder.
Describe findModule(const std::string &type) {
  const std::string space = "torch::nn::";
  if (!startsWith(type, space.c_str()))
    return nullptr;
  const std::string name = type.substr(space.size());
  if (startsWith(name, "ModuleHolder<"))
    return describeModuleHolder;
  const std::string plain = name.substr(0, name.find('<'));
  if (plain.find(':') != std::string::npos || startsWith(plain, "Any") ||
      startsWith(plain, "Named") || endsWith(plain, "Options") || endsWith(plain, "FuncOptions"))
    return nullptr;
  return endsWith(plain, "Impl") ? describeModule : describeModuleHolder;
}

std::string describePointer(const std::string &type, const void *object) {
  const std::string pointee = pointeeType(type);
  return describePointee(pointee, object, findDescription(pointee));
}

void removeAll(std::string &text, const std::string &part) {
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos;)
    text.erase(at, part.size());
}

/// `std::vector<T, std::allocator<T>>` becomes `std::vector<T>`.
void removeAllocators(std::string &text) {
  const std::string start = ", std::allocator<";
  for (size_t at; (at = text.find(start)) != std::string::npos;) {
    size_t end = at + start.size();
    for (int depth = 1; depth > 0 && end < text.size(); ++end)
      depth += text[end] == '<' ? 1 : text[end] == '>' ? -1 : 0;
    text.erase(at, end - at);
  }
}

} // namespace

std::string plainType(std::string type) {
  for (const char *word : {"const ", "volatile ", "class ", "struct ", "enum "})
    removeAll(type, word);
  for (size_t at; (at = type.find("> >")) != std::string::npos;)
    type.erase(at + 1, 1);
  removeAllocators(type);
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (const std::string suffix : {" ", "&", "*const"}) {
      if (!endsWith(type, suffix))
        continue;
      type.erase(type.size() - suffix.size() + (suffix[0] == '*' ? 1 : 0));
      shorter = true;
    }
  }
  return type;
}

std::string pointeeType(const std::string &type) {
  if (endsWith(type, "*"))
    return plainType(type.substr(0, type.size() - 1));
  for (const char *prefix : {"std::shared_ptr<", "std::unique_ptr<"})
    if (startsWith(type, prefix) && endsWith(type, ">"))
      return plainType(type.substr(std::strlen(prefix), type.size() - std::strlen(prefix) - 1));
  return {};
}

Describe findDescription(const std::string &plain_type) {
  if (const KnownType *known = findKnown(plain_type))
    return known->describe;
  if (const std::string pointee = pointeeType(plain_type); !pointee.empty())
    return findDescription(pointee) ? describePointer : nullptr;
  return findModule(plain_type);
}

Describe findBriefDescription(const std::string &plain_type) {
  const KnownType *known = findKnown(plain_type);
  return known ? known->briefly : findDescription(plain_type);
}

bool findLayout(const std::string &plain_type, size_t &size, size_t &alignment) {
  using Holder = torch::nn::ModuleHolder<torch::nn::Module>; // all are of one size
  if (const KnownType *known = findKnown(plain_type)) {
    size = known->size;
    alignment = known->alignment;
    return true;
  }
  using OptionalList = c10::OptionalArrayRef<int64_t>; // and these, but not in all releases
  if (startsWith(plain_type, "c10::OptionalArrayRef<")) {
    size = sizeof(OptionalList);
    alignment = alignof(OptionalList);
    return true;
  }
  size = sizeof(Holder);
  alignment = alignof(Holder);
  return findModule(plain_type) == describeModuleHolder;
}

} // namespace jithost

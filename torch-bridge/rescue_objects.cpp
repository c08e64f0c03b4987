// Objects are recognised by their vtables, which also tells classes of the program; values and
// containers by the spelling of their types.
#include "rescue_objects.h"

#include "checked_memory.h"
#include "object_summary.h"
#include "tensor_summary.h"
#include "torch_version.h"

#include <ATen/Context.h>
#include <torch/data/example.h>
#include <torch/types.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace jithost {
namespace {

constexpr size_t LargestCount = 1 << 20; // of a container, before it is taken for garbage
constexpr int LongestWay = 3;            // of pointers to pointers

/// What a variable leads to, and the types it can be seen as.
struct Target {
  const void *address;
  std::vector<std::string> types;
  bool pointer = false;
};

using Tensors = std::vector<std::pair<std::string, at::Tensor>>;

bool startsWith(const std::string &text, const std::string &prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

/// Words that no member of an archive can be called by: its code is Python.
bool isPythonWord(const std::string &name) {
  static const std::set<std::string> words{
      "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
      "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
      "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
      "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
  return words.count(name) != 0;
}

/// One variable after the other, outermost frame first.
class Finder {
public:
  RescueObjects found;

  void take(const JitHostVariable &variable);
  void addDefaultGenerators();
  void dropParts();
  void addParameters();

private:
  std::optional<Target> follow(const JitHostVariable &variable);
  bool takeModule(const JitHostVariable &variable, Target target);
  bool takeOptimizer(const JitHostVariable &variable, const Target &target);
  bool takeTensors(const JitHostVariable &variable, const Target &target);
  bool takeGenerator(const JitHostVariable &variable, const Target &target);
  Entry entryOf(const JitHostVariable &variable, bool pointer);
  bool isKnown(const JitHostVariable &variable, const void *object);
  void leaveOut(const JitHostVariable &variable, const std::string &reason);

  std::set<std::string> names_;
  std::map<const void *, std::string> seen_; // objects, and the names they have in the archive
};

void Finder::leaveOut(const JitHostVariable &variable, const std::string &reason) {
  found.left_out.push_back(std::string(variable.name) + " of " + variable.function + " (" +
                           variable.type + "): " + reason);
}

Entry Finder::entryOf(const JitHostVariable &variable, bool pointer) {
  std::string wanted = variable.name;
  for (char &c : wanted) // of a name with a scope, or a structured binding's
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_')
      c = '_';
  if (isPythonWord(wanted))
    wanted += '_';
  std::string name = wanted;
  for (unsigned count = 2; !names_.insert(name).second; ++count)
    name = wanted + '_' + std::to_string(count);
  return {name, variable.name, variable.function, pointer};
}

/// Under another name.
bool Finder::isKnown(const JitHostVariable &variable, const void *object) {
  auto known = seen_.find(object);
  if (known == seen_.end())
    return false;
  found.also.push_back(std::string(variable.name) + " of " + variable.function + ": " +
                       known->second);
  return true;
}

/// Along pointers, raw or smart. Nothing: the way ends at a null or in memory that is not there.
std::optional<Target> Finder::follow(const JitHostVariable &variable) {
  Target target{variable.address, {plainType(variable.type)}};
  for (size_t i = 0; i < variable.base_count; ++i)
    target.types.push_back(plainType(variable.bases[i]));
  for (int i = 0; i < LongestWay && !pointeeType(target.types[0]).empty(); ++i) {
    std::vector<std::string> pointees;
    for (const std::string &type : target.types)
      if (std::string pointee = pointeeType(type); !pointee.empty())
        pointees.push_back(pointee);
    if (!readMemory(target.address, &target.address, sizeof target.address) || !target.address)
      return std::nullopt;
    target.types = std::move(pointees);
    target.pointer = true;
  }
  return target;
}

/// LibTorch's holders, and those that TORCH_MODULE makes, hold nothing but a std::shared_ptr.
bool Finder::takeModule(const JitHostVariable &variable, Target target) {
  const auto *module = findBase<torch::nn::Module>(target.address);
  bool holder = std::any_of(target.types.begin(), target.types.end(), [](const std::string &type) {
    return startsWith(type, "torch::nn::ModuleHolder<");
  });
  if (!module && (holder || startsWith(target.types[0], "torch::nn::"))) {
    if (!readMemory(target.address, &target.address, sizeof target.address))
      return false;
    module = findBase<torch::nn::Module>(target.address);
    target.pointer = true;
    if (holder && !module && target.address) {
      leaveOut(variable, "not a valid module");
      return true;
    }
  }
  if (!module)
    return false;
  if (isKnown(variable, module))
    return true;
  found.modules.push_back({entryOf(variable, target.pointer), module});
  seen_[module] = found.modules.back().entry.name;
  return true;
}

bool Finder::takeOptimizer(const JitHostVariable &variable, const Target &target) {
  const auto *optimizer = findBase<torch::optim::Optimizer>(target.address);
  if (!optimizer)
    return false;
  if (isKnown(variable, optimizer))
    return true;
  found.optimizers.push_back({entryOf(variable, target.pointer), optimizer});
  seen_[optimizer] = found.optimizers.back().entry.name;
  return true;
}

bool Finder::takeGenerator(const JitHostVariable &variable, const Target &target) {
  if (target.types[0] != "at::Generator")
    return false;
  c10::GeneratorImpl *impl = nullptr;
  if (!readMemory(target.address, &impl, sizeof impl) || !impl)
    return true; // none yet
  if (findBase<c10::GeneratorImpl>(impl) != impl) {
    leaveOut(variable, "not a valid generator");
    return true;
  }
  if (isKnown(variable, impl))
    return true;
  found.generators.push_back(
      {entryOf(variable, target.pointer), *static_cast<const at::Generator *>(target.address)});
  seen_[impl] = found.generators.back().entry.name;
  return true;
}

// ---------------------------------------------------------------------------------------------
// Tensors

/// One more element; false, with a reason, when there is no tensor.
bool addTensor(Tensors &tensors, const std::string &key, const void *address, std::string &reason) {
  const at::Tensor *tensor = tensorAt(address, reason);
  if (!tensor)
    return false;
  if (tensor->defined())
    tensors.emplace_back(key, *tensor);
  return true;
}

/// How to get the tensors out of an object; false, with a reason, where it is not one.
using Unpack = bool (*)(const void *object, Tensors &tensors, std::string &reason);

bool unpackOne(const void *object, Tensors &tensors, std::string &reason) {
  return addTensor(tensors, "", object, reason);
}

bool unpackVector(const void *object, Tensors &tensors, std::string &reason) {
  const char *fields[3]; // begin, end, and the end of what is allocated
  reason = "not a valid vector";
  if (!readMemory(object, fields, sizeof fields))
    return false;
  const size_t bytes = fields[1] - fields[0];
  if (fields[0] > fields[1] || fields[1] > fields[2] || bytes % sizeof(at::Tensor) != 0 ||
      bytes / sizeof(at::Tensor) > LargestCount || (bytes > 0 && !isReadable(fields[0], bytes)))
    return false;
  for (size_t i = 0; i < bytes / sizeof(at::Tensor); ++i)
    if (!addTensor(tensors, std::to_string(i), fields[0] + i * sizeof(at::Tensor), reason))
      return false;
  return true;
}

template <typename Optional>
bool unpackOptional(const void *object, Tensors &tensors, std::string &reason) {
  reason = "memory cannot be read";
  if (!isReadable(object, sizeof(Optional)))
    return false;
  const auto *optional = static_cast<const Optional *>(object);
  return !optional->has_value() || addTensor(tensors, "", &**optional, reason);
}

template <typename Tuple, size_t... Index>
bool unpackFields(const void *object, Tensors &tensors, std::string &reason,
                  std::index_sequence<Index...>) {
  reason = "memory cannot be read";
  if (!isReadable(object, sizeof(Tuple)))
    return false;
  const auto *tuple = static_cast<const Tuple *>(object);
  return (addTensor(tensors, std::to_string(Index), &std::get<Index>(*tuple), reason) && ...);
}

template <typename Tuple>
bool unpackTuple(const void *object, Tensors &tensors, std::string &reason) {
  return unpackFields<Tuple>(object, tensors, reason,
                             std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

bool unpackExample(const void *object, Tensors &tensors, std::string &reason) {
  reason = "memory cannot be read";
  if (!isReadable(object, sizeof(torch::data::Example<>)))
    return false;
  const auto *example = static_cast<const torch::data::Example<> *>(object);
  return addTensor(tensors, "data", &example->data, reason) &&
         addTensor(tensors, "target", &example->target, reason);
}

template <typename Map> bool unpackMap(const void *object, Tensors &tensors, std::string &reason) {
  reason = "memory cannot be read";
  if (!isReadable(object, sizeof(Map)))
    return false;
  const Map &map = *static_cast<const Map *>(object);
  reason = "not a valid map";
  if (map.size() > LargestCount)
    return false;
  for (const auto &[key, tensor] : map)
    if (!addTensor(tensors, key, &tensor, reason))
      return false;
  return true;
}

struct TensorType {
  const char *name;
  Unpack unpack;
  FoundTensors::Kind kind;
};

using Kind = FoundTensors::Kind;
using Pair = std::tuple<at::Tensor, at::Tensor>;
using Triple = std::tuple<at::Tensor, at::Tensor, at::Tensor>;
using Map = std::map<std::string, at::Tensor>;
using UnorderedMap = std::unordered_map<std::string, at::Tensor>;

const TensorType TensorTypes[] = {
    {"at::Tensor", unpackOne, Kind::One},
    {"std::vector<at::Tensor>", unpackVector, Kind::List},
    {"c10::optional<at::Tensor>", unpackOptional<torch::optional<at::Tensor>>, Kind::One},
    {"std::optional<at::Tensor>", unpackOptional<std::optional<at::Tensor>>, Kind::One},
    {"std::tuple<at::Tensor, at::Tensor>", unpackTuple<Pair>, Kind::Tuple},
    {"std::tuple<at::Tensor, at::Tensor, at::Tensor>", unpackTuple<Triple>, Kind::Tuple},
    {"torch::data::Example<>", unpackExample, Kind::Fields},
    {"torch::data::Example<at::Tensor, at::Tensor>", unpackExample, Kind::Fields},
    {"std::map<std::basic_string<char>, at::Tensor>", unpackMap<Map>, Kind::Map},
    {"std::unordered_map<std::basic_string<char>, at::Tensor>", unpackMap<UnorderedMap>, Kind::Map},
};

bool Finder::takeTensors(const JitHostVariable &variable, const Target &target) {
  for (const TensorType &known : TensorTypes) {
    if (std::find(target.types.begin(), target.types.end(), known.name) == target.types.end())
      continue;
    FoundTensors tensors{{}, known.kind, {}};
    std::string reason;
    if (!known.unpack(target.address, tensors.tensors, reason)) {
      leaveOut(variable, reason);
      return true;
    }
    if (tensors.tensors.empty())
      return true; // nothing in it yet
    const at::TensorImpl *single =
        known.kind == Kind::One ? tensors.tensors[0].second.unsafeGetTensorImpl() : nullptr;
    if (single && isKnown(variable, single))
      return true;
    tensors.entry = entryOf(variable, target.pointer);
    if (single)
      seen_[single] = tensors.entry.name;
    found.tensors.push_back(std::move(tensors));
    return true;
  }
  return false;
}

void Finder::take(const JitHostVariable &variable) {
  std::optional<Target> target = follow(variable);
  if (!target || !target->address)
    return;
  takeModule(variable, *target) || takeOptimizer(variable, *target) ||
      takeGenerator(variable, *target) || takeTensors(variable, *target);
}

// ---------------------------------------------------------------------------------------------
// Of all of them together

std::set<const at::TensorImpl *> tensorsOf(const std::vector<FoundModule> &modules) {
  std::set<const at::TensorImpl *> held;
  for (const FoundModule &module : modules) {
    for (const at::Tensor &parameter : module.module->parameters())
      held.insert(parameter.unsafeGetTensorImpl());
    for (const at::Tensor &buffer : module.module->buffers())
      held.insert(buffer.unsafeGetTensorImpl());
  }
  return held;
}

/// Modules that are parts of others, and tensors that a module holds: these are saved with it.
void Finder::dropParts() {
  std::map<const torch::nn::Module *, std::string> parts;
  for (const FoundModule &whole : found.modules)
    for (const auto &part : whole.module->named_modules("", /*include_self=*/false))
      parts.try_emplace(part.value().get(), whole.entry.name + "." + part.key());
  auto kept =
      std::remove_if(found.modules.begin(), found.modules.end(), [&](const FoundModule &module) {
        auto part = parts.find(module.module);
        if (part != parts.end())
          found.also.push_back(module.entry.variable + " of " + module.entry.function + ": " +
                               part->second);
        return part != parts.end();
      });
  found.modules.erase(kept, found.modules.end());

  const std::set<const at::TensorImpl *> held = tensorsOf(found.modules);
  auto others =
      std::remove_if(found.tensors.begin(), found.tensors.end(), [&](const FoundTensors &tensors) {
        bool all =
            std::all_of(tensors.tensors.begin(), tensors.tensors.end(), [&](const auto &tensor) {
              return held.count(tensor.second.unsafeGetTensorImpl()) != 0;
            });
        if (all)
          found.also.push_back(tensors.entry.variable + " of " + tensors.entry.function +
                               ": held by a module");
        return all;
      });
  found.tensors.erase(others, found.tensors.end());
}

/// Of the CPU, and of each device that the program has used.
void Finder::addDefaultGenerators() {
  found.generators.push_back({{"cpu", "", "", false}, at::detail::getDefaultCPUGenerator()});
  for (int device : usedCudaDevices())
    found.generators.push_back(
        {{"cuda_" + std::to_string(device), "", "", false},
         at::globalContext().defaultGenerator(c10::Device(at::kCUDA, device))});
  for (const FoundGenerator &generator : found.generators) {
    names_.insert(generator.entry.name);
    seen_[generator.generator.unsafeGetGeneratorImpl()] = generator.entry.name;
  }
}

/// Parameters to which nothing but an optimizer leads: their module is no variable of a frame.
void Finder::addParameters() {
  const std::set<const at::TensorImpl *> held = tensorsOf(found.modules);
  for (const FoundOptimizer &optimizer : found.optimizers) {
    FoundTensors parameters{{}, Kind::Parameters, {}};
    bool missing = false;
    for (const auto &group : optimizer.optimizer->param_groups())
      for (const at::Tensor &parameter : group.params()) {
        parameters.tensors.emplace_back(std::to_string(parameters.tensors.size()), parameter);
        const at::TensorImpl *impl = parameter.unsafeGetTensorImpl();
        missing |= !held.count(impl) && !seen_.count(impl);
      }
    if (!missing)
      continue;
    parameters.entry = optimizer.entry;
    parameters.entry.name = optimizer.entry.name + "_parameters";
    while (!names_.insert(parameters.entry.name).second)
      parameters.entry.name += '_';
    found.tensors.push_back(std::move(parameters));
  }
}

} // namespace

RescueObjects findRescueObjects(const JitHostVariable *variables, size_t count) {
  Finder finder;
  finder.addDefaultGenerators();
  for (size_t i = 0; i < count; ++i)
    finder.take(variables[i]);
  finder.dropParts();
  finder.addParameters();
  return std::move(finder.found);
}

} // namespace jithost

// What is worth saving among a program's variables, each object once.
#pragma once

#include "rescue.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <string>
#include <utility>
#include <vector>

namespace jithost {

/// The variable that an object was found by, outermost first, and its name in the archive: two
/// variables may have one name.
struct Entry {
  std::string name, variable, function;
  bool pointer = false; // the variable leads to the object, as holders do
};

struct FoundModule {
  Entry entry;
  const torch::nn::Module *module;
  bool whole = true; // false: tensors of it could not be saved
};

struct FoundOptimizer {
  Entry entry;
  const torch::optim::Optimizer *optimizer;
};

/// A tensor, or several that one variable holds.
struct FoundTensors {
  enum class Kind { One, Fields, Tuple, List, Map, Parameters };
  Entry entry;
  Kind kind;
  std::vector<std::pair<std::string, at::Tensor>> tensors; // with keys, numbers or field names
};

struct FoundGenerator {
  Entry entry;
  at::Generator generator;
};

struct RescueObjects {
  std::vector<FoundModule> modules; // none a part of another
  std::vector<FoundOptimizer> optimizers;
  std::vector<FoundTensors> tensors;      // none that a module holds
  std::vector<FoundGenerator> generators; // the default ones first
  std::vector<std::string> also;          // other names of what is saved: "this of f: net"
  std::vector<std::string> left_out;      // what was found and cannot be saved, with the reason
};

RescueObjects findRescueObjects(const JitHostVariable *variables, size_t count);

} // namespace jithost

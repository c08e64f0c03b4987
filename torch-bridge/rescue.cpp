// The C interface of a rescue, and its text.
#pragma GCC visibility push(default)
#include "rescue.h"
#pragma GCC visibility pop

#include "budget_allocator.h"
#include "object_summary.h"
#include "rescue_archive.h"
#include "tensor_summary.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Type.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace jithost {
namespace {

using Kind = FoundTensors::Kind;

std::string plural(size_t count, const std::string &noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string summaryOf(const RescueObjects &objects, const std::set<std::string> &failed_devices) {
  std::string text = plural(objects.modules.size(), "module") + ", " +
                     plural(objects.optimizers.size(), "optimizer") + ", " +
                     plural(objects.tensors.size(), "tensor variable") + ", " +
                     plural(objects.generators.size(), "generator");
  if (!objects.left_out.empty())
    text += "; " + std::to_string(objects.left_out.size()) + " not saved";
  for (const std::string &device : failed_devices)
    text += (device == *failed_devices.begin() ? ", since tensors cannot be read from " : ", ") +
            device;
  return text;
}

/// NAME, and whose variable it is.
std::string headOf(const Entry &entry) {
  std::string text = "  " + entry.name;
  if (!entry.variable.empty())
    text += "  (" + entry.variable + " of " + entry.function + ")";
  return text;
}

std::string contentsOf(const RescueObjects &objects) {
  std::ostringstream text;
  text << "\nmodules\n";
  const Describe module = findDescription("torch::nn::Module");
  for (const FoundModule &found : objects.modules) {
    text << headOf(found.entry) << "  " << module("", found.module) << '\n';
    for (const auto &parameter : found.module->named_parameters())
      text << "    " << parameter.key() << "  " << describeShape(&parameter.value()) << '\n';
    for (const auto &buffer : found.module->named_buffers())
      text << "    " << buffer.key() << "  " << describeShape(&buffer.value()) << "  buffer\n";
  }
  text << "\noptimizers\n";
  const Describe optimizer = findDescription("torch::optim::Optimizer");
  for (const FoundOptimizer &found : objects.optimizers)
    text << headOf(found.entry) << "  " << optimizer("", found.optimizer) << '\n';
  text << "\ntensors\n";
  for (const FoundTensors &found : objects.tensors) {
    text << headOf(found.entry);
    for (const auto &[key, tensor] : found.tensors)
      text << (found.tensors.size() > 1 ? "\n    " : "  ") << key << (key.empty() ? "" : "  ")
           << describeShape(&tensor);
    text << '\n';
  }
  text << "\ngenerators\n";
  for (const FoundGenerator &found : objects.generators)
    text << headOf(found.entry) << '\n';
  if (!objects.also.empty())
    text << "\nthe same objects under other names\n";
  for (const std::string &name : objects.also)
    text << "  " << name << '\n';
  text << "\nnot saved\n  gradients: begin with zero_grad(), or compute them again\n";
  for (const std::string &reason : objects.left_out)
    text << "  " << reason << '\n';
  return text.str();
}

std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text)
    result += (c == '"' || c == '\\' ? std::string("\\") : std::string()) + c;
  return result + "\"";
}

std::string memberOf(Kind kind, const std::string &target, const std::string &key) {
  switch (kind) {
  case Kind::Fields:
    return target + "." + key;
  case Kind::Map:
    return target + "[" + quoted(key) + "]";
  case Kind::Tuple:
    return "std::get<" + key + ">(" + target + ")";
  default:
    return target + "[" + key + "]";
  }
}

std::string loadTensors(const FoundTensors &found) {
  const std::string &name = found.entry.name;
  const std::string target =
      found.entry.pointer ? "(*" + found.entry.variable + ")" : found.entry.variable;
  std::string text;
  if (found.kind == Kind::One)
    return "  { c10::IValue value; tensors.read(" + quoted(name) + ", value); " + target +
           " = value.toTensor(); }\n";
  text = "  { torch::serialize::InputArchive part; tensors.read(" + quoted(name) + ", part);\n";
  if (found.kind == Kind::Parameters)
    return text + "    int number = 0;\n    for (auto &group : " + target +
           ".param_groups())\n      for (auto &parameter : group.params())\n"
           "        part.read(std::to_string(number++), parameter); }\n";
  if (found.kind == Kind::List)
    text += "    " + target + ".resize(" +
            std::to_string(std::stoul(found.tensors.back().first) + 1) + ");\n";
  for (size_t i = 0; i < found.tensors.size(); ++i) {
    const std::string &key = found.tensors[i].first;
    const std::string entry = found.kind == Kind::Map ? std::to_string(i) : key;
    text += "    { c10::IValue value; part.read(" + quoted(entry) + ", value); " +
            memberOf(found.kind, target, key) + " = value.toTensor(); }\n";
  }
  return text + "  }\n";
}

std::string loadPart(const std::string &from, const Entry &entry, const std::string &more = "") {
  const std::string access = entry.pointer ? "->" : ".";
  return "  { torch::serialize::InputArchive part; " + from + ".read(" + quoted(entry.name) +
         ", part); " + entry.variable + access + "load(part);" + (more.empty() ? "" : "\n" + more) +
         " }\n";
}

/// `load` of LibTorch's optimizers takes the moments and leaves the options as they are.
std::string loadOptions(const FoundOptimizer &found) {
  if (c10::demangle(typeid(*found.optimizer).name()).rfind("torch::optim::", 0) != 0)
    return "";
  const std::string access = found.entry.variable + (found.entry.pointer ? "->" : ".");
  return "    torch::serialize::InputArchive groups, group, options; part.read(\"param_groups\", "
         "groups);\n    for (size_t i = 0; i < " +
         access + "param_groups().size(); ++i) {\n" +
         "      groups.read(\"param_groups/\" + std::to_string(i), group); "
         "group.read(\"options\", options);\n      " +
         access + "param_groups()[i].options().serialize(options); }\n";
}

/// Of a module that is not whole: `load` of LibTorch's modules wants all of it.
const char *const Fill =
    R"(  std::function<void(torch::nn::Module &, torch::serialize::InputArchive &)> fill =
      [&](torch::nn::Module &module, torch::serialize::InputArchive &from) {
        torch::NoGradGuard no_grad;
        for (auto &own : module.named_parameters(false))
          from.try_read(own.key(), own.value());
        for (auto &own : module.named_buffers(false))
          from.try_read(own.key(), own.value(), true);
        for (auto &child : module.named_children())
          if (torch::serialize::InputArchive part; from.try_read(child.key(), part))
            fill(*child.value(), part);
      };
)";

std::string loadModule(const FoundModule &found) {
  const std::string &variable = found.entry.variable;
  if (found.whole)
    return loadPart("modules", found.entry);
  return "  { torch::serialize::InputArchive part; modules.read(" + quoted(found.entry.name) +
         ", part); fill(" + (found.entry.pointer ? "*" : "") + variable +
         ", part); } // what there is of it\n";
}

/// C++ that brings the same variables to where the run stood.
std::string loaderOf(const RescueObjects &objects, const std::string &path) {
  std::string text = "\nto load it, once model and optimizer have been made as the program makes "
                     "them\n\n"
                     "  torch::serialize::InputArchive archive, modules, optimizers, tensors, "
                     "generators;\n"
                     "  archive.load_from(" +
                     quoted(path) +
                     "); // a second argument, torch::kCPU: without the devices\n"
                     "  archive.read(\"modules\", modules);\n"
                     "  archive.read(\"optimizers\", optimizers);\n"
                     "  archive.read(\"tensors\", tensors);\n"
                     "  archive.read(\"generators\", generators);\n";
  if (!std::all_of(objects.modules.begin(), objects.modules.end(),
                   [](const FoundModule &found) { return found.whole; }))
    text += Fill;
  for (const FoundModule &found : objects.modules) {
    text += loadModule(found);
    text += "  " + found.entry.variable + (found.entry.pointer ? "->" : ".") + "train(" +
            (found.module->is_training() ? "true" : "false") + ");\n";
  }
  for (const FoundTensors &found : objects.tensors)
    text += loadTensors(found);
  for (const FoundOptimizer &found : objects.optimizers)
    text += loadPart("optimizers", found.entry, loadOptions(found));
  for (const FoundGenerator &found : objects.generators) {
    const std::string &name = found.entry.name;
    const std::string target =
        !found.entry.variable.empty() ? found.entry.variable
        : name == "cpu"
            ? "at::detail::getDefaultCPUGenerator()"
            : "at::globalContext().defaultGenerator({at::kCUDA, " + name.substr(5) + "})";
    text += "  { c10::IValue state; generators.read(" + quoted(name) +
            ", state);\n    auto g = " + target + "; g.set_state(state.toTensor()); }\n";
  }
  return text;
}

char *copyOf(const std::string &text) { return strdup(text.c_str()); }

JitHostRescued rescueAll(const JitHostRescue &rescue) {
  at::NoGradGuard no_grad;
  c10::InferenceMode no_inference(false); // what it makes could not be given a gradient
  RescueObjects objects = findRescueObjects(rescue.variables, rescue.count);
  const RescueArchive archive = writeRescueArchive(objects, rescue.file);
  if (!archive.written)
    return {false, copyOf("the archive could not be written: " + archive.error), copyOf("")};
  return {true, copyOf(summaryOf(objects, archive.failed_devices)),
          copyOf("written by LibTorch " TORCH_VERSION "\n" + contentsOf(objects) +
                 loaderOf(objects, rescue.path))};
}

} // namespace
} // namespace jithost

JitHostRescued jit_host_rescue(const JitHostRescue *rescue) {
  jithost::WithoutBudget without_budget;
  std::string reason = "an exception that is no std::exception";
  try {
    return jithost::rescueAll(*rescue);
  } catch (const std::exception &error) {
    reason = error.what();
  } catch (...) {
  }
  const std::string why =
      "the archive could not be written: " + reason.substr(0, reason.find('\n'));
  return {false, strdup(why.c_str()), strdup("")};
}

void jit_host_free_rescued(JitHostRescued *rescued) {
  std::free(rescued->summary);
  std::free(rescued->text);
  *rescued = {};
}

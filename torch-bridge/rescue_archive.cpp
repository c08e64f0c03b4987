// Before anything is written, each tensor is tried: memory that is gone and devices that fail are
// found then, and only what they hold is left out.
#include "rescue_archive.h"

#include "checked_memory.h"
#include "torch_version.h"

#include <c10/core/StorageImpl.h>
#include <torch/serialize/output-archive.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unistd.h>

namespace jithost {
namespace {

using torch::serialize::OutputArchive;

constexpr std::chrono::seconds GeneratorPatience(1);

std::string firstLine(const std::exception &error) {
  const std::string message = error.what(); // further lines are a backtrace
  return message.substr(0, message.find('\n'));
}

/// Writes to a file and remembers that it failed: LibTorch's writer ends the process when it is
/// told so.
class Sink {
public:
  explicit Sink(int file) : file_(file) {}
  int error() const { return error_; }

  size_t write(const void *from, size_t size) {
    const char *bytes = static_cast<const char *>(from);
    for (size_t left = size; left > 0 && error_ == 0 && file_ >= 0;) {
      const ssize_t written = ::write(file_, bytes, left);
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0) {
        error_ = written < 0 ? errno : ENOSPC;
        break;
      }
      bytes += written;
      left -= written;
    }
    return size;
  }

private:
  int file_; // -1: nowhere
  int error_ = 0;
};

void save(OutputArchive &archive, Sink &sink) {
  archive.save_to([&](const void *bytes, size_t size) { return sink.write(bytes, size); });
}

/// Throws what saving it would throw.
void tryAlone(const std::function<void(OutputArchive &)> &write) {
  OutputArchive archive;
  write(archive);
  Sink nowhere(-1);
  save(archive, nowhere);
}

bool isPlain(const at::Tensor &tensor) {
  return tensor.is_cpu() && tensor.layout() == at::kStrided && !tensor.is_quantized();
}

bool isOnDevice(const at::Tensor &tensor) {
  return tensor.defined() && !tensor.is_cpu() && !tensor.is_meta() &&
         tensor.layout() == at::kStrided && !tensor.is_quantized();
}

/// Decides about each tensor once.
class Checks {
public:
  /// Devices have failed in the middle of an archive: nothing is read from them any more.
  bool devices_failed = false;

  /// Devices from which tensors could not be read.
  std::set<std::string> failed;

  /// Why a tensor cannot be saved; empty: it can.
  const std::string &fault(const at::Tensor &tensor) {
    auto [known, is_new] = faults_.try_emplace(tensor.unsafeGetTensorImpl());
    if (is_new)
      known->second = find(tensor);
    const std::string &fault = known->second;
    if (is_new && !fault.empty() && isOnDevice(tensor))
      failed.insert(tensor.device().str());
    return fault;
  }

private:
  std::string find(const at::Tensor &tensor) const;
  std::map<const at::TensorImpl *, std::string> faults_;
};

std::string Checks::find(const at::Tensor &tensor) const {
  if (!tensor.defined())
    return "undefined";
  if (tensor.is_meta())
    return "a meta tensor has no values";
  if (!tensor.is_cpu() && devices_failed)
    return "its device " + tensor.device().str() + " fails";
  if (!isPlain(tensor)) {
    try {
      tryAlone([&](OutputArchive &archive) { archive.write("tensor", tensor); });
      return "";
    } catch (const std::exception &error) {
      return firstLine(error);
    }
  }
  if (!tensor.has_storage())
    return "no storage";
  const c10::StorageImpl *storage = tensor.storage().unsafeGetStorageImpl();
  if (findBase<c10::StorageImpl>(storage) != storage)
    return "its storage is not valid";
  const void *data = tensor.storage().data_ptr().get();
  if (storage->nbytes() > 0 && !isReadable(data, storage->nbytes()))
    return "its memory cannot be read";
  return "";
}

/// The values alone: a small view would bring all of its storage along, and what has a history is
/// no leaf.
at::Tensor valuesOf(const at::Tensor &tensor) {
  at::Tensor values = tensor.detach();
  if (isPlain(values)) {
    values = values.resolve_conj().resolve_neg();
    if (values.storage().nbytes() > values.nbytes())
      values = values.clone(at::MemoryFormat::Contiguous);
  }
  if (tensor.requires_grad())
    values.set_requires_grad(true);
  return values;
}

class Writer {
public:
  Writer(RescueObjects &objects, Checks &checks) : objects_(objects), checks_(checks) {}

  void fill() {
    part("modules", [&](OutputArchive &part) { keep(objects_.modules, part, &Writer::module); });
    part("optimizers",
         [&](OutputArchive &part) { keep(objects_.optimizers, part, &Writer::optimizer); });
    part("tensors", [&](OutputArchive &part) { keep(objects_.tensors, part, &Writer::tensors); });
    part("generators",
         [&](OutputArchive &part) { keep(objects_.generators, part, &Writer::generator); });
  }
  OutputArchive archive;

private:
  template <typename Fill> void part(const std::string &name, Fill &&fill) {
    OutputArchive nested(archive.compilation_unit());
    fill(nested);
    archive.write(name, nested);
  }

  /// Writes each object, and removes those that cannot be written.
  template <typename Object>
  void keep(std::vector<Object> &objects, OutputArchive &archive,
            bool (Writer::*write)(Object &, OutputArchive &)) {
    auto removed = std::remove_if(objects.begin(), objects.end(), [&](Object &object) {
      try {
        return !(this->*write)(object, archive);
      } catch (const std::exception &error) {
        leaveOut(object.entry, "", firstLine(error));
      } catch (...) {
        leaveOut(object.entry, "", "an exception that is no std::exception");
      }
      return true;
    });
    objects.erase(removed, objects.end());
  }

  void leaveOut(const Entry &entry, const std::string &member, const std::string &reason) {
    const std::string variable = entry.variable.empty() ? entry.name : entry.variable;
    objects_.left_out.push_back(variable + (member.empty() ? "" : "." + member) +
                                (entry.function.empty() ? "" : " of " + entry.function) + ": " +
                                reason);
  }

  bool module(FoundModule &found, OutputArchive &modules);
  size_t membersOf(const torch::nn::Module &module, const Entry &entry, const std::string &prefix,
                   OutputArchive &into);
  bool optimizer(FoundOptimizer &found, OutputArchive &optimizers);
  bool tensors(FoundTensors &found, OutputArchive &tensors);
  bool generator(FoundGenerator &found, OutputArchive &generators);

  RescueObjects &objects_;
  Checks &checks_;
};

/// As torch::save would write it; without what cannot be read, where there is such a thing.
bool Writer::module(FoundModule &found, OutputArchive &modules) {
  if (!found.module->is_serializable()) {
    leaveOut(found.entry, "", "it says that it cannot be serialised");
    return false;
  }
  OutputArchive nested(modules.compilation_unit());
  auto whole = [&](const std::vector<at::Tensor> &tensors) {
    return std::all_of(tensors.begin(), tensors.end(),
                       [&](const at::Tensor &tensor) { return checks_.fault(tensor).empty(); });
  };
  found.whole = whole(found.module->parameters()) && whole(found.module->buffers());
  if (found.whole)
    found.module->save(nested);
  else if (membersOf(*found.module, found.entry, "", nested) == 0)
    return false;
  modules.write(found.entry.name, nested);
  return true;
}

/// What Module::save does, tensor by tensor. \return how many could be written
size_t Writer::membersOf(const torch::nn::Module &module, const Entry &entry,
                         const std::string &prefix, OutputArchive &into) {
  size_t written = 0;
  auto write = [&](const auto &tensors, bool buffers) {
    for (const auto &tensor : tensors)
      if (const std::string &fault = checks_.fault(tensor.value()); fault.empty()) {
        into.write(tensor.key(), tensor.value(), buffers);
        ++written;
      } else {
        leaveOut(entry, prefix + tensor.key(), fault);
      }
  };
  write(module.named_parameters(/*recurse=*/false), false);
  write(module.named_buffers(/*recurse=*/false), true);
  for (const auto &child : module.named_children()) {
    if (!child.value()->is_serializable())
      continue;
    OutputArchive nested(into.compilation_unit());
    written += membersOf(*child.value(), entry, prefix + child.key() + ".", nested);
    into.write(child.key(), nested);
  }
  return written;
}

/// Its moments are where its parameters are.
bool Writer::optimizer(FoundOptimizer &found, OutputArchive &optimizers) {
  bool plain = true;
  for (const auto &group : found.optimizer->param_groups())
    for (const at::Tensor &parameter : group.params()) {
      plain &= isPlain(parameter);
      if (!parameter.is_cpu() && checks_.devices_failed) {
        leaveOut(found.entry, "", checks_.fault(parameter));
        return false;
      }
    }
  if (!plain)
    tryAlone([&](OutputArchive &alone) { found.optimizer->save(alone); });
  OutputArchive nested(optimizers.compilation_unit());
  found.optimizer->save(nested);
  optimizers.write(found.entry.name, nested);
  return true;
}

bool Writer::tensors(FoundTensors &found, OutputArchive &tensors) {
  std::vector<std::pair<std::string, at::Tensor>> kept;
  for (const auto &[key, tensor] : found.tensors)
    if (const std::string &fault = checks_.fault(tensor); fault.empty())
      kept.emplace_back(key, valuesOf(tensor));
    else
      leaveOut(found.entry, key, fault);
  found.tensors = kept;
  if (kept.empty())
    return false;
  if (found.kind == FoundTensors::Kind::One) {
    tensors.write(found.entry.name, kept[0].second);
    return true;
  }
  OutputArchive nested(tensors.compilation_unit());
  std::vector<std::string> keys;
  for (const auto &[key, tensor] : kept) {
    const bool map = found.kind == FoundTensors::Kind::Map; // any text can be a key
    nested.write(map ? std::to_string(keys.size()) : key, tensor);
    keys.push_back(key);
  }
  nested.write("keys", c10::IValue(keys));
  tensors.write(found.entry.name, nested);
  return true;
}

/// A thread that has failed while it had the generator keeps the mutex for ever.
bool Writer::generator(FoundGenerator &found, OutputArchive &generators) {
  std::unique_lock<std::mutex> lock(found.generator.mutex(), std::defer_lock);
  const auto until = std::chrono::steady_clock::now() + GeneratorPatience;
  while (!lock.try_lock() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (!lock.owns_lock()) {
    leaveOut(found.entry, "", "a thread that does not end uses it");
    return false;
  }
  generators.write(found.entry.name, found.generator.get_state(), /*is_buffer=*/true);
  return true;
}

RescueArchive writeOnce(RescueObjects &objects, Checks &checks, int file) {
  Writer writer(objects, checks);
  writer.fill();
  writer.archive.write("jit_host_rescue", c10::IValue(int64_t{1})); // version of this layout
  Sink sink(file);
  save(writer.archive, sink);
  if (sink.error() != 0)
    return {false, std::strerror(sink.error()), {}};
  return {true, "", checks.failed};
}

} // namespace

RescueArchive writeRescueArchive(RescueObjects &objects, int file) {
  const RescueObjects as_found = objects;
  Checks checks;
  try {
    return writeOnce(objects, checks, file);
  } catch (const std::exception &) {
    // A device that has answered before does not any more.
  }
  objects = as_found;
  checks = Checks();
  checks.devices_failed = true;
  if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0)
    return {false, std::strerror(errno), {}};
  try {
    return writeOnce(objects, checks, file);
  } catch (const std::exception &error) {
    return {false, firstLine(error), {}};
  }
}

} // namespace jithost

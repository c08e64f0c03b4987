// Layouts of libstdc++ 12 and of LibTorch's c10.
#include "holder_view.h"

#include "checked_memory.h"
#include "type_layout.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

const std::string kNoValue = "no value", kEmpty = "empty";

std::optional<TypeLayout> argumentLayout(const Value &value, size_t index) {
  if (index >= value.type.arguments.size())
    return std::nullopt;
  return layoutOf(readType(value.type.arguments[index]), *value.describer);
}

/// An argument's object, which stands in for the whole.
std::string held(const Value &value, size_t argument, uint64_t address) {
  return describeValue(targetOf(value, value.type.arguments[argument], address));
}

/// Objects of all arguments, as far as it is known where they lie.
std::string fields(const Value &value, const std::vector<uint64_t> &offsets) {
  std::string text = "(";
  for (size_t i = 0; i < value.type.arguments.size(); ++i) {
    text += i > 0 ? ", " : "";
    bool room = i == 0 || text.size() < value.width;
    if (i >= offsets.size() || !room)
      return text + "...)";
    size_t left = value.width - std::min(value.width, text.size());
    size_t others = value.type.arguments.size() - i;
    text += describeValue(
        elementOf(value, value.type.arguments[i], value.address + offsets[i], left / others));
  }
  return text + ")";
}

std::optional<std::string> viewPair(const Value &value) {
  auto first = argumentLayout(value, 0), second = argumentLayout(value, 1);
  if (!first)
    return std::nullopt;
  std::vector<uint64_t> offsets{0};
  if (second)
    offsets.push_back(alignedOffset(first->size, second->alignment));
  return fields(value, offsets);
}

std::optional<std::string> viewTuple(const Value &value) {
  auto offsets = tupleOffsets(value.type.arguments, *value.describer);
  return offsets ? std::optional(fields(value, *offsets)) : std::nullopt;
}

std::optional<std::string> optionalAt(const Value &value, uint64_t flag, uint64_t object) {
  auto engaged = readAs<unsigned char>(flag);
  if (!engaged)
    return kNotReadable;
  if (*engaged > 1)
    return notValid("optional");
  return *engaged ? held(value, 0, object) : kNoValue;
}

std::optional<std::string> viewOptional(const Value &value) {
  auto layout = argumentLayout(value, 0);
  return layout ? optionalAt(value, value.address + layout->size, value.address) : std::nullopt;
}

/// An ArrayRef of nothing that has one element: no value.
std::optional<std::string> optionalArrayRef(const Value &value, const std::string &type) {
  uint64_t words[2];
  if (!readMemory(value.address, words, sizeof words))
    return kNotReadable;
  if (words[0] == 0 && words[1] != 0)
    return kNoValue;
  return describeValue(targetOf(value, type, value.address));
}

/// The flag comes first.
std::optional<std::string> viewTorchOptional(const Value &value) {
  auto layout = argumentLayout(value, 0);
  if (!layout)
    return std::nullopt;
  if (readType(value.type.arguments[0]).name == "c10::ArrayRef")
    return optionalArrayRef(value, value.type.arguments[0]);
  return optionalAt(value, value.address, value.address + layout->alignment);
}

/// A std::optional in newer releases.
std::optional<std::string> viewOptionalArrayRef(const Value &value) {
  auto whole = layoutOf(value.type, *value.describer);
  if (!whole || value.type.arguments.empty())
    return std::nullopt;
  const std::string held = "c10::ArrayRef<" + value.type.arguments[0] + ">";
  if (whole->size == 2 * sizeof(void *))
    return optionalArrayRef(value, held);
  return describeValue(targetOf(value, "std::optional<" + held + ">", value.address));
}

std::optional<std::string> viewVariant(const Value &value) {
  auto whole = layoutOf(value.type, *value.describer);
  if (!whole)
    return std::nullopt;
  auto index = readAs<unsigned char>(value.address + whole->size - whole->alignment);
  if (!index)
    return kNotReadable;
  if (*index == 0xff)
    return "valueless";
  return *index < value.type.arguments.size() ? held(value, *index, value.address)
                                              : notValid("variant");
}

std::optional<std::string> viewMonostate(const Value &) { return "monostate"; }

std::string pointedTo(const Value &value, uint64_t address) {
  const std::string &type = value.type.arguments[0];
  bool many = // and nobody knows how many
      type.size() > 2 && type.compare(type.size() - 2, 2, "[]") == 0;
  return many ? "array at " + hexadecimal(address) : held(value, 0, address);
}

/// A pointer, and in front of it what deletes, where that takes place.
std::optional<std::string> viewUniquePointer(const Value &value) {
  if (value.type.arguments.empty())
    return std::nullopt;
  uint64_t offset = 0;
  if (!usualArguments(value.type) && value.size != templateSize(value.type)) {
    auto deleter = argumentLayout(value, 1);
    if (!deleter)
      return std::nullopt;
    offset = alignedOffset(deleter->size, 8);
  }
  auto pointer = readAs<uint64_t>(value.address + offset);
  if (!pointer)
    return kNotReadable;
  return *pointer ? pointedTo(value, *pointer) : kEmpty;
}

/// A pointer, and the address of the counts.
std::optional<std::string> sharedAt(const Value &value, bool weak) {
  constexpr int32_t most_owners = 1 << 24;
  uint64_t pointers[2];
  if (value.type.arguments.empty())
    return std::nullopt;
  if (!readMemory(value.address, pointers, sizeof pointers))
    return kNotReadable;
  if (pointers[1] == 0)
    return pointers[0] ? pointedTo(value, pointers[0]) : kEmpty;
  auto owners = readAs<int32_t>(pointers[1] + 8);
  if (!owners)
    return kNotReadable;
  if (weak && *owners == 0)
    return "expired";
  if (*owners <= 0 || *owners > most_owners)
    return notValid(weak ? "weak_ptr" : "shared_ptr");
  std::string shared = *owners > 1 ? " (" + std::to_string(*owners) + " owners)" : "";
  return pointers[0] ? pointedTo(value, pointers[0]) + shared : kEmpty;
}

std::optional<std::string> viewSharedPointer(const Value &value) { return sharedAt(value, false); }
std::optional<std::string> viewWeakPointer(const Value &value) { return sharedAt(value, true); }

/// A tensor is nothing but such a pointer.
std::optional<std::string> viewIntrusivePointer(const Value &value) {
  if (value.type.arguments.empty())
    return std::nullopt;
  if (readType(value.type.arguments[0]).text == "c10::TensorImpl")
    return describeKnown(targetOf(value, "at::Tensor", value.address));
  auto pointer = readAs<uint64_t>(value.address);
  if (!pointer)
    return kNotReadable;
  return *pointer ? held(value, 0, *pointer) : kEmpty;
}

std::optional<std::string> viewReferenceWrapper(const Value &value) {
  auto pointer = readAs<uint64_t>(value.address);
  if (value.type.arguments.empty())
    return std::nullopt;
  return pointer ? held(value, 0, *pointer) : kNotReadable;
}

/// Sixteen bytes for what is called, then the functions that manage and call it.
std::optional<std::string> viewFunction(const Value &value) {
  uint64_t functions[2];
  if (!readMemory(value.address + 16, functions, sizeof functions))
    return kNotReadable;
  if (functions[0] == 0)
    return kEmpty;
  char code;
  return readMemory(functions[0], &code, 1) && readMemory(functions[1], &code, 1)
             ? "callable"
             : notValid("function");
}

std::optional<std::string> viewFirst(const Value &value) {
  return argumentLayout(value, 0) ? std::optional(held(value, 0, value.address)) : std::nullopt;
}

std::optional<std::string> viewComplex(const Value &value) {
  auto part = argumentLayout(value, 0);
  if (!part)
    return std::nullopt;
  return "(" + held(value, 0, value.address) + ", " + held(value, 0, value.address + part->size) +
         ")";
}

std::optional<std::string> viewDuration(const Value &value) {
  static const std::map<std::string, const char *> units{
      {"std::ratio<1, 1000000000>", " ns"}, {"std::ratio<1, 1000000>", " us"},
      {"std::ratio<1, 1000>", " ms"},       {"std::ratio<1>", " s"},
      {"std::ratio<60>", " min"},           {"std::ratio<3600>", " h"},
      {"std::ratio<86400>", " d"}};
  if (!argumentLayout(value, 0))
    return std::nullopt;
  auto unit =
      units.find(value.type.arguments.size() > 1 ? value.type.arguments[1] : "std::ratio<1>");
  return held(value, 0, value.address) + (unit == units.end() ? "" : unit->second);
}

std::optional<std::string> viewTimePoint(const Value &value) {
  if (!argumentLayout(value, 1))
    return std::nullopt;
  return held(value, 1, value.address) + " since its clock began";
}

} // namespace

View findHolderView(const std::string &name) {
  static const std::map<std::string, View> table{{"std::pair", viewPair},
                                                 {"std::tuple", viewTuple},
                                                 {"std::optional", viewOptional},
                                                 {"c10::optional", viewTorchOptional},
                                                 {"c10::OptionalArrayRef", viewOptionalArrayRef},
                                                 {"std::variant", viewVariant},
                                                 {"std::monostate", viewMonostate},
                                                 {"std::unique_ptr", viewUniquePointer},
                                                 {"std::shared_ptr", viewSharedPointer},
                                                 {"std::weak_ptr", viewWeakPointer},
                                                 {"c10::intrusive_ptr", viewIntrusivePointer},
                                                 {"std::reference_wrapper", viewReferenceWrapper},
                                                 {"std::function", viewFunction},
                                                 {"std::atomic", viewFirst},
                                                 {"std::complex", viewComplex},
                                                 {"c10::complex", viewComplex},
                                                 {"std::chrono::duration", viewDuration},
                                                 {"std::chrono::time_point", viewTimePoint}};
  auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

} // namespace jithost

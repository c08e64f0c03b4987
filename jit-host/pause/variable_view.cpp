// Values by their canonical type. Memory is read through the kernel: a dangling address gives a
// sentence, never a fault in the host.
#include "variable_view.h"

#include <cstring>
#include <functional>
#include <map>
#include <sstream>
#include <sys/uio.h>
#include <unistd.h>

namespace jithost {
namespace {

bool readMemory(uint64_t address, void *to, size_t size) {
  iovec local{to, size}, remote{reinterpret_cast<void *>(address), size};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

template <typename T> std::string textOf(const char *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  std::ostringstream text;
  if constexpr (std::is_same_v<T, bool>)
    text << (value ? "true" : "false");
  else if constexpr (sizeof(T) == 1)
    text << static_cast<int>(value);
  else
    text << value;
  return text.str();
}

struct Scalar {
  size_t size;
  std::string (*text)(const char *);
};

const std::map<std::string, Scalar> &scalars() {
  static const std::map<std::string, Scalar> table{
      {"bool", {1, textOf<bool>}},
      {"char", {1, textOf<char>}},
      {"signed char", {1, textOf<signed char>}},
      {"unsigned char", {1, textOf<unsigned char>}},
      {"short", {2, textOf<short>}},
      {"unsigned short", {2, textOf<unsigned short>}},
      {"int", {4, textOf<int>}},
      {"unsigned int", {4, textOf<unsigned>}},
      {"long", {8, textOf<long>}},
      {"unsigned long", {8, textOf<unsigned long>}},
      {"long long", {8, textOf<long long>}},
      {"unsigned long long", {8, textOf<unsigned long long>}},
      {"float", {4, textOf<float>}},
      {"double", {8, textOf<double>}}};
  return table;
}

std::string withoutQualifiers(std::string type) {
  while (!type.empty() && (type.back() == '&' || type.back() == ' '))
    type.pop_back();
  for (const char *word : {"const ", "volatile ", "struct ", "class "})
    if (type.rfind(word, 0) == 0)
      type.erase(0, std::strlen(word));
  return type;
}

std::string hexadecimal(uint64_t value) {
  std::ostringstream text;
  text << "0x" << std::hex << value;
  return text.str();
}

constexpr size_t kShownCharacters = 120, kShownElements = 8;

std::string stringAt(uint64_t address) {
  uint64_t fields[2]; // data, size
  if (!readMemory(address, fields, sizeof fields))
    return "(memory cannot be read)";
  std::string text(std::min<uint64_t>(fields[1], kShownCharacters), '\0');
  if (!readMemory(fields[0], text.data(), text.size()))
    return "(memory cannot be read)";
  return "\"" + text + "\"" +
         (fields[1] > text.size() ? "... (" + std::to_string(fields[1]) + " characters)" : "");
}

std::string vectorAt(uint64_t address, const Scalar &element) {
  uint64_t fields[2]; // begin, end
  if (!readMemory(address, fields, sizeof fields) || fields[1] < fields[0])
    return "(memory cannot be read)";
  size_t count = (fields[1] - fields[0]) / element.size;
  std::string text = std::to_string(count) + " elements {";
  for (size_t i = 0; i < std::min(count, kShownElements); ++i) {
    char bytes[8];
    if (!readMemory(fields[0] + i * element.size, bytes, element.size))
      return "(memory cannot be read)";
    text += (i ? ", " : "") + element.text(bytes);
  }
  return text + (count > kShownElements ? ", ...}" : "}");
}

std::string objectAt(const std::string &type, const std::vector<std::string> &bases,
                     uint64_t address, const ObjectDescriber &describer) {
  std::vector<std::string> views{type};
  views.insert(views.end(), bases.begin(), bases.end());
  for (const std::string &view : views)
    if (describer.knows && describer.knows(view.c_str())) {
      char text[512];
      size_t length =
          describer.describe(view.c_str(), reinterpret_cast<void *>(address), text, sizeof text);
      return std::string(text, std::min(length, sizeof text));
    }
  if (auto scalar = scalars().find(type); scalar != scalars().end()) {
    char bytes[8];
    return readMemory(address, bytes, scalar->second.size) ? scalar->second.text(bytes)
                                                           : "(memory cannot be read)";
  }
  if (type.rfind("std::basic_string<char", 0) == 0 ||
      type.rfind("std::__cxx11::basic_string<char", 0) == 0)
    return stringAt(address);
  if (type.rfind("std::vector<", 0) == 0) {
    std::string element = type.substr(12, type.find_first_of(",>", 12) - 12);
    if (auto scalar = scalars().find(element); scalar != scalars().end() && element != "bool")
      return vectorAt(address, scalar->second);
  }
  if (!type.empty() && type.back() == '*') {
    uint64_t pointer;
    return readMemory(address, &pointer, sizeof pointer) ? hexadecimal(pointer)
                                                         : "(memory cannot be read)";
  }
  return "object at " + hexadecimal(address);
}

} // namespace

std::string describeVariable(const Variable &variable, char kind, uint64_t word,
                             const ObjectDescriber &describer) {
  std::string type = withoutQualifiers(variable.type);
  if (variable.reference) {
    uint64_t target = word;
    if (kind == 'a' && !readMemory(word, &target, sizeof target))
      return "(memory cannot be read)";
    return objectAt(type, variable.bases, target, describer);
  }
  if (kind == 'a')
    return objectAt(type, variable.bases, word, describer);
  if (!type.empty() && type.back() == '*') // a pointer in a register: look at a copy of it
    return objectAt(type, variable.bases, reinterpret_cast<uint64_t>(&word), describer);
  if (auto scalar = scalars().find(type); scalar != scalars().end())
    return scalar->second.text(reinterpret_cast<const char *>(&word));
  return std::to_string(static_cast<int64_t>(word)); // an enumerator
}

} // namespace jithost

// Types by their spelling, which is all that the host knows of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

/// A canonical spelling taken apart, one level deep.
struct TypeSpelling {
  enum class Kind {
    Plain,     // a name, with or without template arguments
    Pointer,   // to `target`
    Reference, // to `target`
    Array,     // of `count` times `target`
    FunctionPointer,
    MemberPointer, // to a data member
    MethodPointer, // to a member function
    Other,         // functions, arrays of unknown bound, and what cannot be read
  };
  Kind kind = Kind::Other;
  std::string text;                   // without qualifiers, tags and inline namespaces
  std::string name;                   // of Plain, without template arguments
  std::vector<std::string> arguments; // of Plain
  std::string target;
  uint64_t count = 0;
};

/// \param spelling as clang writes it: `const std::map<int, std::vector<T *>> &`, `float[2][3]`
TypeSpelling readType(const std::string &spelling);

/// A std::array as the array that it holds; false for other types.
bool readStdArray(const TypeSpelling &type, TypeSpelling &array);

/// The type for people: no reference marks, and the canonical type where that is shorter than a
/// spelling that goes through helpers of libraries (`pair<typename __decay_and_strip<...>::__type>`
/// becomes `std::pair<long>`).
std::string shownType(const std::string &spelling, const std::string &canonical);

} // namespace jithost

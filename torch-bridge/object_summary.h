// One line about an object of LibTorch, by the canonical spelling of its type. May throw what
// LibTorch throws.
#pragma once

#include <string>

namespace jithost {

/// How to describe an object of a type.
using Describe = std::string (*)(const std::string &type, const void *object);

/// The type as the functions below expect it: no qualifiers, no `class`, no allocators.
std::string plainType(std::string type);

/// What a pointer, raw or smart, leads to; empty for any other type.
std::string pointeeType(const std::string &plain_type);

/// Null for a type that is not known.
Describe findDescription(const std::string &plain_type);

/// In few words, for an object among others.
Describe findBriefDescription(const std::string &plain_type);

/// False where it is not known, as for the modules themselves.
bool findLayout(const std::string &plain_type, size_t &size, size_t &alignment);

} // namespace jithost

// The names that clang gives to types, as in the statement table.
#pragma once

#include <string>

template <typename T> std::string typeNameOf() {
  std::string text = __PRETTY_FUNCTION__; // std::string typeNameOf() [T = int]
  size_t start = text.find("[T = ") + 5;
  return text.substr(start, text.rfind(']') - start);
}

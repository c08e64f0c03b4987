// Objects as the host shows them: by the name that clang gives to their type, and their address.
#pragma once

#include "pause/value_view.h"
#include "type_names.h"

#include <cstdio>
#include <memory>
#include <string>

inline std::string textOf(const std::string &type, const void *object, uint64_t size = 0) {
  static const jithost::ObjectDescriber nobody;
  jithost::Value value;
  value.type = jithost::readType(type);
  value.address = reinterpret_cast<uint64_t>(object);
  value.size = size;
  value.describer = &nobody;
  return jithost::describeValue(value);
}

template <typename T> std::string view(const T &object) {
  return textOf(typeNameOf<T>(), std::addressof(object), sizeof object);
}

/// The same without its size, as through a reference.
template <typename T> std::string viewReferred(const T &object) {
  return textOf(typeNameOf<T>(), std::addressof(object));
}

inline std::string hex(const void *address) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%lx", reinterpret_cast<unsigned long>(address));
  return text;
}

inline bool startsWith(const std::string &text, const std::string &start) {
  return text.compare(0, start.size(), start) == 0;
}

// What torch-bridge answers about objects of LibTorch, as functions that the host has looked up.
#pragma once

#include <cstddef>

namespace jithost {

/// Each function is null where the bridge is not loaded.
struct ObjectDescriber {
  bool (*knows)(const char *type) = nullptr;
  size_t (*describe)(const char *type, const void *object, char *text, size_t size) = nullptr;
  /// The same in few words, for objects inside others.
  size_t (*describe_briefly)(const char *type, const void *object, char *text,
                             size_t size) = nullptr;
  /// False where the type's size is not known.
  bool (*layout)(const char *type, size_t *size, size_t *alignment) = nullptr;
};

} // namespace jithost

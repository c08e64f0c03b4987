// Memory of a paused program, which may hold anything: read through the kernel, so that an address
// that leads nowhere is an answer and not a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace jithost {

/// Copies `size` bytes from `address`; false where they cannot be read.
bool readMemory(uint64_t address, void *to, size_t size);

/// The bytes from `address` on, as many as can be read and `size` at most.
std::string readableBytes(uint64_t address, size_t size);

template <typename T> std::optional<T> readAs(uint64_t address) {
  T value;
  return readMemory(address, &value, sizeof value) ? std::optional<T>(value) : std::nullopt;
}

} // namespace jithost

// What stands behind `count` in a call of a capture: that many words, or `kFromSlots` and where to
// get them. Optimised code gives words, which may come from registers. Interim code has all of a
// frame's variables in memory, and a list of them with each capture would be most of the code: so
// it gives one array with the addresses of all, and a constant that says which of them, and how
// many bytes of each.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstring>

namespace jithost {

constexpr uint32_t kFromSlots = UINT32_MAX;

struct SlotSelection {
  uint32_t count;
  struct {
    uint32_t slot, bytes; // 0 bytes: the address
  } chosen[];
};

class CapturedWords {
public:
  CapturedWords(uint32_t given, va_list list) : count(given) {
    if (given != kFromSlots)
      return;
    selection_ = va_arg(list, const SlotSelection *);
    slots_ = va_arg(list, void *const *);
    count = selection_->count;
  }

  uint32_t count;

  void copyTo(uint64_t *words, va_list list) const {
    for (uint32_t i = 0; i < count; ++i)
      words[i] = selection_ ? word(i) : va_arg(list, uint64_t);
  }

private:
  uint64_t word(uint32_t i) const {
    auto [slot, bytes] = selection_->chosen[i];
    if (bytes == 0)
      return reinterpret_cast<uint64_t>(slots_[slot]);
    uint64_t word = 0; // narrower values travel zero-extended
    std::memcpy(&word, slots_[slot], bytes);
    return word;
  }

  const SlotSelection *selection_ = nullptr;
  void *const *slots_ = nullptr;
};

} // namespace jithost

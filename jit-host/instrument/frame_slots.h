// The array of addresses that captures of interim code pass, see runtime/captured_words.h.
#pragma once

#include "points.h"

#include <llvm/ADT/DenseMap.h>

namespace llvm {
class Constant;
class Instruction;
} // namespace llvm

namespace jithost {

class FrameSlots {
public:
  /// Fills an array with all places that `marks` name, in the entry of `function`. Before anything
  /// else changes.
  /// \return nothing when some are not known there, or there are none
  static std::optional<FrameSlots> create(llvm::Function &function, const Marks &marks);

  llvm::Value *array() const { return array_; }

  /// The constant that chooses what `point` captures.
  llvm::Constant *selection(const Point &point,
                            const llvm::DenseMap<const llvm::Value *, CaptureKind> &kinds) const;

private:
  llvm::Function *function_ = nullptr;
  llvm::Value *array_ = nullptr;
  llvm::DenseMap<const llvm::Value *, uint32_t> index_;
};

} // namespace jithost

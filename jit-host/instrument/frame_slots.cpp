// One store for each place, behind the last instruction that a place comes from.
#include "frame_slots.h"

#include "../runtime/captured_words.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {

std::optional<FrameSlots> FrameSlots::create(Function &function, const Marks &marks) {
  BasicBlock &entry = function.getEntryBlock();
  SetVector<Value *> places;
  for (auto &[id, point] : marks.points)
    if (point.call)
      for (const Storage &storage : point.storage)
        places.insert(storage.place);
  Instruction *last = nullptr;
  for (Value *place : places) {
    auto *instruction = dyn_cast<Instruction>(place);
    if (!instruction)
      continue; // an argument
    if (instruction->getParent() != &entry || instruction->isTerminator())
      return std::nullopt;
    if (!last || last->comesBefore(instruction))
      last = instruction;
  }
  if (places.empty())
    return std::nullopt;
  FrameSlots slots;
  slots.function_ = &function;
  IRBuilder<> builder(&entry, entry.begin());
  Type *type = ArrayType::get(builder.getPtrTy(), places.size());
  slots.array_ = builder.CreateAlloca(type, nullptr, "jit.host.slots");
  if (last)
    builder.SetInsertPoint(&entry, std::next(last->getIterator()));
  for (Value *place : places) {
    uint32_t index = slots.index_.size();
    slots.index_[place] = index;
    builder.CreateStore(place, builder.CreateConstInBoundsGEP2_32(type, slots.array_, 0, index));
  }
  return slots;
}

static uint32_t bytesOf(const Value &place, CaptureKind kind, const DataLayout &layout) {
  if (kind == CaptureKind::Address)
    return 0;
  return layout.getTypeStoreSize(cast<AllocaInst>(place).getAllocatedType());
}

Constant *FrameSlots::selection(const Point &point,
                                const DenseMap<const Value *, CaptureKind> &kinds) const {
  Module &module = *function_->getParent();
  SmallVector<uint32_t, 64> words{static_cast<uint32_t>(point.storage.size())};
  for (const Storage &storage : point.storage) {
    const Value *place = storage.place;
    words.push_back(index_.at(place));
    words.push_back(bytesOf(*place, kinds.at(place), module.getDataLayout()));
  }
  Constant *data = ConstantDataArray::get(module.getContext(), words);
  return new GlobalVariable(module, data->getType(), true, GlobalValue::PrivateLinkage, data,
                            "jit.host.selection");
}

} // namespace jithost

// Variables to storage, from the operands of the point calls.
#include "points.h"

#include "../compile/marker_names.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

using namespace llvm;

namespace jithost {
namespace {

/// A reference variable is passed as what it refers to; its own storage is the slot that was loaded
/// from.
Value *placeOf(Value *operand) {
  if (isa<AllocaInst, Argument>(operand))
    return operand;
  if (auto *load = dyn_cast<LoadInst>(operand))
    if (isa<AllocaInst>(load->getPointerOperand()))
      return load->getPointerOperand();
  return nullptr; // a constant, or a global that needs no capture
}

/// `this`, the sret pointer and the like: slots that the prologue stores an argument into.
void addArguments(Function &function, std::vector<Storage> &storage) {
  for (Argument &argument : function.args()) {
    if (argument.hasStructRetAttr())
      storage.push_back({"<sret>", &argument});
    for (User *user : argument.users()) {
      auto *store = dyn_cast<StoreInst>(user);
      auto *slot = store ? dyn_cast<AllocaInst>(store->getPointerOperand()) : nullptr;
      if (!slot || store->getValueOperand() != &argument)
        continue;
      if (argument.getName() == "this" || argument.getName() == "vtt")
        storage.push_back({("<" + argument.getName() + ">").str(), slot});
      else if (argument.hasStructRetAttr())
        storage.push_back({"<sret slot>", slot}); // result.ptr
    }
  }
}

/// Locals that `pointer` may point into: more than one behind a conditional operator.
SmallVector<AllocaInst *, 2> basesOf(Value *pointer) {
  SmallVector<AllocaInst *, 2> bases;
  SmallVector<Value *, 4> open{pointer};
  SmallPtrSet<Value *, 8> seen;
  while (!open.empty()) {
    Value *value = open.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (auto *slot = dyn_cast<AllocaInst>(value))
      bases.push_back(slot);
    else if (auto *element = dyn_cast<GetElementPtrInst>(value))
      open.push_back(element->getPointerOperand());
    else if (auto *either = dyn_cast<PHINode>(value))
      open.append(either->op_begin(), either->op_end());
  }
  return bases;
}

/// `c ? T().member : U().member`: flags say whether a temporary was made and is to be destroyed,
/// one for the rest of its own expression and one for the rest of the scope. They are tested right
/// before the destructor.
SmallVector<AllocaInst *, 2> flagsOf(AllocaInst *temporary) {
  SmallVector<AllocaInst *, 2> flags;
  for (User *user : temporary->users()) {
    auto *call = dyn_cast<CallBase>(user);
    BasicBlock *before = call ? call->getParent()->getSinglePredecessor() : nullptr;
    auto *branch = before ? dyn_cast<BranchInst>(before->getTerminator()) : nullptr;
    auto *test =
        branch && branch->isConditional() ? dyn_cast<LoadInst>(branch->getCondition()) : nullptr;
    auto *flag = test ? dyn_cast<AllocaInst>(test->getPointerOperand()) : nullptr;
    if (flag && flag->getName().starts_with("cleanup.cond") && !is_contained(flags, flag))
      flags.push_back(flag);
  }
  return flags;
}

/// Stores into `place` or a field of it.
void storesInto(Value *place, SmallVectorImpl<StoreInst *> &stores) {
  for (User *user : place->users()) {
    if (auto *store = dyn_cast<StoreInst>(user); store && store->getPointerOperand() == place)
      stores.push_back(store);
    else if (auto *element = dyn_cast<GetElementPtrInst>(user))
      storesInto(element, stores);
  }
}

/// Temporaries whose address is stored into a place, by place: asked again at every point.
class StoredTemporaries {
public:
  const SmallVector<AllocaInst *, 2> &in(Value *place) {
    auto [entry, fresh] = known_.try_emplace(place);
    if (fresh) {
      SmallVector<StoreInst *, 4> stores;
      storesInto(place, stores);
      for (StoreInst *store : stores)
        for (AllocaInst *base : basesOf(store->getValueOperand()))
          if (base->getName().starts_with("ref.tmp"))
            entry->second.push_back(base);
    }
    return entry->second;
  }

private:
  DenseMap<Value *, SmallVector<AllocaInst *, 2>> known_;
};

/// Temporaries whose life a variable extends: clang calls them ref.tmp and stores their address
/// into it.
void addExtendedTemporaries(std::vector<Storage> &storage, StoredTemporaries &stored) {
  DenseSet<Value *> known;
  for (const Storage &entry : storage)
    known.insert(entry.place);
  for (size_t i = 0; i < storage.size(); ++i) {
    if (!isa<AllocaInst>(storage[i].place))
      continue;
    unsigned count = 0;
    for (AllocaInst *base : stored.in(storage[i].place)) {
      if (!known.insert(base).second)
        continue;
      std::string name = storage[i].name + ".tmp" + std::to_string(count++);
      storage.push_back({name, base});
      unsigned flags = 0;
      for (AllocaInst *flag : flagsOf(base))
        if (known.insert(flag).second)
          storage.push_back({name + ".made" + std::to_string(flags++), flag});
    }
  }
}

} // namespace

std::string captureName(const FunctionTable &table, const std::vector<uint32_t> &scope,
                        size_t index) {
  auto stem = [&](uint32_t variable) {
    std::string name = table.variables[variable].name;
    if (name.rfind("__", 0) == 0) // __range1: the digit only tells how deep it is nested
      while (!name.empty() && isdigit(name.back()))
        name.pop_back();
    return name;
  };
  std::string name = stem(scope[index]);
  unsigned before = 0;
  for (size_t i = 0; i < index; ++i)
    before += stem(scope[i]) == name;
  return before == 0 ? name : name + "#" + std::to_string(before);
}

CaptureKind captureKind(const Value *place) {
  auto *slot = dyn_cast<AllocaInst>(place);
  if (!slot)
    return CaptureKind::Address;
  for (const User *user : slot->users()) {
    auto *store = dyn_cast<StoreInst>(user);
    if (store && store->getPointerOperand() == slot)
      continue;
    if (isa<LoadInst>(user))
      continue;
    if (auto *intrinsic = dyn_cast<IntrinsicInst>(user);
        intrinsic && intrinsic->isLifetimeStartOrEnd())
      continue;
    auto *call = dyn_cast<CallBase>(user);
    if (call && call->getCalledFunction() && call->getCalledFunction()->getName() == kPointFunction)
      continue;
    return CaptureKind::Address;
  }
  Type *type = slot->getAllocatedType();
  if (type->isPointerTy() || (type->isIntegerTy() && type->getIntegerBitWidth() <= 64))
    return CaptureKind::Word;
  if (type->isFloatTy())
    return CaptureKind::Float;
  return type->isDoubleTy() ? CaptureKind::Double : CaptureKind::Address;
}

Marks collectMarks(Function &function, const FunctionTable &table) {
  Marks marks;
  StoredTemporaries stored;
  for (Instruction &instruction : instructions(function)) {
    auto *call = dyn_cast<CallBase>(&instruction);
    if (!call || !call->getCalledFunction() ||
        call->getCalledFunction()->getName() != kPointFunction)
      continue;
    uint32_t id = cast<ConstantInt>(call->getArgOperand(0))->getZExtValue();
    Point point;
    point.call = call;
    const Statement *statement = table.statement(id);
    addArguments(function, point.storage);
    unsigned operand = 1;
    for (size_t i = 0; i < statement->scope.size(); ++i) {
      const std::string &name = table.variables[statement->scope[i]].name;
      if (name == kThisName || name == kCatchName)
        continue;
      if (Value *place = placeOf(call->getArgOperand(operand++)))
        point.storage.push_back({captureName(table, statement->scope, i), place});
    }
    addExtendedTemporaries(point.storage, stored);
    marks.points.emplace(id, std::move(point));
    for (User *user : call->users())
      if (auto *store = dyn_cast<StoreInst>(user))
        marks.guards[store->getPointerOperand()] = id;
  }
  return marks;
}

} // namespace jithost

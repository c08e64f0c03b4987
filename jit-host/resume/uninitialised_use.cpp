// Walks from the entry to the first use of each local on every path. In clang's unoptimised code
// that use is a lifetime.start, a store, a memory intrinsic or a constructor; anything else means
// the local was to be initialised by code that the continuation has left out.
#include "uninitialised_use.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {
namespace {

bool isDestructor(const CallBase &call) {
  const Function *callee = call.getCalledFunction();
  if (!callee)
    return false;
  StringRef name = callee->getName();
  return name.starts_with("_ZN") &&
         (name.ends_with("D0Ev") || name.ends_with("D1Ev") || name.ends_with("D2Ev"));
}

class UseWalker {
public:
  explicit UseWalker(AllocaInst &slot) : slot_(slot) { collect(&slot); }

  /// True when a path from the slot's own block reaches a reading use first.
  bool readsFirst() {
    SmallVector<BasicBlock *, 32> open{slot_.getParent()};
    DenseSet<BasicBlock *> seen;
    while (!open.empty()) {
      BasicBlock *block = open.pop_back_val();
      if (!seen.insert(block).second)
        continue;
      Use first = firstUse(*block);
      if (first == Use::Reads)
        return true;
      if (first == Use::None)
        follow(*block, open);
    }
    return false;
  }

private:
  /// `cond ? T() : u` destroys its temporary only if a flag says that it was made. The flag is a
  /// local that is checked itself; where it is in order, a path on which it is set has passed the
  /// initialisation.
  static void follow(BasicBlock &block, SmallVectorImpl<BasicBlock *> &open) {
    auto *branch = dyn_cast<BranchInst>(block.getTerminator());
    auto *flag =
        branch && branch->isConditional() ? dyn_cast<LoadInst>(branch->getCondition()) : nullptr;
    if (flag && (flag->getPointerOperand()->getName().starts_with("cleanup.cond") ||
                 flag->getPointerOperand()->getName().starts_with("cleanup.isactive")))
      return open.push_back(branch->getSuccessor(1));
    open.append(succ_begin(&block), succ_end(&block));
  }

  enum class Use { None, Initialises, Reads };

  void collect(Value *pointer) {
    pointers_.insert(pointer);
    for (User *user : pointer->users()) {
      auto *instruction = cast<Instruction>(user);
      blocks_with_use_.insert(instruction->getParent());
      if (isa<GetElementPtrInst, CastInst>(user))
        collect(user);
    }
  }

  Use firstUse(BasicBlock &block) {
    if (!blocks_with_use_.contains(&block))
      return Use::None;
    for (Instruction &instruction : block)
      if (Use use = classify(instruction); use != Use::None)
        return use;
    return Use::None;
  }

  Use classify(Instruction &instruction) {
    bool touches = false;
    for (Value *operand : instruction.operands())
      touches |= pointers_.contains(operand);
    if (!touches || isa<GetElementPtrInst, CastInst, PHINode, SelectInst>(instruction))
      return Use::None;
    if (auto *store = dyn_cast<StoreInst>(&instruction))
      return pointers_.contains(store->getPointerOperand()) ? Use::Initialises : Use::None;
    if (auto *intrinsic = dyn_cast<IntrinsicInst>(&instruction);
        intrinsic && intrinsic->isLifetimeStartOrEnd())
      return intrinsic->getIntrinsicID() == Intrinsic::lifetime_start ? Use::Initialises
                                                                      : Use::None;
    if (auto *memory = dyn_cast<AnyMemIntrinsic>(&instruction))
      return pointers_.contains(memory->getRawDest()) ? Use::Initialises : Use::Reads;
    if (auto *call = dyn_cast<CallBase>(&instruction))
      return isDestructor(*call) && pointers_.contains(call->getArgOperand(0)) ? Use::Reads
                                                                               : Use::Initialises;
    return isa<LoadInst>(instruction) ? Use::Reads : Use::None;
  }

  AllocaInst &slot_;
  DenseSet<Value *> pointers_;
  DenseSet<BasicBlock *> blocks_with_use_;
};

} // namespace

std::string uninitialisedUse(Function &function) {
  for (Instruction &instruction : function.getEntryBlock()) {
    auto *slot = dyn_cast<AllocaInst>(&instruction);
    if (!slot || slot->use_empty())
      continue;
    // The slots of clang's own control flow are written before they are read on every path that is
    // taken; that a path is not taken stands in cleanup.dest, which this walk does not follow.
    StringRef name = slot->getName();
    if (name.starts_with("exn.slot") || name.starts_with("ehselector.slot") ||
        name.starts_with("cleanup.dest") || name.starts_with("retval") ||
        name.starts_with("__jit_host_guard"))
      continue;
    if (UseWalker(*slot).readsFirst())
      return name.str();
  }
  return "";
}

namespace {

bool uses(const Instruction &instruction, const GlobalVariable *variable) {
  return any_of(instruction.operands(),
                [&](const Use &operand) { return operand->stripInBoundsOffsets() == variable; });
}

/// True when a path from the entry reaches a use of `variable` before one of its guard.
bool reachedBefore(Function &function, const GlobalVariable *variable,
                   const GlobalVariable *guard) {
  SmallVector<BasicBlock *, 32> open{&function.getEntryBlock()};
  DenseSet<BasicBlock *> seen;
  while (!open.empty()) {
    BasicBlock *block = open.pop_back_val();
    if (!seen.insert(block).second)
      continue;
    auto first = find_if(*block, [&](const Instruction &instruction) {
      return uses(instruction, variable) || uses(instruction, guard);
    });
    if (first == block->end())
      open.append(succ_begin(block), succ_end(block));
    else if (!uses(*first, guard))
      return true;
  }
  return false;
}

} // namespace

std::string skippedStatic(Function &function, const SymbolNames &known) {
  Module &module = *function.getParent();
  for (GlobalVariable &variable : module.globals()) {
    std::string name = variable.getName().str();
    if (name.rfind("_ZZ", 0) != 0 || known.contains(name))
      continue;
    GlobalVariable *guard = module.getGlobalVariable("_ZGV" + name.substr(2), true);
    if (guard && reachedBefore(function, &variable, guard))
      return demangle(name.substr(0, name.rfind(".u"))); // without what made it unique
  }
  return "";
}

} // namespace jithost

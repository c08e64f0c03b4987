// A call of a marked function that may throw is an invoke, whose exception path meets the guard of
// its statement first. A step before the invoke, with the same exception path, throws as the callee
// would if it threw at once; one behind it as if it threw on return. The latter only where the
// result needs no owner: what a constructor has made, or a function has returned by address, is
// destroyed on other exception paths than that of the call.
#include "call_steps.h"

#include "../compile/marker_names.h"
#include "points.h"

#include <llvm/ADT/DenseSet.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Module.h>

#include <optional>

using namespace llvm;

namespace jithost {
namespace {

StringRef calleeName(const CallBase &call) {
  return call.getCalledFunction() ? call.getCalledFunction()->getName() : "";
}

class StepAdder {
public:
  StepAdder(Function &function, const FunctionTable &table)
      : function_(function), marks_(collectMarks(function, table)) {}

  void run() {
    SmallVector<InvokeInst *, 32> calls;
    for (Instruction &instruction : instructions(function_)) {
      auto *call = dyn_cast<CallBase>(&instruction);
      if (!call)
        continue;
      if (calleeName(*call) == kStepFunction)
        addStatement(*call);
      else if (auto *invoke = dyn_cast<InvokeInst>(call); invoke && isOfProgram(*invoke))
        calls.push_back(invoke);
    }
    for (InvokeInst *call : calls)
      if (std::optional<uint32_t> id = statementOf(*call); id && harmless_.contains(*id))
        addAround(*call, *id);
  }

private:
  static bool isOfProgram(const InvokeInst &call) {
    StringRef name = calleeName(call);
    return !call.isInlineAsm() && !name.starts_with("__jit_host_") && !name.starts_with("__cxa_") &&
           !name.starts_with("llvm.");
  }

  void addStatement(const CallBase &step) {
    auto *text = dyn_cast<GlobalVariable>(step.getArgOperand(0)->stripPointerCasts());
    auto *data = text && text->hasInitializer()
                     ? dyn_cast<ConstantDataArray>(text->getInitializer())
                     : nullptr;
    if (!data || !data->isCString())
      return;
    std::string site = data->getAsCString().str();
    if (cast<ConstantInt>(step.getArgOperand(1))->isZero())
      return;
    uint32_t id = std::stoul(site.substr(site.find('|') + 1));
    harmless_.try_emplace(id, std::move(site));
  }

  /// The statement whose guard the exception of `call` meets first.
  std::optional<uint32_t> statementOf(const InvokeInst &call) const {
    SmallVector<const BasicBlock *, 16> open{call.getUnwindDest()};
    DenseSet<const BasicBlock *> seen;
    while (!open.empty()) {
      const BasicBlock *block = open.pop_back_val();
      if (!seen.insert(block).second)
        continue;
      for (const Instruction &instruction : *block)
        if (auto *cleanup = dyn_cast<CallBase>(&instruction);
            cleanup && calleeName(*cleanup) == kGuardCleanupFunction) {
          auto guard = marks_.guards.find(cleanup->getArgOperand(0)->stripPointerCasts());
          return guard == marks_.guards.end() ? std::nullopt : std::optional(guard->second);
        }
      open.append(succ_begin(block), succ_end(block));
    }
    return std::nullopt;
  }

  void addAround(InvokeInst &call, uint32_t id) {
    std::string name = calleeName(call).empty() ? "indirect" : calleeName(call).str();
    std::string site = harmless_[id] + "|" + std::to_string(++number_);
    addBefore(call, site + "|call of " + name);
    if (ownsResult(call, name))
      return;
    addBehind(call, site + "|return of " + name);
  }

  static bool ownsResult(const InvokeInst &call, StringRef name) {
    return call.getType()->isVoidTy() || name.starts_with("_Znw") || name.starts_with("_Zna");
  }

  InvokeInst *createStep(BasicBlock *from, BasicBlock *to, InvokeInst &like,
                         const std::string &site) {
    IRBuilder<> builder(from);
    builder.SetCurrentDebugLocation(like.getDebugLoc());
    FunctionCallee step = function_.getParent()->getOrInsertFunction(
        kStepFunction, builder.getVoidTy(), builder.getPtrTy(), builder.getInt32Ty());
    InvokeInst *result = builder.CreateInvoke(
        step, to, like.getUnwindDest(),
        {builder.CreateGlobalString(site, "jit.host.step"), builder.getInt32(1)});
    for (PHINode &phi : like.getUnwindDest()->phis())
      phi.addIncoming(phi.getIncomingValueForBlock(like.getParent()), from);
    return result;
  }

  void addBefore(InvokeInst &call, const std::string &site) {
    BasicBlock *head = call.getParent();
    BasicBlock *tail = head->splitBasicBlock(call.getIterator(), "jit.host.call");
    head->getTerminator()->eraseFromParent();
    createStep(head, tail, call, site);
  }

  void addBehind(InvokeInst &call, const std::string &site) {
    BasicBlock *next = call.getNormalDest();
    auto *behind =
        BasicBlock::Create(function_.getContext(), "jit.host.returned", &function_, next);
    createStep(behind, next, call, site);
    for (PHINode &phi : next->phis())
      phi.replaceIncomingBlockWith(call.getParent(), behind);
    call.setNormalDest(behind);
  }

  Function &function_;
  Marks marks_;
  std::map<uint32_t, std::string> harmless_; // statement -> its site
  unsigned number_ = 0;
};

/// Nothing is thrown here (runtime/injection.cpp tells it by the statement 0): what the caller has
/// begun cannot be repeated.
void countEntries(Function &function, const FunctionTable &table) {
  IRBuilder<> builder(&*function.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  std::string site =
      table.symbol + "|0|" + std::to_string(table.begin_line) + "|" + table.not_resumable_because;
  FunctionCallee step = function.getParent()->getOrInsertFunction(
      kStepFunction, builder.getVoidTy(), builder.getPtrTy(), builder.getInt32Ty());
  CallInst *call = builder.CreateCall(
      step, {builder.CreateGlobalString(site, "jit.host.step"), builder.getInt32(0)});
  if (DISubprogram *place = function.getSubprogram())
    call->setDebugLoc(DILocation::get(function.getContext(), place->getLine(), 0, place));
}

} // namespace

void addCallSteps(Module &module, const StatementTable &table) {
  for (const FunctionTable &entry : table.functions) {
    Function *function = module.getFunction(entry.symbol);
    if (!function || function->isDeclaration())
      continue;
    if (entry.resumable)
      StepAdder(*function, entry).run();
    else
      countEntries(*function, entry);
  }
}

} // namespace jithost

// Natively LLVM makes a jump of one of two calls that a function makes of itself, and no function
// is inlined into itself. Here each call has a frame, as a patch may put something behind it, and
// it goes by the public name. So such calls are made fewer and cheaper in another way:
//
//     f: ... f(n - 1) ...     ->     f: ... [f: ... own(n - 2) ...] ...
//
// An inner copy is one more function that is inlined: it is captured before it goes in, under a
// label of its own (`innerLabel`), as it shares the frame of the machine with the body around it.
// It shares that body's flag, since both are outdated at once. In front of it, and of a call of the
// own body, stands a test like that of anything inlined:
//
//     if (outdated(FLAG)) f(n - 2) else own(n - 2)
//
// so once f is repaired the frames that are left call the new one. Such tests are needed behind
// other calls only, and a poll that lets a frame stay in old code does not make them needless
// (OutdatedTest::Inner).
//
// Nobody inlines a function that calls itself, so the body gets its versioned name at once.
//
// A fault leaves out the whole frame of the machine it comes in (runtime/fault), so there are
// copies only where none is expected: in functions that compute, and fail by exceptions.
#include "inner_copy.h"

#include "inlining.h"
#include "rebind_pass.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/Cloning.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr unsigned kMostLevels = 3;
constexpr unsigned kSmallInstructions = 400;  // of unoptimised code, marks included
constexpr unsigned kAddedInstructions = 1100; // by copies
constexpr const char *kOwnSuffix = "$own";

bool isPlainCall(const CallBase &call) {
  return !call.isNoInline() && !call.isMustTailCall() && call.getDebugLoc();
}

SmallVector<CallBase *, 4> callsIn(Function &function, const Function &callee) {
  SmallVector<CallBase *, 4> calls;
  for (Instruction &instruction : instructions(function))
    if (auto *call = dyn_cast<CallBase>(&instruction);
        call && call->getCalledFunction() == &callee && isPlainCall(*call))
      calls.push_back(call);
  return calls;
}

/// Labels whose addresses are taken are one function's.
bool mayBeCopied(const Function &function) {
  return none_of(function, [](const BasicBlock &block) { return block.hasAddressTaken(); });
}

/// Or an exception that is being made.
bool isVariable(const Value *pointer) {
  const Value *base = pointer->stripInBoundsConstantOffsets();
  auto *call = dyn_cast<CallBase>(base);
  return isa<AllocaInst, GlobalVariable>(base) ||
         (call && call->getCalledFunction() &&
          call->getCalledFunction()->getName() == "__cxa_allocate_exception");
}

bool mayFault(const CallBase &call) {
  if (auto *memory = dyn_cast<MemIntrinsic>(&call)) {
    auto *from = dyn_cast<MemTransferInst>(memory);
    return !isVariable(memory->getRawDest()) || (from && !isVariable(from->getRawSource()));
  }
  const Function *callee = call.getCalledFunction();
  if (!callee || callee->isIntrinsic() || callee == call.getFunction())
    return call.isInlineAsm();
  StringRef name = callee->getName();
  if (name.starts_with("__jit_host_") || name.starts_with("__cxa_") || name.starts_with("__clang_"))
    return false;
  return call.doesNotThrow() || mayBeInlined(*callee); // as abort does; or what goes in does
}

/// Whether it may fail in another way than by an exception of what it calls.
bool mayFault(const Instruction &instruction) {
  if (const Value *pointer = getLoadStorePointerOperand(&instruction))
    return !isVariable(pointer);
  if (auto *call = dyn_cast<CallBase>(&instruction))
    return mayFault(*call);
  if (instruction.isIntDivRem()) {
    auto *divisor = dyn_cast<ConstantInt>(instruction.getOperand(1));
    return !divisor || divisor->isZero() || divisor->isMinusOne();
  }
  return instruction.isAtomic();
}

/// Calls the body of `function` itself. LLVM does not see that: nothing is learnt about it.
Function *addOwnCall(Function &function, const std::string &label, ProgramCalls &calls) {
  Module &module = *function.getParent();
  LLVMContext &context = module.getContext();
  auto *own = cast<Function>(
      module
          .getOrInsertFunction((function.getName() + kOwnSuffix).str(), function.getFunctionType())
          .getCallee());
  calls.addLoud(*own);
  Function *detour = Function::Create(function.getFunctionType(), GlobalValue::InternalLinkage,
                                      "jit.host.own", module);
  detour->setAttributes(function.getAttributes());
  detour->setCallingConv(function.getCallingConv());
  SmallVector<Value *, 8> arguments;
  for (Argument &argument : detour->args())
    arguments.push_back(&argument);
  auto callIn = [&](const char *name, Function &callee) {
    IRBuilder<> builder(BasicBlock::Create(context, name, detour));
    CallInst *call = builder.CreateCall(&callee, arguments);
    call->setCallingConv(function.getCallingConv());
    call->setAttributes(function.getAttributes().removeFnAttributes(context));
    call->getType()->isVoidTy() ? builder.CreateRetVoid() : builder.CreateRet(call);
    return builder.GetInsertBlock();
  };
  BasicBlock *entry = BasicBlock::Create(context, "", detour);
  BasicBlock *newest = callIn("jit.host.newest", function), *same = callIn("", *own);
  IRBuilder<> builder(entry);
  Value *outdated = addOutdatedTest(builder, function.getName().str(), label, OutdatedTest::Inner);
  builder.CreateCondBr(outdated, newest, same, MDBuilder(context).createUnlikelyBranchWeights());
  return detour;
}

class Levels {
public:
  Levels(Function &function, Function &own_call, const CaptureUnder &capture)
      : function_(function), own_call_(own_call), symbol_(function.getName()), capture_(capture) {}

  /// `level` is the function or a copy of it, and is to contain `more` levels.
  void fill(Function &level, unsigned more, const std::string &label) {
    ValueToValueMapTy values;
    Function *copy = more > 0 ? CloneFunction(&level, values) : nullptr;
    capture_(level, label);
    if (!copy)
      return inlineInto(level, own_call_);
    copy->setLinkage(GlobalValue::InternalLinkage);
    copy->setComdat(nullptr);
    fill(*copy, more - 1, innerLabel(label));
    callNewestIfOutdated(*copy, symbol_, label, OutdatedTest::Inner);
    inlineInto(level, *copy);
    copy->eraseFromParent();
  }

private:
  void inlineInto(Function &level, Function &callee) {
    for (CallBase *call : callsIn(level, function_)) {
      call->setCalledFunction(&callee);
      InlineFunctionInfo info;
      if (!InlineFunction(*call, info, /*MergeAttributes=*/true).isSuccess())
        call->setCalledFunction(&function_);
    }
  }

  Function &function_, &own_call_;
  std::string symbol_;
  const CaptureUnder &capture_;
};

} // namespace

std::optional<unsigned> innerLevels(Function &function) {
  unsigned size = function.getInstructionCount(), calls = callsIn(function, function).size();
  if (!mayBeInlined(function) || calls == 0 || size > kSmallInstructions)
    return std::nullopt;
  unsigned levels = 0;
  if (!mayBeCopied(function) ||
      any_of(instructions(function), [](Instruction &each) { return mayFault(each); }))
    return levels;
  unsigned copies = calls, added = calls * size;
  for (; levels < kMostLevels && added <= kAddedInstructions; ++levels) {
    copies *= calls;
    added += copies * size;
  }
  return levels;
}

void captureWithInner(Function &function, unsigned levels, const std::string &label,
                      ProgramCalls &calls, const CaptureUnder &capture) {
  Function *own_call = addOwnCall(function, label, calls);
  Levels(function, *own_call, capture).fill(function, levels, label);
  own_call->eraseFromParent();
}

void finishOwnCalls(Module &module, const std::string &label) {
  for (Function &own : make_early_inc_range(module)) {
    StringRef name = own.getName();
    if (!name.consume_back(kOwnSuffix))
      continue;
    own.replaceAllUsesWith(module.getFunction(bodyName(name.str(), label)));
    own.eraseFromParent();
  }
}

} // namespace jithost

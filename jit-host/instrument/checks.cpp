// `x = invoke check(value, ...) to NEXT unwind PAD` becomes
//
//     if (value == null) invoke failed(...) to UNREACHABLE unwind PAD
//     else goto NEXT, where x is value
//
// A check without exception path (nothing is to be destroyed, no guard around) is a plain call, and
// so is what it becomes.
#include "checks.h"

#include "../compile/marker_names.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {
namespace {

/// What a kind of check asks, and whom it tells.
struct CheckKind {
  const char *name;
  const char *failed;
  Value *(*fails)(IRBuilder<> &builder, CallBase &check);
  std::initializer_list<unsigned> told; // arguments of the check
};

Value *isZero(IRBuilder<> &builder, CallBase &check) {
  return builder.CreateIsNull(check.getArgOperand(0));
}

Value *isOutside(IRBuilder<> &builder, CallBase &check) { // also when it is negative
  return builder.CreateICmpUGE(check.getArgOperand(0), check.getArgOperand(2));
}

const CheckKind kKinds[] = {
    {kCheckPointerFunction, kFailedPointerFunction, isZero, {1}},
    {kCheckDivisor32Function, kFailedDivisorFunction, isZero, {1}},
    {kCheckDivisor64Function, kFailedDivisorFunction, isZero, {1}},
    {kCheckIndexFunction, kFailedIndexFunction, isOutside, {0, 1, 3}},
};

/// Two failures are never one: each has its own place. What is inlined is decided as if there were
/// no checks: the call stands for the comparison and the branch too.
void setRare(CallBase &call) {
  call.setDoesNotReturn();
  call.addFnAttr(Attribute::Cold);
  call.addFnAttr(Attribute::NoMerge);
  call.addFnAttr(Attribute::get(call.getContext(), "call-inline-cost", "-10"));
}

void callFailed(IRBuilder<> &builder, CallBase &check, const CheckKind &kind) {
  SmallVector<Value *, 3> arguments;
  SmallVector<Type *, 3> types;
  for (unsigned index : kind.told) {
    arguments.push_back(check.getArgOperand(index));
    types.push_back(arguments.back()->getType());
  }
  FunctionCallee failed = check.getModule()->getOrInsertFunction(
      kind.failed, FunctionType::get(builder.getVoidTy(), types, false));
  if (auto *invoke = dyn_cast<InvokeInst>(&check)) {
    Function *function = check.getFunction();
    BasicBlock *never = BasicBlock::Create(check.getContext(), "jit.host.never", function);
    BasicBlock *from = builder.GetInsertBlock();
    setRare(*builder.CreateInvoke(failed, never, invoke->getUnwindDest(), arguments));
    for (PHINode &phi : invoke->getUnwindDest()->phis())
      phi.replaceIncomingBlockWith(check.getParent(), from);
    builder.SetInsertPoint(never);
  } else {
    setRare(*builder.CreateCall(failed, arguments));
  }
  builder.CreateUnreachable();
}

/// Where it goes on when the check holds.
BasicBlock *placeBehind(CallBase &check) {
  if (auto *invoke = dyn_cast<InvokeInst>(&check))
    return invoke->getNormalDest();
  BasicBlock *head = check.getParent();
  BasicBlock *rest = head->splitBasicBlock(std::next(check.getIterator()), "jit.host.checked");
  head->getTerminator()->eraseFromParent();
  return rest;
}

void lower(CallBase &check, const CheckKind &kind) {
  LLVMContext &context = check.getContext();
  BasicBlock *next = placeBehind(check), *head = check.getParent();
  BasicBlock *failed =
      BasicBlock::Create(context, "jit.host.failed", check.getFunction(), head->getNextNode());
  IRBuilder<> builder(failed);
  builder.SetCurrentDebugLocation(check.getDebugLoc());
  callFailed(builder, check, kind);
  builder.SetInsertPoint(&check);
  Value *fails = kind.fails(builder, check);
  check.replaceAllUsesWith(check.getArgOperand(0));
  check.eraseFromParent();
  builder.SetInsertPoint(head);
  builder.CreateCondBr(fails, failed, next, MDBuilder(context).createUnlikelyBranchWeights());
}

/// Where the front end has let it: what it left noexcept ends the program as natively, and so do
/// libraries of the process.
void letThrow(Function &assertion) {
  FunctionCallee failed = assertion.getParent()->getOrInsertFunction(kFailedAssertionFunction,
                                                                     assertion.getFunctionType());
  for (User *user : make_early_inc_range(assertion.users()))
    if (auto *call = dyn_cast<CallBase>(user);
        call && !call->getFunction()->hasFnAttribute(Attribute::NoUnwind)) {
      call->setCalledFunction(failed);
      setRare(*call);
    }
}

} // namespace

void lowerChecks(Module &module) {
  for (const CheckKind &kind : kKinds) {
    Function *check = module.getFunction(kind.name);
    if (!check)
      continue;
    SmallVector<CallBase *, 64> calls;
    for (User *user : check->users())
      calls.push_back(cast<CallBase>(user));
    for (CallBase *call : calls)
      lower(*call, kind);
    check->eraseFromParent();
  }
  if (Function *assertion = module.getFunction(kLibraryAssertionFunction))
    letThrow(*assertion);
}

} // namespace jithost

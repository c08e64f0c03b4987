// Capture: the failing side of a repair.
//
// Where clang runs a guard's cleanup on the exception path, the statement's temporaries are gone
// and every named variable is alive. There, before any optimisation, this pass puts
//
//     if (resume(SITE, &result, exception, n, v1, ... vn)) return result;
//
// SITE is a constant string `symbol|label|statement|name=kind;...`, so a capture describes itself
// and no table has to be in step with optimised code. Scalars nobody has the address of go by
// value, so mem2reg still finds them; everything else goes by address, marked nocapture, so that
// nothing but this cold call is known to see it. The call is a plain call: what a continuation
// throws passes this frame without running its cleanups, because the continuation has run its own
// copy of them.
//
// On the normal path the guard's cleanup is deleted, and so is the point. What stays is the landing
// pad, and a poll where something that ran since the last one may have called code of the program:
//
//     if (FLAG) if (poll(SITE, n, v1, ... vn)) { switch(&result); return result; }
//
// FLAG is a byte of this body, set when the body is outdated and frames may stand in it; how it is
// tested, and where it need not be, is in outdated_tests.cpp. The poll only reads what it is given;
// what the switch changes, this frame does not look at any more. So nothing is known to change on
// the way that goes on, and a loop keeps its values in registers.
//
// The exception path is told from the normal one by a flow analysis: a block is "unwinding" from
// its landing pad on until __cxa_begin_catch. Clang's structure gives every block exactly one of
// the two states.
#include "capture_pass.h"

#include "../compile/marker_names.h"
#include "../runtime/captured_words.h"
#include "frame_slots.h"
#include "outdated_tests.h"
#include "points.h"
#include "program_calls.h"
#include "rebind_pass.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/Analysis/CFG.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/Local.h>

using namespace llvm;

namespace jithost {
namespace {

bool isCallOf(const Instruction &instruction, StringRef name) {
  auto *call = dyn_cast<CallBase>(&instruction);
  return call && call->getCalledFunction() && call->getCalledFunction()->getName() == name;
}

class Capture {
public:
  Capture(Function &function, const Marks &marks, const FunctionTable &table,
          const ProgramCalls &calls, const std::string &label, std::vector<std::string> &sites)
      : function_(function), marks_(marks), table_(table), calls_(calls), label_(label),
        sites_(sites) {}

  void run() {
    findUnwinding();
    findPolls();
    findKinds();
    if (calls_.interim())
      slots_ = FrameSlots::create(function_, marks_);
    for (CallBase *cleanup : cleanups_)
      unwinding_cleanup_.lookup(cleanup) ? askRuntime(cleanup) : remove(cleanup);
    for (auto &[id, point] : marks_.points)
      if (Value *call = point.call) {
        if (polls_.contains(call))
          askAtPoll(cast<CallBase>(call), id, point);
        call->replaceAllUsesWith(ConstantInt::get(call->getType(), id));
        remove(cast<CallBase>(call));
      }
  }

private:
  /// Which guard cleanups stand on the exception path.
  void findUnwinding() {
    SmallVector<std::pair<BasicBlock *, bool>, 64> open{{&function_.getEntryBlock(), false}};
    DenseSet<BasicBlock *> seen;
    while (!open.empty()) {
      auto [block, unwinding] = open.pop_back_val();
      if (!seen.insert(block).second)
        continue;
      for (Instruction &instruction : *block) {
        if (isa<LandingPadInst>(instruction))
          unwinding = true;
        else if (isCallOf(instruction, "__cxa_begin_catch"))
          unwinding = false;
        else if (isCallOf(instruction, kGuardCleanupFunction)) {
          auto *call = cast<CallBase>(&instruction);
          cleanups_.push_back(call);
          unwinding_cleanup_[call] = unwinding;
        }
      }
      for (BasicBlock *next : successors(block))
        open.push_back({next, unwinding});
    }
  }

  /// Before captures add uses of their own.
  void findKinds() {
    for (auto &[id, point] : marks_.points)
      for (const Storage &storage : point.storage)
        if (Value *place = storage.place; place && !kinds_.count(place))
          kinds_[place] = captureKind(place);
  }

  /// Points that something which may have called the program, or another round of a loop, comes
  /// before, with no other between. Those of loops whose end is known go again, see
  /// outdated_tests.cpp.
  void findPolls() {
    DenseSet<std::pair<BasicBlock *, BasicBlock *>> repeats;
    findRepeats(repeats);
    DenseMap<BasicBlock *, bool> called_before;
    SmallVector<std::pair<BasicBlock *, bool>, 64> open{{&function_.getEntryBlock(), false}};
    while (!open.empty()) {
      auto [block, called] = open.pop_back_val();
      auto [entry, fresh] = called_before.try_emplace(block, called);
      if (!fresh && (entry->second || !called))
        continue;
      entry->second = called;
      for (Instruction &instruction : *block) {
        auto *call = dyn_cast<CallBase>(&instruction);
        if (!call)
          continue;
        if (!isCallOf(*call, kPointFunction)) {
          called |= calls_.mayReach(*call);
          continue;
        }
        if (called)
          polls_.insert(call);
        called = false;
      }
      for (BasicBlock *next : successors(block))
        open.push_back({next, called || repeats.contains({block, next})});
    }
  }

  /// The edges that loops go back on.
  void findRepeats(DenseSet<std::pair<BasicBlock *, BasicBlock *>> &repeats) {
    SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> edges;
    FindFunctionBackedges(function_, edges);
    for (auto [from, to] : edges)
      repeats.insert({const_cast<BasicBlock *>(from), const_cast<BasicBlock *>(to)});
  }

  void askAtPoll(CallBase *mark, uint32_t id, const Point &point) {
    BasicBlock *head = mark->getParent();
    BasicBlock *rest = head->splitBasicBlock(mark->getIterator(), "jit.host.on");
    LLVMContext &context = function_.getContext();
    BasicBlock *poll = BasicBlock::Create(context, "jit.host.poll", &function_);
    BasicBlock *leave = BasicBlock::Create(context, "jit.host.switch", &function_);
    head->getTerminator()->eraseFromParent();
    MDNode *rarely = MDBuilder(context).createUnlikelyBranchWeights();
    IRBuilder<> builder(head);
    builder.SetCurrentDebugLocation(placeOf(mark));
    Value *outdated = addOutdatedTest(builder, table_.symbol, label_, OutdatedTest::Poll);
    builder.CreateCondBr(outdated, poll, rest, rarely);
    builder.SetInsertPoint(poll);
    builder.CreateCondBr(builder.CreateIsNotNull(callPoll(builder, id, point)), leave, rest,
                         rarely);
    builder.SetInsertPoint(leave);
    FunctionCallee go_on = function_.getParent()->getOrInsertFunction(
        kSwitchFunction, FunctionType::get(builder.getVoidTy(), {builder.getPtrTy()}, false));
    setRare(builder.CreateCall(go_on, {resultSlot()}), kFree);
    builder.CreateBr(returnBlock());
  }

  /// The inliner is to decide as if there were no captures. What a hook call costs it stands for
  /// the blocks around it too, hence less than nothing.
  static constexpr const char *kFree = "0", *kFreeWithBlocks = "-25";

  /// Two captures are never one: each has its own statement, also in the line table. And the frame
  /// stays: a continuation works on what is in it.
  static void setRare(CallInst *call, const char *cost) {
    call->setTailCallKind(CallInst::TCK_NoTail);
    call->addFnAttr(Attribute::Cold);
    call->addFnAttr(Attribute::NoMerge);
    call->addFnAttr(Attribute::get(call->getContext(), "call-inline-cost", cost));
  }

  /// Never none: once inlined, a call has to tell which function it was in.
  DebugLoc placeOf(const Instruction *mark) const {
    if (mark->getDebugLoc() || !function_.getSubprogram())
      return mark->getDebugLoc();
    return DILocation::get(function_.getContext(), 0, 0, function_.getSubprogram());
  }

  CallInst *callPoll(IRBuilder<> &builder, uint32_t id, const Point &point) {
    FunctionCallee poll = function_.getParent()->getOrInsertFunction(
        kPollFunction,
        FunctionType::get(builder.getInt32Ty(), {builder.getPtrTy(), builder.getInt32Ty()}, true));
    SmallVector<Value *, 16> arguments{nullptr};
    CallInst *call = callWithStorage(builder, poll, arguments, id, point);
    call->setMemoryEffects(MemoryEffects::readOnly() | MemoryEffects::inaccessibleMemOnly());
    call->setDoesNotThrow();
    return call;
  }

  /// Deletes a call or invoke of a mark; the normal path goes on.
  void remove(CallBase *mark) {
    if (auto *invoke = dyn_cast<InvokeInst>(mark)) {
      BranchInst::Create(invoke->getNormalDest(), invoke->getIterator());
      invoke->getUnwindDest()->removePredecessor(invoke->getParent());
    }
    mark->eraseFromParent();
  }

  void askRuntime(CallBase *cleanup) {
    uint32_t id = marks_.guards.at(cleanup->getArgOperand(0)->stripPointerCasts());
    const Point &point = marks_.points.at(id);
    BasicBlock *block = cleanup->getParent();
    BasicBlock *go_on;
    if (auto *invoke = dyn_cast<InvokeInst>(cleanup)) {
      go_on = invoke->getNormalDest();
      invoke->getUnwindDest()->removePredecessor(block);
    } else {
      go_on = block->splitBasicBlock(std::next(cleanup->getIterator()));
      block->getTerminator()->eraseFromParent();
    }
    DebugLoc place = placeOf(cleanup);
    cleanup->eraseFromParent();
    IRBuilder<> builder(block);
    builder.SetCurrentDebugLocation(place);
    Value *taken = builder.CreateIsNotNull(callResume(builder, id, point));
    builder.CreateCondBr(taken, returnBlock(), go_on);
  }

  CallInst *callResume(IRBuilder<> &builder, uint32_t id, const Point &point) {
    Type *pointer = builder.getPtrTy();
    FunctionCallee resume = function_.getParent()->getOrInsertFunction(
        kResumeFunction,
        FunctionType::get(builder.getInt32Ty(), {pointer, pointer, pointer, builder.getInt32Ty()},
                          true));
    SmallVector<Value *, 16> arguments{nullptr, resultSlot(), exception(builder)};
    return callWithStorage(builder, resume, arguments, id, point);
  }

  /// Calls `callee` with the site as the first argument and a word for each storage behind the
  /// others, or with where the words are (runtime/captured_words.h).
  CallInst *callWithStorage(IRBuilder<> &builder, FunctionCallee callee,
                            SmallVectorImpl<Value *> &arguments, uint32_t id, const Point &point) {
    std::string site = table_.symbol + "|" + label_ + "|" + std::to_string(id) + "|";
    for (const Storage &storage : point.storage)
      site += storage.name + "=" + static_cast<char>(kinds_.at(storage.place)) + ";";
    sites_.push_back(site);
    arguments[0] = builder.CreateGlobalString(site, "jit.host.site");
    CallInst *call = slots_ ? callWithSlots(builder, callee, arguments, point)
                            : callWithWords(builder, callee, arguments, point);
    setRare(call, kFreeWithBlocks);
    return call;
  }

  CallInst *callWithSlots(IRBuilder<> &builder, FunctionCallee callee,
                          SmallVectorImpl<Value *> &arguments, const Point &point) {
    arguments.append(
        {builder.getInt32(kFromSlots), slots_->selection(point, kinds_), slots_->array()});
    return builder.CreateCall(callee, arguments);
  }

  CallInst *callWithWords(IRBuilder<> &builder, FunctionCallee callee,
                          SmallVectorImpl<Value *> &arguments, const Point &point) {
    arguments.push_back(builder.getInt32(point.storage.size()));
    SmallVector<unsigned, 16> addresses;
    for (const Storage &storage : point.storage) {
      CaptureKind kind = kinds_.at(storage.place);
      if (kind == CaptureKind::Address)
        addresses.push_back(arguments.size());
      arguments.push_back(word(builder, storage.place, kind));
    }
    CallInst *call = builder.CreateCall(callee, arguments);
    for (unsigned index : addresses)
      call->addParamAttr(index, Attribute::NoCapture);
    return call;
  }

  static Value *word(IRBuilder<> &builder, Value *place, CaptureKind kind) {
    if (kind == CaptureKind::Address)
      return place;
    auto *slot = cast<AllocaInst>(place);
    Value *value = builder.CreateLoad(slot->getAllocatedType(), slot);
    if (kind == CaptureKind::Float)
      value = builder.CreateBitCast(value, builder.getInt32Ty());
    if (kind == CaptureKind::Double)
      value = builder.CreateBitCast(value, builder.getInt64Ty());
    if (value->getType()->isPointerTy())
      return value;
    return builder.CreateZExtOrTrunc(value, builder.getInt64Ty());
  }

  /// The exception in flight: clang keeps it in one slot per function.
  Value *exception(IRBuilder<> &builder) {
    for (Instruction &instruction : function_.getEntryBlock())
      if (instruction.getName().starts_with("exn.slot"))
        return builder.CreateLoad(builder.getPtrTy(), &instruction);
    llvm_unreachable("a function with landing pads has a slot for its exception");
  }

  Value *resultSlot() {
    Type *type = function_.getReturnType();
    if (type->isVoidTy())
      return continuationResult();
    if (!result_) {
      IRBuilder<> builder(&*function_.getEntryBlock().getFirstInsertionPt());
      result_ = builder.CreateAlloca(type, nullptr, "jit.host.result");
    }
    return result_;
  }

  /// A continuation returns nothing: what it is asked for again goes where its own result belongs.
  Value *continuationResult() {
    for (Argument &argument : function_.args())
      if (argument.getName() == "jit.host.result")
        return &argument;
    return ConstantPointerNull::get(PointerType::getUnqual(function_.getContext()));
  }

  BasicBlock *returnBlock() {
    if (return_block_)
      return return_block_;
    return_block_ = BasicBlock::Create(function_.getContext(), "jit.host.return", &function_);
    IRBuilder<> builder(return_block_);
    if (function_.getReturnType()->isVoidTy())
      builder.CreateRetVoid();
    else
      builder.CreateRet(builder.CreateLoad(function_.getReturnType(), resultSlot()));
    return return_block_;
  }

  Function &function_;
  const Marks &marks_;
  const FunctionTable &table_;
  const ProgramCalls &calls_;
  const std::string &label_;
  std::vector<std::string> &sites_;
  SmallVector<CallBase *, 32> cleanups_;
  DenseMap<CallBase *, bool> unwinding_cleanup_;
  DenseSet<const Value *> polls_;              // point calls
  DenseMap<const Value *, CaptureKind> kinds_; // of all places
  std::optional<FrameSlots> slots_;            // of interim code
  AllocaInst *result_ = nullptr;
  BasicBlock *return_block_ = nullptr;
};

} // namespace

void captureFunction(Function &function, const Marks &marks, const FunctionTable &table,
                     const ProgramCalls &calls, const std::string &label,
                     std::vector<std::string> &sites) {
  Capture(function, marks, table, calls, label, sites).run();
}

} // namespace jithost

// Continuations: the repaired side.
//
// A continuation of f at statement S is a clone of f whose entry jumps to S:
//
//     void f.cont(const uint64_t *record, R *result) {
//       x = (int)record[0];           // scalars: fresh storage, filled
//       vector<T> &v = *record[1];    // everything else stays where it is, in the old frame
//       goto S;
//       ... rest of f, loops and cleanups included ...   *result = return value;
//     }
//
// Why this is right: at S, clang's unoptimised code has all state in storage that has a name; the
// point of S lists what is in scope, and both versions list it in the same way. What is not in
// scope at S is initialised again before it is used, because clang initialises each variable and
// temporary inside its scope. This is checked, not assumed: a use that its initialisation no longer
// dominates is a refusal.
//
// Values that clang computes once in the prologue and keeps (`this`, what a lambda captured) are
// computed again in the entry. Flags that are false until something sets them (nrvo,
// cleanup.isactive) start as false.
//
// Where only a few statements are to be executed in the frame, the clone returns behind them, and
// nothing else of the function is left in it.
//
// What it cannot do: go on inside an expression, or at a statement that clang emitted no code for.
#include "continuation.h"

#include "../compile/marker_names.h"
#include "uninitialised_use.h"

#include <llvm/ADT/DenseSet.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/Local.h>

#include <map>

using namespace llvm;

namespace jithost {
namespace {

class Builder {
public:
  Builder(Function &old_function, const FunctionTable &table, const ContinuationRequest &request)
      : old_(old_function), table_(table), request_(request) {
    for (size_t i = 0; i < request.captured.size(); ++i)
      record_index_[request.captured[i].name] = i;
  }

  Continuation build() {
    marks_ = collectMarks(old_, table_);
    auto target = marks_.points.find(request_.target);
    if (target == marks_.points.end())
      return refuse(RefusalReason::NoStatementLeft, table_.name, "no code reaches that statement");
    target_ = &target->second;
    createFunction();
    clone();
    moveAllocas();
    if (!fillStorage())
      return std::move(result_);
    setFlags();
    jumpToTarget();
    if (request_.end != 0)
      returnAtEnd();
    if (!recomputePrologue())
      return std::move(result_);
    removeUnreachableBlocks(*new_);
    if (request_.end != 0 && leaves())
      return refuse(RefusalReason::LeavesBlock, table_.name, "");
    if (std::string name = request_.end != 0 ? keptAddress() : ""; !name.empty())
      return refuse(RefusalReason::AddressKept, name, "");
    returnThroughPointer();
    if (std::string name = uninitialisedUse(*new_); !name.empty())
      return refuse(RefusalReason::StorageNotInitialised, name, "");
    std::string fault;
    raw_string_ostream stream(fault);
    if (verifyFunction(*new_, &stream))
      return refuse(RefusalReason::StorageNotInitialised, table_.name, fault);
    result_.function = new_;
    return std::move(result_);
  }

private:
  Continuation refuse(RefusalReason reason, std::string subject, std::string detail) {
    if (new_) {
      new_->deleteBody();
      new_->eraseFromParent();
    }
    Continuation none;
    const Statement *statement = table_.statement(request_.target);
    std::string place =
        statement ? statement->file + ":" + std::to_string(statement->begin_line) : "";
    none.refusal = Refusal{reason, std::move(subject), std::move(detail), place};
    result_ = Continuation();
    result_.refusal = none.refusal;
    return none;
  }

  void createFunction() {
    LLVMContext &context = old_.getContext();
    Type *pointer = PointerType::getUnqual(context);
    new_ = Function::Create(FunctionType::get(Type::getVoidTy(context), {pointer, pointer}, false),
                            GlobalValue::ExternalLinkage, request_.name, old_.getParent());
    new_->getArg(0)->setName("jit.host.record");
    new_->getArg(1)->setName("jit.host.result");
    entry_ = BasicBlock::Create(context, "jit.host.continue", new_);
  }

  /// Arguments that are storage themselves (sret, classes passed by address) come from the record.
  void clone() {
    IRBuilder<> builder(entry_);
    for (Argument &argument : old_.args())
      values_[&argument] = PoisonValue::get(argument.getType());
    for (const Storage &storage : target_->storage)
      if (Value *place = storage.place; place && isa<Argument>(place))
        if (auto index = record_index_.find(storage.name); index != record_index_.end())
          values_[place] = loadWord(builder, index->second, place->getType());
    AttributeList attributes = old_.getAttributes();
    SmallVector<ReturnInst *, 4> returns;
    CloneFunctionInto(new_, &old_, values_, CloneFunctionChangeType::LocalChangesOnly, returns);
    // Attributes of parameters and results belong to a signature the clone does not have.
    new_->setAttributes(
        AttributeList::get(old_.getContext(), AttributeList::FunctionIndex,
                           AttrBuilder(old_.getContext(), attributes.getFnAttrs())));
    new_->removeFnAttr(Attribute::NoReturn);
    new_->setLinkage(GlobalValue::ExternalLinkage);
    new_->setVisibility(GlobalValue::DefaultVisibility);
    new_->setComdat(nullptr);
    new_->setPersonalityFn(old_.hasPersonalityFn() ? old_.getPersonalityFn() : nullptr);
    old_entry_ = cast<BasicBlock>(values_[&old_.getEntryBlock()]);
    translateMarks();
  }

  void translateMarks() {
    for (auto &[id, point] : marks_.points) {
      Point copy;
      copy.call = values_[point.call];
      for (const Storage &storage : point.storage)
        copy.storage.push_back({storage.name, values_[storage.place]});
      result_.marks.points.emplace(id, std::move(copy));
    }
    for (auto [guard, id] : marks_.guards)
      result_.marks.guards[values_[guard]] = id;
  }

  void moveAllocas() {
    for (Instruction &instruction : make_early_inc_range(*old_entry_))
      if (isa<AllocaInst>(instruction))
        instruction.moveBefore(*entry_, entry_->end());
  }

  Value *loadWord(IRBuilder<> &builder, size_t index, Type *type) {
    Value *address = builder.CreateConstGEP1_64(builder.getInt64Ty(), new_->getArg(0), index);
    if (type->isIntegerTy()) // narrower values travel zero-extended
      return builder.CreateZExtOrTrunc(builder.CreateLoad(builder.getInt64Ty(), address), type);
    return builder.CreateLoad(type, address); // pointer, float, double: their bits come first
  }

  bool fillStorage() {
    IRBuilder<> builder(entry_);
    for (Storage &storage : result_.marks.points.at(request_.target).storage) {
      auto *slot = dyn_cast_or_null<AllocaInst>(static_cast<Value *>(storage.place));
      auto index = record_index_.find(storage.name);
      if (index == record_index_.end()) {
        if (!slot || StringRef(storage.name).contains(".tmp"))
          continue; // a temporary of another shape: the check of initialisations decides
        refuse(RefusalReason::VariableWithoutValue, storage.name, "");
        return false;
      }
      if (!slot)
        continue;
      if (request_.captured[index->second].kind == static_cast<char>(CaptureKind::Address))
        useOldPlace(slot, loadWord(builder, index->second, builder.getPtrTy()));
      else
        builder.CreateStore(loadWord(builder, index->second, slot->getAllocatedType()), slot);
    }
    return true;
  }

  /// The object stays in the old frame; its lifetime there is over when that frame returns.
  void useOldPlace(AllocaInst *slot, Value *place) {
    for (User *user : make_early_inc_range(slot->users()))
      if (auto *intrinsic = dyn_cast<IntrinsicInst>(user);
          intrinsic && intrinsic->isLifetimeStartOrEnd())
        intrinsic->eraseFromParent();
    slot->replaceAllUsesWith(place);
  }

  void setFlags() {
    IRBuilder<> builder(entry_);
    for (Instruction &instruction : make_early_inc_range(*entry_)) {
      auto *slot = dyn_cast<AllocaInst>(&instruction);
      if (!slot)
        continue;
      StringRef name = slot->getName();
      if (name.starts_with("nrvo") || name.starts_with("cleanup.isactive"))
        builder.CreateStore(builder.getFalse(), slot);
      else if (name.starts_with("retval") && table_.symbol == "main")
        builder.CreateStore(builder.getInt32(0), slot); // main may end without return
    }
  }

  void jumpToTarget() {
    Point &point = result_.marks.points.at(request_.target);
    Value *mark = point.call;
    auto *call = cast<CallBase>(mark);
    BasicBlock *target;
    if (auto *invoke = dyn_cast<InvokeInst>(call))
      target = invoke->getNormalDest();
    else
      target =
          call->getParent()->splitBasicBlock(std::next(call->getIterator()), "jit.host.target");
    tellWhenBegunAgain(*call);
    call->replaceAllUsesWith(ConstantInt::get(call->getType(), request_.target));
    BranchInst::Create(target, entry_);
  }

  /// The entry passes `mark` by: only what comes round to the statement once more comes by here.
  void tellWhenBegunAgain(CallBase &mark) {
    if (request_.again_flag.empty())
      return;
    Type *byte = Type::getInt8Ty(old_.getContext());
    auto *flag = new GlobalVariable(*old_.getParent(), byte, false, GlobalValue::LinkOnceODRLinkage,
                                    ConstantInt::get(byte, 0), request_.again_flag);
    flag->setDSOLocal(true);
    new StoreInst(ConstantInt::get(byte, 1), flag, mark.getIterator());
  }

  /// What the record gave by value it gets back, so that a retry finds it.
  void returnAtEnd() {
    auto end = result_.marks.points.find(request_.end);
    if (end == result_.marks.points.end())
      return;
    Value *mark = end->second.call;
    auto *call = cast<CallBase>(mark);
    keepExceptionsInside();
    BasicBlock *block = call->getParent();
    block->splitBasicBlock(call->getIterator(), "jit.host.behind");
    block->getTerminator()->eraseFromParent();
    IRBuilder<> builder(block);
    for (Storage &storage : result_.marks.points.at(request_.target).storage) {
      auto *slot = dyn_cast_or_null<AllocaInst>(static_cast<Value *>(storage.place));
      auto index = record_index_.find(storage.name);
      if (slot && index != record_index_.end())
        storeWord(builder, index->second, slot);
    }
    returned_ = builder.CreateRetVoid();
  }

  /// The statements stand in a try of their own that catches everything. What ends its handler has
  /// a way out to handlers around the frame's statement all the same: for an exception whose own
  /// destructor throws.
  void keepExceptionsInside() {
    for (BasicBlock &block : *new_)
      if (auto *invoke = dyn_cast<InvokeInst>(block.getTerminator()))
        if (const Function *callee = invoke->getCalledFunction();
            callee && callee->getName() == "__cxa_end_catch")
          changeToCall(invoke);
  }

  void storeWord(IRBuilder<> &builder, size_t index, AllocaInst *slot) {
    if (request_.captured[index].kind == static_cast<char>(CaptureKind::Address))
      return; // changed in its place
    Value *address = builder.CreateConstGEP1_64(builder.getInt64Ty(), new_->getArg(0), index);
    Value *value = builder.CreateLoad(slot->getAllocatedType(), slot);
    if (value->getType()->isIntegerTy())
      value = builder.CreateZExt(value, builder.getInt64Ty());
    builder.CreateStore(value, address);
  }

  /// Whether anything behind or around what was asked for can be reached. Points do not throw,
  /// though clang thinks so.
  bool leaves() {
    DenseSet<BasicBlock *> seen;
    SmallVector<BasicBlock *, 32> open{entry_};
    while (!open.empty()) {
      BasicBlock *block = open.pop_back_val();
      if (!seen.insert(block).second)
        continue;
      Instruction *end = block->getTerminator();
      if (isa<ReturnInst>(end) && end != returned_)
        return true;
      auto *invoke = dyn_cast<InvokeInst>(end);
      const Function *callee = invoke ? invoke->getCalledFunction() : nullptr;
      StringRef name = callee ? callee->getName() : "";
      if (name == kPointFunction || name == kGuardCleanupFunction || name == "__cxa_rethrow")
        open.push_back(invoke->getNormalDest());
      else
        open.append(succ_begin(block), succ_end(block));
    }
    for (auto &[id, point] : result_.marks.points)
      if (auto *call = dyn_cast_or_null<Instruction>(static_cast<Value *>(point.call)))
        if (seen.contains(call->getParent()) && (id < request_.target || id > request_.end))
          return true;
    return !returned_;
  }

  /// A variable in a register whose address is stored where it outlives the statements; in a
  /// reference that they declare it does not. Empty: there is none.
  std::string keptAddress() {
    const auto &storage = result_.marks.points.at(request_.target).storage;
    auto isVariable = [&](const Value *place) {
      return any_of(storage, [&](const Storage &each) { return each.place == place; });
    };
    for (const Storage &each : storage) {
      auto *slot = dyn_cast_or_null<AllocaInst>(static_cast<Value *>(each.place));
      if (!slot || !record_index_.count(each.name))
        continue;
      for (User *user : slot->users()) {
        auto *store = dyn_cast<StoreInst>(user);
        if (!store || store->getValueOperand() != slot)
          continue;
        const Value *to = getUnderlyingObject(store->getPointerOperand());
        if (!isa<AllocaInst>(to) || isVariable(to))
          return each.name;
      }
    }
    return "";
  }

  DenseSet<BasicBlock *> reachable() {
    DenseSet<BasicBlock *> seen;
    SmallVector<BasicBlock *, 64> open{entry_};
    while (!open.empty()) {
      BasicBlock *block = open.pop_back_val();
      if (seen.insert(block).second)
        open.append(succ_begin(block), succ_end(block));
    }
    return seen;
  }

  /// Values that were computed in blocks the continuation does not enter.
  bool recomputePrologue() {
    DenseSet<BasicBlock *> live = reachable();
    for (BasicBlock *block : live)
      for (Instruction &instruction : *block)
        for (Use &operand : instruction.operands()) {
          auto *value = dyn_cast<Instruction>(operand.get());
          if (!value || live.contains(value->getParent()) || isa<PHINode>(instruction))
            continue;
          Value *again = recompute(value, 0);
          if (!again) {
            refuse(RefusalReason::StorageNotInitialised, table_.name, "");
            return false;
          }
          operand.set(again);
        }
    return true;
  }

  Value *recompute(Instruction *value, unsigned depth) {
    if (value->getParent() == entry_)
      return value;
    if (Value *known = recomputed_.lookup(value))
      return known;
    // Addresses of members are the same wherever they are computed; what is loaded is not.
    bool again = isa<GetElementPtrInst, CastInst>(value) ||
                 (isa<LoadInst>(value) && value->getParent() == old_entry_);
    if (depth > 8 || !again)
      return nullptr;
    Instruction *copy = value->clone();
    for (Use &operand : copy->operands())
      if (auto *inner = dyn_cast<Instruction>(operand.get())) {
        Value *inner_again = recompute(inner, depth + 1);
        if (!inner_again) {
          copy->deleteValue();
          return nullptr;
        }
        operand.set(inner_again);
      }
    copy->insertBefore(entry_->getTerminator());
    copy->setName(value->getName());
    return recomputed_[value] = copy;
  }

  void returnThroughPointer() {
    for (BasicBlock &block : *new_)
      if (auto *leave = dyn_cast<ReturnInst>(block.getTerminator()))
        if (Value *value = leave->getReturnValue()) {
          IRBuilder<> builder(leave);
          builder.CreateStore(value, new_->getArg(1));
          builder.CreateRetVoid();
          leave->eraseFromParent();
        }
  }

  Function &old_;
  const FunctionTable &table_;
  const ContinuationRequest &request_;
  std::map<std::string, size_t> record_index_;
  Marks marks_;
  const Point *target_ = nullptr;
  Function *new_ = nullptr;
  BasicBlock *entry_ = nullptr, *old_entry_ = nullptr;
  Instruction *returned_ = nullptr; // at request_.end
  ValueToValueMapTy values_;
  DenseMap<Instruction *, Value *> recomputed_;
  Continuation result_;
};

} // namespace

Continuation buildContinuation(Function &function, const FunctionTable &table,
                               const ContinuationRequest &request) {
  return Builder(function, table, request).build();
}

} // namespace jithost

// Before optimisation a test is a call of a function that touches nothing the program can see, so
// nothing is known to change there, and it stays where it is. While functions are inlined into each
// other, more and more tests turn out to be needless:
//
//     for (int i = 0; i < n; ++i)        the loop calls nothing any more once `square` is inlined:
//       sum += square(values[i]);        its polls go, and it is vectorised as natively
//
// A flag can have been set since it was last tested only where something was called that may lead
// to the program (a capture is such a call: a patch may come in while the run is paused in it), or
// by another thread while a loop ran that nobody knows the end of. This is a data flow analysis
// with two bits per flag (more for inner copies, see inner_copy.cpp); a function is entered
// fresh: its public name leads to the newest body, and where it was inlined it tests its own flag
// first. A library function that contains code of the program has no flag of its own; only when
// nothing is inlined any more, and its name leads to its newest body too, it is entered fresh.
//
// What is left becomes a plain load: a call comes before it. Only in a loop that calls nothing it
// has to be one that is not moved out of it.
#include "outdated_tests.h"

#include "../compile/marker_names.h"
#include "rebind_pass.h"

#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/InstructionSimplify.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/Local.h>
#include <llvm/Transforms/Utils/SSAUpdater.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr unsigned kCopiedInstructions = 24; // in front of a test, at most

/// A byte beside the body. Discarded where all tests of it are gone; the first one linked is used
/// by all objects.
GlobalVariable *pollFlag(Module &module, const std::string &body) {
  std::string name = pollFlagName(body);
  if (GlobalVariable *flag = module.getGlobalVariable(name))
    return flag;
  Type *byte = Type::getInt8Ty(module.getContext());
  auto *flag = new GlobalVariable(module, byte, false, GlobalValue::LinkOnceODRLinkage,
                                  ConstantInt::get(byte, 0), name);
  flag->setDSOLocal(true); // all code lies in one reservation: one instruction tests it
  return flag;
}

CallInst *asTest(Instruction &instruction) {
  auto *call = dyn_cast<CallInst>(&instruction);
  return call && call->getCalledFunction() &&
                 call->getCalledFunction()->getName() == kOutdatedFunction
             ? call
             : nullptr;
}

bool hasTests(Function &function) {
  return any_of(instructions(function), [](Instruction &each) { return asTest(each); });
}

GlobalVariable *flagOf(const CallInst &test) {
  return cast<GlobalVariable>(test.getArgOperand(0)->stripPointerCasts());
}

bool isContinuation(StringRef name) {
  std::string symbol, label;
  return parseBodyName(name.str(), symbol, label) && label.find('c') != std::string::npos;
}

/// The flag of the body itself: set too when one of what was inlined into it is.
bool isOwnFlag(const GlobalVariable &variable, const Function &function) {
  StringRef flag = variable.getName();
  flag.consume_back(pollFlagName(""));
  std::string symbol, label;
  return flag == function.getName() ||
         (parseBodyName(flag.str(), symbol, label) && symbol == function.getName());
}

OutdatedTest kindOf(const CallInst &test) {
  return static_cast<OutdatedTest>(cast<ConstantInt>(test.getArgOperand(1))->getZExtValue());
}

/// The test at the begin of the body itself: needed until it is inlined.
bool isOwnEntry(const CallInst &test, const Function &function) {
  return kindOf(test) == OutdatedTest::Entry && isOwnFlag(*flagOf(test), function);
}

/// A flag and who asks: polls of a body and of its inner copies ask for one frame each.
using Asked = std::pair<GlobalVariable *, unsigned>;
constexpr unsigned kInnerTest = 1u << 16;

Asked askedBy(const CallInst &test) {
  uint64_t level = cast<ConstantInt>(test.getArgOperand(2))->getZExtValue();
  return {flagOf(test), kindOf(test) == OutdatedTest::Inner ? kInnerTest : level};
}

/// What may have happened since a flag was last tested, one bit per flag.
struct State {
  BitVector called, waited; // something may have set it: a call; another thread during a loop
  explicit State(unsigned size = 0) : called(size), waited(size) {}
  bool operator|=(const State &other) {
    State before = *this;
    called |= other.called;
    waited |= other.waited;
    return called != before.called || waited != before.waited;
  }
};

class Analysis {
public:
  Analysis(Function &function, const OutdatedTests &tests, FunctionAnalysisManager &analyses,
           bool fresh)
      : function_(function), tests_(tests) {
    for (Instruction &instruction : instructions(function))
      if (CallInst *test = asTest(instruction))
        index_.insert({askedBy(*test), index_.size()});
    if (index_.empty())
      return;
    findAnswered();
    findEndlessLoops(analyses);
    State entry(index_.size());
    if (!fresh)
      entry.called.set();
    flow(std::move(entry));
  }

  /// The tests, each with what may have happened before it.
  template <typename Use> void forEachTest(Use use) {
    for (auto &[block, before] : before_) {
      State state = before;
      for (Instruction &instruction : *block) {
        if (CallInst *test = asTest(instruction))
          use(*test, state.called.test(indexOf(*test)), state.waited.test(indexOf(*test)));
        step(instruction, state);
      }
    }
  }

  /// The predecessors of `test`'s block on whose ways something may have set its flag.
  SmallVector<BasicBlock *, 4> waysWithCall(CallInst &test) const {
    SmallVector<BasicBlock *, 4> ways;
    for (BasicBlock *before : predecessors(test.getParent())) {
      auto found = before_.find(before);
      if (found == before_.end())
        continue;
      State state = found->second;
      for (Instruction &instruction : *before)
        step(instruction, state);
      if (state.called.test(indexOf(test)) || state.waited.test(indexOf(test)))
        ways.push_back(before);
    }
    return ways;
  }

private:
  unsigned indexOf(const CallInst &test) const { return index_.find(askedBy(test))->second; }

  void findAnswered() {
    for (auto &[asked, index] : index_) {
      BitVector answered(index_.size());
      for (auto &[other, other_index] : index_)
        if (answers(asked, other))
          answered.set(other_index);
      answered_.push_back(std::move(answered));
    }
  }

  /// A poll lets a frame pass that stays in old code: what it contains of its own function is not
  /// to be entered all the same, and the levels around it may go on in new code.
  bool answers(const Asked &asked, const Asked &other) const {
    if (asked == other)
      return true;
    bool of_body = asked.second == 0 && !isOwnFlag(*other.first, function_);
    return isOwnFlag(*asked.first, function_) && (asked.second == kInnerTest || of_body);
  }

  void findEndlessLoops(FunctionAnalysisManager &analyses) {
    LoopInfo &loops = analyses.getResult<LoopAnalysis>(function_);
    if (loops.empty())
      return;
    ScalarEvolution &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function_);
    for (Loop *loop : loops.getLoopsInPreorder())
      if (isa<SCEVCouldNotCompute>(evolution.getSymbolicMaxBackedgeTakenCount(loop)))
        endless_.insert(loop->getHeader());
  }

  void step(Instruction &instruction, State &state) const {
    if (CallInst *test = asTest(instruction)) {
      const BitVector &answered = answered_[indexOf(*test)];
      state.called.reset(answered);
      state.waited.reset(answered);
    } else if (auto *call = dyn_cast<CallBase>(&instruction); call && tests_.calls.mayReach(*call))
      state.called.set();
  }

  /// Where its block goes on when `test` finds something; null when that is decided elsewhere.
  static BasicBlock *takenIf(const CallInst &test) {
    auto *branch = dyn_cast<BranchInst>(test.getParent()->getTerminator());
    bool decides = branch && branch->isConditional() && branch->getCondition() == &test &&
                   branch->getSuccessor(0) != branch->getSuccessor(1);
    return decides ? branch->getSuccessor(0) : nullptr;
  }

  /// What a needless test guards is not entered: else the call there would make it needed.
  void flow(State entry) {
    before_.insert({&function_.getEntryBlock(), std::move(entry)});
    SmallVector<BasicBlock *, 64> open{&function_.getEntryBlock()};
    while (!open.empty()) {
      BasicBlock *block = open.pop_back_val();
      State state = before_.find(block)->second;
      if (endless_.contains(block))
        state.waited.set();
      before_.find(block)->second |= state;
      BasicBlock *never = nullptr;
      for (Instruction &instruction : *block) {
        if (CallInst *test = asTest(instruction);
            test && !state.called.test(indexOf(*test)) && !state.waited.test(indexOf(*test)))
          never = takenIf(*test);
        step(instruction, state);
      }
      for (BasicBlock *next : successors(block)) {
        if (next == never)
          continue;
        auto [place, added] = before_.insert({next, State(index_.size())});
        if ((place->second |= state) || added)
          open.push_back(next);
      }
    }
  }

  Function &function_;
  const OutdatedTests &tests_;
  MapVector<Asked, unsigned> index_;
  std::vector<BitVector> answered_; // by a test, by index
  MapVector<BasicBlock *, State> before_;
  DenseSet<BasicBlock *> endless_;
};

void removeTest(CallInst &test) {
  SmallVector<BasicBlock *, 2> branches;
  for (User *user : test.users())
    if (auto *branch = dyn_cast<BranchInst>(user))
      branches.push_back(branch->getParent());
  test.replaceAllUsesWith(ConstantInt::getFalse(test.getContext()));
  test.eraseFromParent();
  for (BasicBlock *block : branches)
    ConstantFoldTerminator(block, /*DeleteDeadConditions=*/true);
}

bool mayBeCopied(const BasicBlock &block, const LoopInfo &loops) {
  if (block.isEHPad() || loops.isLoopHeader(&block) || block.size() > kCopiedInstructions ||
      !isa<BranchInst>(block.getTerminator()))
    return false;
  SmallPtrSet<const BasicBlock *, 4> before;
  for (const BasicBlock *predecessor : predecessors(&block))
    if (!isa<BranchInst, InvokeInst>(predecessor->getTerminator()) ||
        !before.insert(predecessor).second)
      return false;
  return none_of(block, [](const Instruction &instruction) {
    auto *call = dyn_cast<CallBase>(&instruction);
    return instruction.getType()->isTokenTy() || (call && call->cannotDuplicate());
  });
}

/// The copy of `block` that `ways` lead to from now on.
void copyFor(BasicBlock &block, ArrayRef<BasicBlock *> ways) {
  ValueToValueMapTy values;
  BasicBlock *copy = CloneBasicBlock(&block, values, ".called", block.getParent());
  for (PHINode &phi : make_early_inc_range(block.phis())) {
    auto *copied = cast<PHINode>(values[&phi]);
    for (BasicBlock *before : predecessors(&block))
      (is_contained(ways, before) ? &phi : copied)->removeIncomingValue(before, false);
  }
  for (BasicBlock *before : ways)
    before->getTerminator()->replaceSuccessorWith(&block, copy);
  remapInstructionsInBlocks({copy}, values);
  for (BasicBlock *next : successors(copy))
    for (PHINode &phi : next->phis()) {
      Value *value = phi.getIncomingValueForBlock(&block);
      Value *copied = values.lookup(value);
      phi.addIncoming(copied ? copied : value, copy);
    }
  for (Instruction &instruction : block) {
    SmallVector<Use *, 8> outside;
    for (Use &use : instruction.uses()) {
      auto *user = cast<Instruction>(use.getUser());
      auto *phi = dyn_cast<PHINode>(user);
      BasicBlock *at = phi ? phi->getIncomingBlock(use) : user->getParent();
      if (at != &block)
        outside.push_back(&use);
    }
    if (outside.empty())
      continue;
    SSAUpdater updater;
    updater.Initialize(instruction.getType(), instruction.getName());
    updater.AddAvailableValue(&block, &instruction);
    updater.AddAvailableValue(copy, values[&instruction]);
    for (Use *use : outside)
      updater.RewriteUse(*use);
  }
}

/// A failure is rare: where its way comes together with the usual one, the test moves to it.
///
///     a: usual   b: capture        a: usual   b: capture
///          \       /                  |            |
///        c: ... test          ->   c: ...      c': ... test
bool separateWays(Function &function, const Analysis &analysis, ArrayRef<CallInst *> needed,
                  FunctionAnalysisManager &analyses) {
  bool any = false;
  SmallPtrSet<BasicBlock *, 8> done; // their ways are not those of the analysis any more
  LoopInfo &loops = analyses.getResult<LoopAnalysis>(function);
  for (CallInst *test : needed) {
    BasicBlock *block = test->getParent();
    SmallVector<BasicBlock *, 4> ways = analysis.waysWithCall(*test);
    if (ways.empty() || ways.size() == pred_size(block) || !mayBeCopied(*block, loops) ||
        any_of(predecessors(block), [&](BasicBlock *before) { return done.contains(before); }))
      continue;
    copyFor(*block, ways);
    done.insert(block);
    any = true;
  }
  if (any)
    analyses.invalidate(function, PreservedAnalyses::none());
  return any;
}

void lowerTest(CallInst &test, bool after_call) {
  IRBuilder<> builder(&test);
  LoadInst *flag = builder.CreateLoad(builder.getInt8Ty(), flagOf(test));
  if (!after_call) {
    flag->setAtomic(AtomicOrdering::Monotonic);
    flag->setAlignment(Align(1));
  }
  test.replaceAllUsesWith(builder.CreateIsNotNull(flag));
  test.eraseFromParent();
}

/// With the tests go the addresses they passed on: variables move to registers again.
void cleanUp(Function &function, FunctionAnalysisManager &analyses) {
  removeUnreachableBlocks(function);
  analyses.invalidate(function, PreservedAnalyses::none());
  FunctionPassManager passes;
  passes.addPass(SimplifyCFGPass());
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(InstCombinePass());
  passes.addPass(SimplifyCFGPass());
  passes.run(function, analyses);
}

} // namespace

Value *addOutdatedTest(IRBuilder<> &builder, const std::string &symbol, const std::string &label,
                       OutdatedTest at) {
  Module &module = *builder.GetInsertBlock()->getModule();
  Type *number = builder.getInt32Ty();
  auto *type = FunctionType::get(builder.getInt1Ty(), {builder.getPtrTy(), number, number},
                                 /*isVarArg=*/false);
  FunctionCallee test = module.getOrInsertFunction(kOutdatedFunction, type);
  auto *function = cast<Function>(test.getCallee());
  function->setDoesNotThrow();
  function->setWillReturn();
  function->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  CallInst *call = builder.CreateCall(test, {pollFlag(module, bodyName(symbol, label)),
                                             builder.getInt32(static_cast<unsigned>(at)),
                                             builder.getInt32(innerLevel(label))});
  call->addFnAttr(Attribute::get(call->getContext(), "call-inline-cost", "0"));
  return call;
}

namespace {

struct Decision {
  CallInst *test;
  bool called, waited;
};

/// Removes needless tests until there are none. \return what is left
SmallVector<Decision, 16> prune(Function &function, const OutdatedTests &tests,
                                FunctionAnalysisManager &analyses, bool fresh, bool keep_entry,
                                bool &removed) {
  for (;;) {
    SmallVector<Decision, 16> left;
    SmallVector<CallInst *, 16> needless, needed;
    Analysis analysis(function, tests, analyses, fresh);
    analysis.forEachTest([&](CallInst &test, bool called, bool waited) {
      bool keep = keep_entry && isOwnEntry(test, function);
      if (!keep && !called && !waited && !tests.calls.interim())
        return needless.push_back(&test);
      left.push_back({&test, called, waited});
      if (!keep)
        needed.push_back(&test);
    });
    bool again = separateWays(function, analysis, needed, analyses);
    removed |= again;
    for (CallInst *test : needless) {
      removed |= !isOwnEntry(*test, function); // its way is entered nowhere else
      removeTest(*test);
    }
    if (!again && needless.empty())
      return left;
    analyses.invalidate(function, PreservedAnalyses::none());
    if (!again)
      return left;
  }
}

} // namespace

PreservedAnalyses PruneOutdatedTests::run(Function &function, FunctionAnalysisManager &analyses) {
  if (!hasTests(function))
    return PreservedAnalyses::all();
  bool fresh = tests.fresh.count(function.getName().str()) != 0, removed = false;
  prune(function, tests, analyses, fresh, /*keep_entry=*/true, removed);
  if (!removed)
    return PreservedAnalyses::all();
  cleanUp(function, analyses);
  return PreservedAnalyses::none();
}

PreservedAnalyses LowerOutdatedTests::run(Function &function, FunctionAnalysisManager &analyses) {
  if (!hasTests(function))
    return PreservedAnalyses::all();
  if (removeUnreachableBlocks(function))
    analyses.invalidate(function, PreservedAnalyses::none());
  bool fresh = !isContinuation(function.getName()), removed = false;
  SmallVector<Decision, 16> left =
      prune(function, tests, analyses, fresh, /*keep_entry=*/false, removed);
  for (Decision &decision : left)
    lowerTest(*decision.test, decision.called);
  if (removed)
    cleanUp(function, analyses);
  else
    removeUnreachableBlocks(function);
  return PreservedAnalyses::none();
}

} // namespace jithost

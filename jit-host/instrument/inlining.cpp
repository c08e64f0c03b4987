// While a module is optimised, a program function has its public name and a linkage that says that
// another definition may take its place (weak_odr, or available_externally for what a patch does
// not bring): LLVM inlines such functions, but infers nothing about them, so no caller learns what
// a patch could make untrue. Only then its body is renamed, and what was not inlined calls the
// public name.
//
// In front of the body stands a test, which stays where it is inlined behind something that may
// have brought a patch:
//
//     if (outdated(FLAG of this body)) return f$newest(arguments);
//
// So `f(1) + f(2)` calls the new f when the first is repaired in the middle of the statement, and
// so do frames that cannot switch. FLAG is set when f changed, or anything that it contains.
//
// A library function that may contain code of the program (std::sort with a lambda) is treated
// alike, without a test of its own: those of what it contains are enough.
#include "inlining.h"

#include "rebind_pass.h"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr unsigned kSmallInstructions = 400; // of unoptimised code, marks included
constexpr const char *kNewestSuffix = "$newest";

/// Small enough that the inliner may want it although nothing of it is simplified yet.
bool isSmall(const Function &function) {
  return function.hasFnAttribute(Attribute::AlwaysInline) ||
         function.getInstructionCount() < kSmallInstructions;
}

/// What runs constructors and destructors of global objects.
bool isInitialiser(const Function &function) {
  StringRef name = function.getName();
  for (StringRef prefix : {"__cxx_global_", "_GLOBAL__", "__tls_init", "__dtor_", "__finalize_"})
    if (name.starts_with(prefix))
      return true;
  return false;
}

/// Runs once or is called by nobody who could be led elsewhere: nothing of the program goes in.
void keepCalls(Function &function, const ProgramCalls &calls) {
  for (Instruction &instruction : instructions(function))
    if (auto *call = dyn_cast<CallBase>(&instruction))
      if (call->getCalledFunction() && calls.mayReach(*call->getCalledFunction()))
        call->setIsNoInline();
}

/// Static allocas are to stand in the entry block.
BasicBlock *splitBehindAllocas(Function &function) {
  BasicBlock &entry = function.getEntryBlock();
  Instruction *place = &*entry.getFirstNonPHIOrDbgOrAlloca();
  for (Instruction &instruction :
       make_early_inc_range(make_range(place->getIterator(), entry.end())))
    if (auto *slot = dyn_cast<AllocaInst>(&instruction);
        slot && isa<Constant>(slot->getArraySize()))
      slot->moveBefore(place);
  return entry.splitBasicBlock(place->getIterator(), "jit.host.body");
}

class RecordingHandler : public DiagnosticHandler {
public:
  explicit RecordingHandler(std::shared_ptr<Inlined> record) : record_(std::move(record)) {}

  bool isAnalysisRemarkEnabled(StringRef) const override { return false; }
  bool isMissedOptRemarkEnabled(StringRef) const override { return false; }
  bool isPassedOptRemarkEnabled(StringRef pass) const override { return pass == "inline"; }
  bool isAnyRemarkEnabled() const override { return true; }

  bool handleDiagnostics(const DiagnosticInfo &info) override {
    auto *remark = dyn_cast<DiagnosticInfoOptimizationBase>(&info);
    if (!remark)
      return DiagnosticHandler::handleDiagnostics(info);
    if (remark->isPassed() && remark->getPassName() == "inline") {
      std::string callee, caller;
      for (const auto &argument : remark->getArgs()) {
        if (argument.Key == "Callee")
          callee = argument.Val;
        if (argument.Key == "Caller")
          caller = argument.Val;
      }
      (*record_)[caller].insert(callee);
    }
    return true;
  }

private:
  std::shared_ptr<Inlined> record_;
};

/// A call of the newest body is made by the function around the one that is not entered.
void moveOutwards(CallBase &call) {
  if (DILocation *place = call.getDebugLoc())
    if (DILocation *around = place->getInlinedAt())
      call.setDebugLoc(around);
}

} // namespace

bool mayBeInlined(const Function &function) {
  return !function.isDeclaration() && !function.isVarArg() && !function.isPresplitCoroutine() &&
         !function.hasFnAttribute(Attribute::NoInline) &&
         !function.hasFnAttribute(Attribute::OptimizeNone) &&
         !function.hasFnAttribute(Attribute::Naked) &&
         !function.hasFnAttribute(Attribute::ReturnsTwice);
}

std::set<std::string> inlinableInto(Module &module, const std::set<std::string> &roots,
                                    const std::set<std::string> &program) {
  std::set<std::string> found, seen = roots;
  SmallVector<const Function *, 64> open;
  for (const std::string &root : roots)
    if (const Function *function = module.getFunction(root))
      open.push_back(function);
  while (!open.empty())
    for (const Instruction &instruction : instructions(*open.pop_back_val())) {
      auto *call = dyn_cast<CallBase>(&instruction);
      const Function *callee = call ? call->getCalledFunction() : nullptr;
      if (!callee || callee->isDeclaration() || !seen.insert(callee->getName().str()).second)
        continue;
      if (program.count(callee->getName().str())) {
        if (!mayBeInlined(*callee) || !isSmall(*callee))
          continue;
        found.insert(callee->getName().str());
      }
      open.push_back(callee);
    }
  return found;
}

void makeInlinable(Function &function, const std::string &label) {
  if (!function.hasAvailableExternallyLinkage())
    function.setLinkage(GlobalValue::WeakODRLinkage);
  function.setComdat(nullptr);
  function.setVisibility(GlobalValue::DefaultVisibility);
  function.setDSOLocal(false);
  function.removeFnAttr(Attribute::NoRecurse);
  callNewestIfOutdated(function, function.getName().str(), label, OutdatedTest::Entry);
}

void callNewestIfOutdated(Function &function, const std::string &symbol, const std::string &label,
                          OutdatedTest at) {
  LLVMContext &context = function.getContext();
  BasicBlock *body = splitBehindAllocas(function);
  BasicBlock *newest = BasicBlock::Create(context, "jit.host.newest", &function);
  BasicBlock *entry = &function.getEntryBlock();
  entry->getTerminator()->eraseFromParent();
  IRBuilder<> builder(entry);
  if (DISubprogram *place = function.getSubprogram())
    builder.SetCurrentDebugLocation(DILocation::get(context, place->getLine(), 0, place));
  Value *outdated = addOutdatedTest(builder, symbol, label, at);
  builder.CreateCondBr(outdated, newest, body, MDBuilder(context).createUnlikelyBranchWeights());
  builder.SetInsertPoint(newest);
  FunctionCallee callee =
      function.getParent()->getOrInsertFunction(symbol + kNewestSuffix, function.getFunctionType());
  SmallVector<Value *, 8> arguments;
  for (Argument &argument : function.args())
    arguments.push_back(&argument);
  CallInst *call = builder.CreateCall(callee, arguments);
  call->setCallingConv(function.getCallingConv());
  call->setAttributes(function.getAttributes().removeFnAttributes(context));
  call->addFnAttr(Attribute::Cold);
  call->addFnAttr(Attribute::get(context, "call-inline-cost", "-15")); // and the blocks around it
  call->getType()->isVoidTy() ? builder.CreateRetVoid() : builder.CreateRet(call);
}

void nameInLineTable(Function &function, const std::string &name) {
  if (DISubprogram *place = function.getSubprogram())
    place->replaceOperandWith(2, MDString::get(function.getContext(), name));
}

std::set<std::string> prepareLibrary(Module &module, const std::set<std::string> &program,
                                     ProgramCalls &calls, uint32_t unit) {
  std::set<std::string> anew;
  for (Function &function : module) {
    if (function.isDeclaration() || program.count(function.getName().str()) ||
        !calls.mayReach(function))
      continue;
    if (isInitialiser(function)) {
      keepCalls(function, calls);
    } else if (function.hasLocalLinkage()) {
      function.setName(function.getName() + ".u" + std::to_string(unit));
      function.setLinkage(GlobalValue::LinkOnceODRLinkage);
      function.setDSOLocal(false);
      calls.addLoud(function);
      anew.insert(function.getName().str());
    } else if (function.hasExternalLinkage()) {
      function.setLinkage(GlobalValue::WeakODRLinkage);
    }
  }
  return anew;
}

InlineRecord::InlineRecord(LLVMContext &context)
    : context_(context), direct_(std::make_shared<Inlined>()) {
  context_.setDiagnosticHandler(std::make_unique<RecordingHandler>(direct_));
}

InlineRecord::~InlineRecord() {
  context_.setDiagnosticHandler(std::make_unique<DiagnosticHandler>());
}

Inlined InlineRecord::closed() const {
  Inlined result;
  for (const auto &[caller, callees] : *direct_) {
    std::set<std::string> &all = result[caller];
    SmallVector<std::string, 16> open(callees.begin(), callees.end());
    while (!open.empty()) {
      std::string callee = open.pop_back_val();
      if (!all.insert(callee).second)
        continue;
      if (auto more = direct_->find(callee); more != direct_->end())
        open.append(more->second.begin(), more->second.end());
    }
  }
  return result;
}

std::set<std::string> finishBodies(Module &module, const std::set<std::string> &names,
                                   const std::string &label) {
  std::set<std::string> bodies;
  for (const std::string &name : names)
    if (Function *function = module.getFunction(name); function && !function->isDeclaration()) {
      renameBody(*function, label);
      bodies.insert(name);
    }
  for (Function &newest : make_early_inc_range(module)) {
    StringRef name = newest.getName();
    if (!name.consume_back(kNewestSuffix))
      continue;
    for (User *user : newest.users())
      if (auto *call = dyn_cast<CallBase>(user))
        moveOutwards(*call);
    FunctionCallee named = module.getOrInsertFunction(name, newest.getFunctionType());
    newest.replaceAllUsesWith(named.getCallee());
    newest.eraseFromParent();
  }
  return bodies;
}

} // namespace jithost

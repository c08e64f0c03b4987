// Order matters: the continuation is cloned while the marks are there, captures come before
// renaming and before anything is inlined. What may be inlined gets its versioned name only after
// optimisation, everything else before, so that calls of it lead to the public name.
#include "patch_emitter.h"

#include "../instrument/capture_pass.h"
#include "../instrument/entries.h"
#include "../instrument/inlining.h"
#include "../instrument/inner_copy.h"
#include "../instrument/object_emitter.h"
#include "../instrument/rebind_pass.h"
#include "../instrument/support_pass.h"
#include "../instrument/sure_assertions.h"
#include "uninitialised_use.h"

#include <llvm/IR/Module.h>

using namespace llvm;

namespace jithost {
namespace {

/// Functions of this unit whose bodies go into the object: what was asked for, and what no object
/// brought yet.
std::set<std::string> wantedBodies(Module &module, const StatementTable &table,
                                   const EmitRequest &request) {
  std::set<std::string> wanted;
  for (const FunctionTable &entry : table.functions) {
    Function *function = module.getFunction(entry.symbol);
    if (!function || function->isDeclaration())
      continue;
    if (request.everything || request.changed.count(entry.symbol) ||
        !request.known.contains(entry.symbol))
      wanted.insert(entry.symbol);
  }
  if (!request.everything)
    wanted.erase("main"); // runs already, and nobody may call it
  return wanted;
}

Expected<Function *> addContinuation(Module &module, const StatementTable &table,
                                     const ProgramCalls &calls, const EmitRequest &request,
                                     EmittedObject &result) {
  const FunctionTable *entry = table.function(request.continuation->symbol);
  Function *function = module.getFunction(request.continuation->symbol);
  if (!entry || !function || function->isDeclaration())
    return createStringError("no code for " + request.continuation->symbol);
  Continuation continuation = buildContinuation(*function, *entry, *request.continuation);
  if (continuation.refusal) {
    result.refusal = std::move(continuation.refusal);
    return nullptr;
  }
  std::string skipped = skippedStatic(*continuation.function, request.known);
  if (!skipped.empty()) {
    const Statement *target = entry->statement(request.continuation->target);
    result.refusal = Refusal{RefusalReason::VariableWithoutValue, skipped, "a static variable",
                             target->file + ":" + std::to_string(target->begin_line)};
    return nullptr;
  }
  captureFunction(*continuation.function, continuation.marks, *entry, calls,
                  request.continuation_label, result.sites);
  return continuation.function;
}

/// What becomes of the functions of a module.
struct Plan {
  std::string label;             // of all bodies but the continuation
  std::set<std::string> program; // symbols of the table
  std::set<std::string> library; // functions of libraries that are wanted whatever they contain
  std::set<std::string> wanted;  // program functions whose bodies are brought
  std::set<std::string> copies;  // program functions that are there to be inlined
};

Plan planFor(Module &module, const StatementTable &table, const EmitRequest &request,
             ProgramCalls &calls) {
  Plan plan;
  plan.label = request.label;
  for (const FunctionTable &entry : table.functions)
    plan.program.insert(entry.symbol);
  plan.wanted = wantedBodies(module, table, request);
  if (request.interim) // calls whatever it can, and contains nothing
    return plan;
  for (const std::string &name : prepareLibrary(module, plan.program, calls, request.unit))
    if (!request.known.contains(bodyName(name, plan.label)))
      plan.library.insert(name);
  for (const std::string &name : request.changed)
    if (Function *function = module.getFunction(name);
        function && !function->isDeclaration() && !plan.program.count(name)) {
      function->setLinkage(GlobalValue::WeakODRLinkage); // old code calls it, even if new does not
      plan.library.insert(name);
    }
  return plan;
}

void cut(Module &module, const StatementTable &table, const EmitRequest &request,
         const Function *continuation, Plan &plan) {
  std::set<std::string> kept = plan.wanted;
  kept.insert(plan.library.begin(), plan.library.end());
  if (continuation)
    kept.insert(continuation->getName().str());
  if (!request.interim)
    plan.copies = inlinableInto(module, kept, plan.program);
  cutToPatch(module, table, kept, plan.copies, request.known);
}

void captureBodies(Module &module, const StatementTable &table, ProgramCalls &calls,
                   const Plan &plan, OutdatedTests &tests, EmittedObject &result) {
  for (const FunctionTable &entry : table.functions) {
    bool wanted = plan.wanted.count(entry.symbol);
    if (!wanted && !plan.copies.count(entry.symbol))
      continue;
    Function *function = module.getFunction(entry.symbol);
    auto levels = wanted && !calls.interim() ? innerLevels(*function) : std::nullopt;
    auto capture = [&](Function &code, const std::string &label) {
      captureFunction(code, collectMarks(code, entry), entry, calls, label, result.sites);
      nameInLineTable(code, nameOfCode(entry.symbol, label));
    };
    if (levels)
      captureWithInner(*function, *levels, plan.label, calls, capture);
    else
      capture(*function, plan.label);
    if (wanted)
      replaceAliases(*function);
    if (!levels && !calls.interim() && mayBeInlined(*function))
      makeInlinable(*function, plan.label);
    else
      renameBody(*function, plan.label);
    tests.fresh.insert(function->getName().str());
    if (wanted)
      result.bodies.push_back(entry.symbol);
  }
}

/// What the inliner did, by the names of bodies.
void recordInlined(const InlineRecord &record, const Plan &plan, EmittedObject &result) {
  for (const auto &[caller, callees] : record.closed()) {
    std::string symbol, label;
    bool named = parseBodyName(caller, symbol, label);
    std::set<std::string> contained;
    for (const std::string &callee : callees)
      if (plan.program.count(callee))
        contained.insert(callee);
    if (!contained.empty())
      result.inlined[named ? caller : bodyName(caller, plan.label)] = std::move(contained);
  }
}

Error optimiseBodies(Module &module, int level, const OutdatedTests &tests, const Plan &plan,
                     EmittedObject &result) {
  if (level != 0)
    dropSureAssertions(module);
  InlineRecord record(module.getContext());
  if (Error error = optimise(module, level, tests))
    return error;
  recordInlined(record, plan, result);
  std::set<std::string> library = plan.library;
  for (const auto &[body, contained] : result.inlined) {
    std::string symbol, label;
    if (parseBodyName(body, symbol, label) && !plan.program.count(symbol))
      library.insert(symbol);
  }
  finishBodies(module, plan.wanted, plan.label);
  std::set<std::string> brought = finishBodies(module, library, plan.label);
  result.bodies.insert(result.bodies.end(), brought.begin(), brought.end());
  finishOwnCalls(module, plan.label);
  return Error::success();
}

/// Functions of the program that nobody has yet: lambdas, instances of templates, what stands in
/// `definitions`.
std::set<std::string> ownFunctions(Module &module, const StatementTable &table,
                                   const EmitRequest &request) {
  std::set<std::string> own;
  for (const FunctionTable &entry : table.functions) {
    Function *function = module.getFunction(entry.symbol);
    if (function && !function->isDeclaration() && !request.known.contains(entry.symbol))
      own.insert(entry.symbol);
  }
  return own;
}

void captureOwn(Module &module, const StatementTable &table, const ProgramCalls &calls,
                const std::set<std::string> &own, const std::string &label, OutdatedTests &tests,
                EmittedObject &result) {
  for (const FunctionTable &entry : table.functions) {
    if (!own.count(entry.symbol))
      continue;
    Function *function = module.getFunction(entry.symbol);
    captureFunction(*function, collectMarks(*function, entry), entry, calls, label, result.sites);
    function->setComdat(nullptr);
    function->setLinkage(GlobalValue::InternalLinkage);
    tests.fresh.insert(entry.symbol);
  }
}

} // namespace

Expected<EmittedObject> emitEvaluation(Module &module, const StatementTable &table,
                                       const EmitRequest &request) {
  EmittedObject result;
  ProgramCalls calls(module, table, true);
  auto added = addContinuation(module, table, calls, request, result);
  if (!added)
    return added.takeError();
  if (result.refusal)
    return result;
  std::set<std::string> own = ownFunctions(module, table, request), kept = own;
  kept.insert((*added)->getName().str());
  cutToPatch(module, table, kept, {}, request.known);
  OutdatedTests tests{calls, {}};
  captureOwn(module, table, calls, own, request.continuation_label, tests, result);
  callSupport(module, request.known, request.support);
  if (Error error = optimise(module, 0, tests))
    return error;
  auto object = generateCode(module, 0);
  if (!object)
    return object.takeError();
  result.object = std::move(*object);
  return result;
}

Expected<EmittedObject> emitSupport(Module &module, const StatementTable &table,
                                    const EmitRequest &request) {
  EmittedObject result;
  result.bodies = cutToSupport(module, table, request.known, request.support);
  ProgramCalls calls(module, table);
  if (Error error = optimise(module, 0, OutdatedTests{calls, {}}))
    return error;
  auto object = generateCode(module, 0);
  if (!object)
    return object.takeError();
  result.object = std::move(*object);
  return result;
}

Expected<EmittedObject> emitVersion(Module &module, const StatementTable &table,
                                    const EmitRequest &request) {
  EmittedObject result;
  ProgramCalls calls(module, table, request.interim);
  Plan plan = planFor(module, table, request, calls);
  Function *continuation = nullptr;
  if (request.continuation) {
    auto added = addContinuation(module, table, calls, request, result);
    if (!added)
      return added.takeError();
    if (result.refusal)
      return result;
    continuation = *added;
  }
  if (std::string variable = newThreadLocal(module, request.known); !variable.empty()) {
    result.refusal = Refusal{RefusalReason::ThreadLocalAdded, variable, "", ""};
    return result;
  }
  if (!request.everything)
    cut(module, table, request, continuation, plan);
  OutdatedTests tests{calls, {}};
  captureBodies(module, table, calls, plan, tests, result);
  std::string constructors =
      "jit.host.constructors$v" + plan.label + ".u" + std::to_string(request.unit);
  if (collectConstructors(module, constructors))
    result.constructors = constructors;
  if (request.interim)
    callSupport(module, request.known, request.support);
  int level = request.interim ? 0 : request.optimisation;
  if (Error error = optimiseBodies(module, level, tests, plan, result))
    return error;
  addEntries(module, result.bodies, plan.label, request.known);
  auto object = generateCode(module, level);
  if (!object)
    return object.takeError();
  result.object = std::move(*object);
  return result;
}

} // namespace jithost

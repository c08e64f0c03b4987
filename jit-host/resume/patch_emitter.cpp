// Order matters: the continuation is cloned while the marks are there, captures come before
// renaming, and bodies get their versioned names before optimisation, so that no caller learns
// anything about a callee that a later version could make untrue.
#include "patch_emitter.h"

#include "../instrument/capture_pass.h"
#include "../instrument/object_emitter.h"
#include "../instrument/rebind_pass.h"
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
        !request.known.count(entry.symbol))
      wanted.insert(entry.symbol);
  }
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

void captureBodies(Module &module, const StatementTable &table, const ProgramCalls &calls,
                   const std::set<std::string> &wanted, const EmitRequest &request,
                   EmittedObject &result) {
  std::string label = std::to_string(request.version);
  for (const FunctionTable &entry : table.functions) {
    if (!wanted.count(entry.symbol))
      continue;
    Function *function = module.getFunction(entry.symbol);
    captureFunction(*function, collectMarks(*function, entry), entry, calls, label, result.sites);
    replaceAliases(*function);
    renameBody(*function, label);
    result.bodies.push_back(entry.symbol);
  }
}

} // namespace

Expected<EmittedObject> emitVersion(Module &module, const StatementTable &table,
                                    const EmitRequest &request) {
  EmittedObject result;
  ProgramCalls calls(module, table);
  std::set<std::string> wanted = wantedBodies(module, table, request);
  std::set<std::string> kept = wanted;
  if (request.continuation) {
    auto continuation = addContinuation(module, table, calls, request, result);
    if (!continuation)
      return continuation.takeError();
    if (result.refusal)
      return result;
    kept.insert((*continuation)->getName().str());
  }
  if (std::string variable = newThreadLocal(module, request.known); !variable.empty()) {
    result.refusal = Refusal{RefusalReason::ThreadLocalAdded, variable, "", ""};
    return result;
  }
  if (!request.everything)
    cutToPatch(module, table, kept, request.known);
  captureBodies(module, table, calls, wanted, request, result);
  std::string constructors = "jit.host.constructors$v" + std::to_string(request.version) + ".u" +
                             std::to_string(request.unit);
  if (collectConstructors(module, constructors))
    result.constructors = constructors;
  auto object = emitObject(module, request.optimisation);
  if (!object)
    return object.takeError();
  result.object = std::move(*object);
  return result;
}

} // namespace jithost

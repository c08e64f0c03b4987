// From a version's unoptimised IR to the object a run links: all bodies at launch, or the changed
// bodies and a continuation for a patch. Runs in the compile process.
#pragma once

#include "../compile/symbol_names.h"
#include "continuation.h"

#include <llvm/Support/Error.h>

#include <map>
#include <set>

namespace llvm {
class Module;
}

namespace jithost {

struct EmitRequest {
  uint32_t unit = 0;
  std::string label = "1"; // of the bodies
  bool interim = false;    // soon to be replaced: quickly made, polls wherever it calls or repeats
  bool in_background = false; // nobody waits for it
  int optimisation = 2;
  bool everything = false;       // at launch: all bodies, all variables
  std::set<std::string> changed; // symbols whose bodies are wanted, and public names of library
                                 // functions that contain such code
  bool partial = false; // the code brings no library functions; else interim code takes none of it
  SymbolNames known;    // what the process defines already
  SymbolNames support;  // library functions that interim code finds under a name of its own
  std::optional<ContinuationRequest> continuation;
  std::string continuation_label; // "2c1"
};

struct EmittedObject {
  bool interim = false;
  std::string object;
  std::vector<std::string> bodies; // public names that have a body in it
  // Of bodies, in this object or inlined somewhere in it: the program functions they contain. Those
  // have the label of this version there.
  std::map<std::string, std::set<std::string>> inlined;
  std::vector<std::string> sites; // texts of its captures
  std::string constructors;       // function to call once, empty: none
  std::optional<Refusal> refusal; // the continuation cannot be built
};

/// Library functions of a unit for interim code: those that no object brought, because optimised
/// code has them inlined. `bodies` are the names they are called by in the program.
llvm::Expected<EmittedObject> emitSupport(llvm::Module &module, const StatementTable &table,
                                          const EmitRequest &request);

/// What `request.continuation` executes and returns from. The functions it brings are its own:
/// nothing else can call them. Only what it refers to of the unit is looked at.
llvm::Expected<EmittedObject> emitEvaluation(llvm::Module &module, const StatementTable &table,
                                             const EmitRequest &request);

llvm::Expected<EmittedObject> emitVersion(llvm::Module &module, const StatementTable &table,
                                          const EmitRequest &request);

} // namespace jithost

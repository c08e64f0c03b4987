// Gives every program function a public name that leads to its newest body, and cuts a module down
// to what a patch has to bring.
#pragma once

#include "../compile/statement_table.h"
#include "../compile/symbol_names.h"
#include "body_names.h"

#include <set>
#include <string>
#include <vector>

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace jithost {

/// Makes program functions and variables of internal linkage visible under names that are unique in
/// the whole program (`.uN` is appended), so that later versions can refer to them. Changes `table`
/// along.
void externaliseInternals(llvm::Module &module, StatementTable &table, uint32_t unit);

/// Names that functions and variables of internal linkage have been given by that, where `module`
/// only refers to them.
void referToPublished(llvm::Module &module, const SymbolNames &known, uint32_t unit);

/// How `externaliseInternals` names what `symbol` was.
std::string publishedName(const std::string &symbol, uint32_t unit);

/// Turns what is declared as an alias of `function` into a function that calls it.
void replaceAliases(llvm::Function &function);

/// Renames the body of `function`; everything in the module that used it uses the public name.
void renameBody(llvm::Function &function, const std::string &label);

/// Turns the static constructors into one function `name`, in their order; it also registers the
/// functions that are to run at the program's end. \return false when there are none.
bool collectConstructors(llvm::Module &module, const std::string &name);

/// A thread_local variable with a constructor that `known` does not have, in a unit whose threads
/// have run their constructors: one function and one flag per unit do that, so nothing would
/// construct it. Empty: none.
std::string newThreadLocal(llvm::Module &module, const SymbolNames &known);

/// Deletes what the process has already: `known` symbols become declarations, constructors are kept
/// for variables that are new. Functions of `table` are deleted unless in `kept`; those in `copies`
/// stay for being inlined only.
void cutToPatch(llvm::Module &module, const StatementTable &table,
                const std::set<std::string> &kept, const std::set<std::string> &copies,
                const SymbolNames &known);

} // namespace jithost

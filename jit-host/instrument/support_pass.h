// Library functions for interim code. Optimised code keeps few of the inline functions it uses;
// code that is made quickly calls them all. They get names of their own, so that optimised code,
// whose own copies are better, never calls them.
#pragma once

#include "../compile/statement_table.h"
#include "../compile/symbol_names.h"

#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace jithost {

/// Cuts `module` to the inline functions of libraries that are neither `known` nor in `support`.
/// \return the names they are called by
std::vector<std::string> cutToSupport(llvm::Module &module, const StatementTable &table,
                                      const SymbolNames &known, const SymbolNames &support);

/// Leads the calls of `module` to them.
void callSupport(llvm::Module &module, const SymbolNames &known, const SymbolNames &support);

} // namespace jithost

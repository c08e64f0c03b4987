// Tells clang's code generator which functions the process has already: they stay declarations, so
// that the module of a patch holds the patch and not all that it calls. Includes clang.
#pragma once

#include <clang/AST/ASTContext.h>

#include <functional>

namespace jithost {

/// From here on functions that `available` says yes to have their definitions elsewhere.
void useAvailable(clang::ASTContext &context,
                  std::function<bool(const clang::FunctionDecl &)> available);

} // namespace jithost

// libstdc++'s assertions (_GLIBCXX_ASSERTIONS) stand in noexcept functions: what fails there could
// only end the program.
#pragma once

#include <clang/AST/Type.h>
#include <llvm/ADT/DenseMap.h>

namespace clang {
class ASTContext;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace jithost {

class ThrowingAssertions {
public:
  explicit ThrowingAssertions(clang::ASTContext &context) : context_(context) {}

  /// When an assertion stands in `callee`, or in a noexcept function of libstdc++ that it calls:
  /// makes it and them functions that may throw, for the code generator only. So a call of it has
  /// the exception path of its place. What the program asks of its type has been answered.
  void letThrow(clang::FunctionDecl &callee);

private:
  bool asserts(clang::FunctionDecl &function);
  bool assertsInside(clang::Stmt &part);
  void mayThrow(clang::FunctionDecl &function);

  clang::ASTContext &context_;
  llvm::DenseMap<const clang::FunctionDecl *, bool> known_;
};

} // namespace jithost

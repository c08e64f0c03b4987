// The pieces of AST that marks are made of: guards, points, and the steps of injection.
#pragma once

#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

#include <string>

namespace clang {
class ASTContext;
class FunctionDecl;
class VarDecl;
} // namespace clang

namespace jithost {

/// Declares a function with C linkage.
clang::FunctionDecl *declareMarker(clang::ASTContext &context, const char *name,
                                   clang::QualType type);

/// What is put into the program's functions beside guards and points.
struct Markings {
  bool injection = false; // steps behind the guards, see runtime/injection.cpp
  bool checks = false;    // see check_marker.h
};

/// The functions that marked code calls (marker_names.h), declared once per translation unit.
struct MarkerFunctions {
  clang::FunctionDecl *point = nullptr;
  clang::FunctionDecl *cleanup = nullptr;
  clang::FunctionDecl *passes_handler = nullptr;
  clang::FunctionDecl *terminates = nullptr;
  clang::FunctionDecl *step = nullptr;           // null: nothing is injected
  clang::FunctionDecl *missing_return = nullptr; // null: no checks
  MarkerFunctions(clang::ASTContext &context, const Markings &wanted);
};

class MarkBuilder {
public:
  MarkBuilder(clang::ASTContext &context, const MarkerFunctions &functions,
              clang::FunctionDecl *function)
      : context_(context), functions_(functions), function_(function) {}

  bool injection() const { return functions_.step != nullptr; }

  /// `unsigned guard = point(ID, &var...)` as a declaration statement.
  clang::DeclStmt *guard(uint32_t id, llvm::ArrayRef<clang::VarDecl *> in_scope,
                         clang::SourceLocation place);

  /// `step(SITE, harmless)`: where an exception can be injected (runtime/injection.cpp).
  clang::Stmt *step(const std::string &site, bool harmless, clang::SourceLocation place);

  /// What stands where control reaches the closing brace: with checks, a failure where a result is
  /// missing.
  clang::Stmt *endOfFunction(clang::SourceLocation place);

  /// `try { body } catch (...) { terminates(); }`
  clang::Stmt *terminating(clang::Stmt *body);

  /// `if (passes_handler()) throw;`
  clang::Stmt *letPass(clang::SourceLocation place);

  /// A block with the floating point options of `like`.
  clang::CompoundStmt *compound(llvm::ArrayRef<clang::Stmt *> statements, const clang::Stmt *like);

private:
  clang::Expr *reference(clang::ValueDecl *decl, clang::QualType type, clang::SourceLocation place);
  clang::Expr *addressOf(clang::VarDecl *variable, clang::SourceLocation place);
  clang::Expr *call(clang::FunctionDecl *function, llvm::ArrayRef<clang::Expr *> arguments,
                    clang::SourceLocation place);
  clang::Expr *number(uint32_t value, clang::SourceLocation place);

  clang::ASTContext &context_;
  const MarkerFunctions &functions_;
  clang::FunctionDecl *function_;
};

} // namespace jithost

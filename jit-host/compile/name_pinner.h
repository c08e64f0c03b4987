// Keeps the symbols of lambdas and static local variables over versions: the numbers in them are
// set in clang's AST before anything is mangled.
#pragma once

#include "local_names.h"
#include "source_text.h"

#include <clang/AST/GlobalDecl.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace clang {
class CXXRecordDecl;
class FunctionDecl;
class LambdaExpr;
class NamedDecl;
class VarDecl;
} // namespace clang

namespace jithost {

/// The variant of a constructor or destructor that names of what stands in it are made of.
clang::GlobalDecl globalDecl(const clang::FunctionDecl *function);

class NamePinner {
public:
  using Mangle = std::function<std::string(clang::GlobalDecl)>;
  NamePinner(clang::ASTContext &context, SourceText &text, const Mangle &mangle)
      : context_(context), text_(text), mangle_(mangle) {}

  /// Entities of program code; each once, in any order.
  void addLambda(const clang::LambdaExpr &lambda);
  void addStatic(clang::VarDecl &variable);

  /// Sets all numbers. \param before what the previous version had, empty for the first one.
  /// \return what this version has, and the numbers that stay taken.
  std::vector<LocalName> pin(const std::vector<LocalName> &before);

  /// The entry of a lambda's class, after `pin`; null when it is not the program's.
  const LocalName *entryOf(const clang::CXXRecordDecl *lambda) const;

private:
  struct Entity {
    const clang::LambdaExpr *lambda = nullptr;
    clang::VarDecl *variable = nullptr;
    LocalName entry;
  };
  /// Entities that are counted together.
  struct Group {
    const clang::Decl *owner = nullptr;
    std::vector<Entity> entities;
    bool pinned = false;
  };
  using GroupKey = std::pair<const clang::Decl *, std::string>;

  void pinGroup(Group &group);
  std::string ownerName(const clang::Decl *owner);
  void pinLambdasIn(const clang::Decl *declaration);
  void describe(Entity &entity, const std::string &owner);
  void setNumbers(Group &group);
  void setLambdaNumber(const Entity &entity);
  void setStaticNumbers(Group &group);

  clang::ASTContext &context_;
  SourceText &text_;
  const Mangle &mangle_;
  std::map<GroupKey, Group> groups_;
  std::map<const clang::CXXRecordDecl *, Group *> lambdas_;
  std::vector<LocalName> before_, result_;
};

} // namespace jithost

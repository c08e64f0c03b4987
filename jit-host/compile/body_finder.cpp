// Which bodies can be read again, and what they may not see.
#include "body_finder.h"

#include "source_text.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>

using namespace clang;

namespace jithost {
namespace {

class BodyVisitor : public RecursiveASTVisitor<BodyVisitor> {
public:
  BodyVisitor(ASTContext &context, BodiesOfFiles &found)
      : context_(context), sources_(context.getSourceManager()), text_(context), found_(found) {}

  bool VisitFunctionDecl(FunctionDecl *function) {
    if (!function->doesThisDeclarationHaveABody() || !standsAlone(*function) ||
        !text_.isProgramCode(function->getLocation()))
      return true;
    auto *body = cast<CompoundStmt>(function->getBody());
    SourceLocation begin = body->getLBracLoc(), end = body->getRBracLoc();
    if (begin.isMacroID() || end.isMacroID() ||
        sources_.getFileID(begin) != sources_.getFileID(end) ||
        sources_.getFileID(begin) != sources_.getFileID(function->getLocation()))
      return true;
    unsigned length = Lexer::MeasureTokenLength(end, sources_, context_.getLangOpts());
    found_[sources_.getFileID(begin)].push_back(
        {function, {sources_.getFileOffset(begin), sources_.getFileOffset(end) + length}});
    return true;
  }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; } // part of the function it stands in

private:
  bool standsAlone(const FunctionDecl &function) {
    auto *constructor = dyn_cast<CXXConstructorDecl>(&function);
    if (constructor && std::any_of(constructor->init_begin(), constructor->init_end(),
                                   [](CXXCtorInitializer *i) { return i->isWritten(); }))
      return false;
    return !function.isDependentContext() && !function.isTemplated() &&
           !function.isTemplateInstantiation() && !function.isConstexpr() &&
           !function.isDefaulted() && !function.getDeclaredReturnType()->getContainedAutoType() &&
           isa<CompoundStmt>(function.getBody());
  }

  ASTContext &context_;
  SourceManager &sources_;
  SourceText text_;
  BodiesOfFiles &found_;
};

void dropNested(std::vector<FoundBody> &bodies) {
  std::sort(bodies.begin(), bodies.end(),
            [](const FoundBody &a, const FoundBody &b) { return a.range.begin < b.range.begin; });
  std::vector<FoundBody> outer;
  for (const FoundBody &body : bodies)
    if (outer.empty() || body.range.begin >= outer.back().range.end)
      outer.push_back(body);
  bodies = std::move(outer);
}

class LaterNames {
public:
  LaterNames(SourceManager &sources, SourceLocation after) : sources_(sources), after_(after) {}
  llvm::StringSet<> names;

  void visit(const Decl *decl) {
    if (auto *function = dyn_cast<FunctionDecl>(decl);
        decl->isFromASTFile() || (function && function->isTemplateInstantiation()))
      return; // thousands
    if (auto *space = dyn_cast<NamespaceDecl>(decl))
      return visitAll(space->decls());
    if (auto *linkage = dyn_cast<LinkageSpecDecl>(decl))
      return visitAll(linkage->decls());
    if (decl->isOutOfLine() || !sources_.isBeforeInTranslationUnit(after_, decl->getLocation()))
      return;
    if (auto *function = dyn_cast<FunctionDecl>(decl); function && declaredBefore(*function))
      return;
    if (isa<UsingDirectiveDecl>(decl))
      names.insert("using");
    if (auto *constants = dyn_cast<EnumDecl>(decl))
      visitAll(constants->enumerators());
    if (auto *named = dyn_cast<NamedDecl>(decl)) {
      bool plain = named->getDeclName().isIdentifier() && !named->getName().empty();
      names.insert(plain ? named->getName() : "operator");
    }
    // Friends are found by their arguments.
    if (auto *record = dyn_cast<CXXRecordDecl>(decl);
        record && record->isThisDeclarationADefinition())
      for (const FriendDecl *friendly : record->friends())
        if (const NamedDecl *named = friendly->getFriendDecl())
          names.insert(named->getDeclName().isIdentifier() ? named->getName() : "operator");
  }

private:
  bool declaredBefore(const FunctionDecl &function) const {
    for (const FunctionDecl *previous = function.getPreviousDecl(); previous;
         previous = previous->getPreviousDecl())
      if (sources_.isBeforeInTranslationUnit(previous->getLocation(), after_))
        return true;
    return false;
  }

  template <typename Decls> void visitAll(Decls decls) {
    for (const Decl *decl : decls)
      visit(decl);
  }

  SourceManager &sources_;
  SourceLocation after_;
};

/// Macros that the rest of the file defines or takes away.
void addLaterMacros(ASTContext &context, SourceLocation after, llvm::StringSet<> &names) {
  SourceManager &sources = context.getSourceManager();
  auto [file, offset] = sources.getDecomposedExpansionLoc(after);
  llvm::StringRef text = sources.getBufferData(file);
  Lexer lexer(sources.getLocForStartOfFile(file), context.getLangOpts(), text.begin(),
              text.begin() + offset, text.end());
  unsigned expected = 0; // hash, define, name
  for (Token token; !lexer.LexFromRawLexer(token) && token.isNot(tok::eof);) {
    if (token.is(tok::hash) && token.isAtStartOfLine()) {
      expected = 1;
      continue;
    }
    if (token.isNot(tok::raw_identifier))
      expected = 0;
    else if (expected == 2)
      names.insert(token.getRawIdentifier());
    else if (expected == 1)
      expected =
          token.getRawIdentifier() == "define" || token.getRawIdentifier() == "undef" ? 2 : 0;
    if (expected == 2 && token.isAtStartOfLine())
      expected = 0;
  }
}

} // namespace

BodiesOfFiles findBodies(ASTContext &context, const std::vector<Decl *> &top_level) {
  BodiesOfFiles found;
  BodyVisitor visitor(context, found);
  for (Decl *decl : top_level)
    if (!context.getSourceManager().isInSystemHeader(decl->getLocation()))
      visitor.TraverseDecl(decl);
  for (auto &[file, bodies] : found)
    dropNested(bodies);
  return found;
}

SourceLocation endOfScope(const FunctionDecl &function) {
  const Decl *outermost = &function;
  for (const DeclContext *around = function.getLexicalDeclContext();
       around && !around->isFileContext() && !isa<LinkageSpecDecl>(around);
       around = around->getLexicalParent())
    outermost = Decl::castFromDeclContext(around);
  return outermost->getEndLoc();
}

llvm::StringSet<> namesDeclaredAfter(ASTContext &context, const std::vector<Decl *> &top_level,
                                     SourceLocation place) {
  LaterNames later(context.getSourceManager(), place);
  for (const Decl *decl : top_level)
    later.visit(decl);
  addLaterMacros(context, place, later.names);
  return std::move(later.names);
}

} // namespace jithost

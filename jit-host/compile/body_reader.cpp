// A body is read again as clang itself reads the bodies of templates late (-fdelayed-template-
// parsing): its tokens are handed to the parser, which enters the scopes the function stands in.
// The old body is dropped before. What a body read at the end of the file could see and one read in
// its place could not is looked for beforehand: then the unit is read as a whole.
//
// A function or constant that came is read as if the file went on with it, in its namespaces,
// opened once more. Its name must be one that stood nowhere before, in the program or in a library:
// so no code that is not read again could mean it.
#include "body_reader.h"

#include "raw_text.h"
#include "source_text.h"
#include "unit_consumer.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Parse/Parser.h>
#include <llvm/Support/MemoryBuffer.h>

#include <set>

using namespace clang;

namespace jithost {
namespace {

constexpr const char *kDoesNotCompile = "it does not compile";

/// A setting that stands in no token of a body.
bool hasPragma(const std::string &text) {
  for (size_t at = 0; (at = text.find("pragma", at)) != std::string::npos; ++at)
    if (text.compare(at, 11, "pragma once") != 0)
      return true;
  return false;
}

template <typename Names> std::string firstOf(ArrayRef<Token> tokens, const Names &names) {
  for (const Token &token : tokens)
    if (const IdentifierInfo *name = token.isAnnotation() ? nullptr : token.getIdentifierInfo())
      if (names.contains(name->getName()))
        return name->getName().str();
  return "";
}

/// The one thing that was declared, in however many namespaces; null: there are several.
Decl *onlyDeclaration(DeclGroupRef declared) {
  if (!declared.isSingleDecl())
    return nullptr;
  Decl *decl = declared.getSingleDecl();
  while (isa<NamespaceDecl, LinkageSpecDecl>(decl)) {
    auto *context = Decl::castToDeclContext(decl);
    if (context->decls_empty() || std::next(context->decls_begin()) != context->decls_end())
      return nullptr;
    decl = *context->decls_begin();
  }
  return decl;
}

/// A number that is known when the program is compiled: nothing is run for it, and nothing else can
/// see it.
bool isConstant(const VarDecl &variable) {
  return variable.getType().isConstQualified() && variable.getType()->isArithmeticType() &&
         !variable.getType().isVolatileQualified() && !isa<DecompositionDecl>(variable) &&
         variable.getFormalLinkage() == Linkage::Internal && !variable.getPreviousDecl() &&
         variable.hasConstantInitialization();
}

bool standsForItself(const FunctionDecl &function) {
  return function.doesThisDeclarationHaveABody() && !isa<CXXMethodDecl>(function) &&
         !function.isTemplated() && !function.getPreviousDecl() &&
         function.getDeclName().isIdentifier();
}

} // namespace

BodyReader::BodyReader(UnitConsumer &consumer) : consumer_(consumer), sema_(consumer.sema()) {}

std::string BodyReader::read(BodiesOfFiles &bodies, const std::vector<SourceFile> &sources,
                             std::map<std::string, PlaceMap> &moved) {
  if (std::string why = findChanges(bodies, sources); !why.empty())
    return why;
  std::vector<llvm::StringSet<>> unknown; // before anything new is lexed, which makes names known
  for (const ChangedFile &changed : changed_files_)
    for (const InsertedDeclaration &inserted : changed.changes.inserted)
      unknown.push_back(unknownNames(inserted, changed.source->text));
  for (ChangedFile &changed : changed_files_) {
    if (!moved.emplace(changed.source->path, changed.changes.places).second)
      return changed.source->path + " is included twice";
    for (const InsertedDeclaration &inserted : changed.changes.inserted) {
      NewDeclaration taken;
      taken.unknown_names = std::move(unknown[declarations_.size()]);
      if (std::string why = takeDeclaration(inserted, changed, std::move(taken)); !why.empty())
        return why;
    }
    for (auto [index, range] : changed.changes.bodies)
      if (std::string why = takeBody(bodies[changed.file][index], range, changed); !why.empty())
        return why;
  }
  // Not before all of it is tokens: what the parser leaves in the preprocessor is no place to begin
  // a file at.
  sema_.TUScope = sema_.getCurScope(); // the end of the file took it away
  for (NewDeclaration &declaration : declarations_)
    if (std::string why = readDeclaration(declaration); !why.empty())
      return why;
  for (NewBody &body : bodies_)
    if (std::string why = readBody(body); !why.empty())
      return why;
  return "";
}

std::string BodyReader::findChanges(BodiesOfFiles &bodies, const std::vector<SourceFile> &sources) {
  SourceManager &manager = sema_.getSourceManager();
  for (unsigned i = 0; i < manager.local_sloc_entry_size(); ++i) {
    const SrcMgr::SLocEntry &entry = manager.getLocalSLocEntry(i);
    if (!entry.isFile() || !entry.getFile().getContentCache().OrigEntry)
      continue;
    std::string path = programPath(entry.getFile().getContentCache().OrigEntry->getName());
    for (const SourceFile &source : sources) {
      if (source.path != path)
        continue;
      FileID file = manager.getFileID(SourceLocation::getFromRawEncoding(entry.getOffset()));
      if (std::string why = compareFile(file, source, bodies[file]); !why.empty())
        return why;
    }
  }
  return "";
}

std::string BodyReader::compareFile(FileID file, const SourceFile &source,
                                    const std::vector<FoundBody> &bodies) {
  std::string before = sema_.getSourceManager().getBufferData(file).str();
  if (before == source.text)
    return "";
  if (hasPragma(before) || hasPragma(source.text))
    return "a pragma";
  std::vector<BodyRange> ranges;
  for (const FoundBody &body : bodies)
    ranges.push_back(body.range);
  auto changes = compareBodies(before, ranges, source.text, sema_.getLangOpts());
  if (!changes)
    return "more than bodies of functions changed";
  if (!changes->inserted.empty() && file != sema_.getSourceManager().getMainFileID())
    return "a declaration came in a header";
  for (const InsertedInclude &include : changes->includes)
    if (!isThereAlready(include, file))
      return "a header came";
  changed_files_.push_back({file, &source, std::move(*changes)});
  return "";
}

/// LibTorch includes most of the C++ library: to include that once more brings nothing.
bool BodyReader::isThereAlready(const InsertedInclude &include, FileID file) {
  llvm::StringRef name = include.header;
  bool angled = name.consume_front("<") && name.consume_back(">");
  if (!angled && !(name.consume_front("\"") && name.consume_back("\"")))
    return false; // a macro
  Preprocessor &preprocessor = sema_.getPreprocessor();
  SourceManager &sources = sema_.getSourceManager();
  SourceLocation place = sources.getLocForStartOfFile(file).getLocWithOffset(include.before);
  HeaderSearch &search = preprocessor.getHeaderSearchInfo();
  FileEntryRef own = *sources.getFileEntryRefForID(file);
  std::pair<OptionalFileEntryRef, DirectoryEntryRef> beside{own, own.getDir()};
  OptionalFileEntryRef header =
      search.LookupFile(name, place, angled, nullptr, nullptr, beside, nullptr, nullptr, nullptr,
                        nullptr, nullptr, nullptr);
  if (!header || !search.isFileMultipleIncludeGuarded(*header) ||
      !preprocessor.alreadyIncluded(*header))
    return false;
  // Not further on; what is precompiled comes before everything.
  FileID first = sources.translateFile(*header);
  return first.isInvalid() || sources.isLoadedFileID(first) ||
         sources.isBeforeInTranslationUnit(sources.getLocForStartOfFile(first), place);
}

llvm::StringSet<> BodyReader::unknownNames(const InsertedDeclaration &inserted,
                                           const std::string &text) {
  llvm::StringSet<> unknown;
  std::string own = text.substr(inserted.range.begin, inserted.range.end - inserted.range.begin);
  RawText tokens(own, sema_.getLangOpts());
  for (size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i].kind == tok::raw_identifier && !isKnown(tokens.spelling(i)))
      unknown.insert(tokens.spelling(i));
  return unknown;
}

/// To the unit, or to what is precompiled.
bool BodyReader::isKnown(llvm::StringRef name) {
  IdentifierTable &names = sema_.getPreprocessor().getIdentifierTable();
  if (names.find(name) != names.end())
    return true;
  IdentifierInfoLookup *precompiled = names.getExternalIdentifierLookup();
  return precompiled && precompiled->get(name);
}

/// A name in `tokens` that cannot be seen from `place`, though it can from the end of the file.
std::string BodyReader::firstUnseen(ArrayRef<Token> tokens, SourceLocation place) {
  llvm::StringSet<> unseen = namesDeclaredAfter(sema_.getASTContext(), consumer_.topLevel(), place);
  if (unseen.contains("operator"))
    return "an operator";
  if (unseen.contains("using"))
    return "a using directive";
  return firstOf(tokens, unseen);
}

std::string BodyReader::takeBody(const FoundBody &body, BodyRange range,
                                 const ChangedFile &changed) {
  NewBody taken;
  lex(range, changed, taken.late.Toks);
  taken.end_of_scope = endOfScope(*body.function);
  if (std::string name = firstUnseen(taken.late.Toks, taken.end_of_scope); !name.empty())
    return name + " is declared further on";
  taken.late.D = body.function;
  taken.late.FPO = FPOptions(sema_.getLangOpts());
  bodies_.push_back(std::move(taken));
  return "";
}

std::string BodyReader::takeDeclaration(const InsertedDeclaration &inserted,
                                        const ChangedFile &changed, NewDeclaration taken) {
  SourceManager &sources = sema_.getSourceManager();
  taken.place = sources.getLocForStartOfFile(changed.file).getLocWithOffset(inserted.before);
  for (const std::string &head : inserted.namespaces)
    lexText(head, "namespaces", taken.tokens);
  lex(inserted.range, changed, taken.tokens);
  lexText(std::string(inserted.namespaces.size(), '}'), "namespaces", taken.tokens);
  if (std::string name = firstUnseen(taken.tokens, taken.place); !name.empty())
    return name + " is declared further on";
  declarations_.push_back(std::move(taken));
  return "";
}

std::string BodyReader::readBody(NewBody &body) {
  for (const NewDeclaration &other : declarations_)
    if (sema_.getSourceManager().isBeforeInTranslationUnit(body.end_of_scope, other.place) &&
        !firstOf(body.late.Toks, std::set<llvm::StringRef>{other.name}).empty())
      return other.name + " is declared further on";
  auto *function = cast<FunctionDecl>(body.late.D);
  function->setBody(nullptr);
  for (Decl *local : std::vector<Decl *>(function->decls_begin(), function->decls_end()))
    function->removeDecl(local); // clang would find it in the new body
  sema_.LateTemplateParser(sema_.OpaqueParser, body.late);
  read_functions_.push_back(function);
  return sema_.getDiagnostics().hasErrorOccurred() ? kDoesNotCompile : "";
}

std::string BodyReader::readDeclaration(NewDeclaration &declaration) {
  auto &parser = *static_cast<Parser *>(sema_.OpaqueParser);
  declaration.tokens.push_back(parser.getCurToken()); // the file's end
  sema_.getPreprocessor().EnterTokenStream(declaration.tokens, true, /*IsReinject=*/true);
  parser.ConsumeAnyToken();
  Parser::DeclGroupPtrTy declared;
  Sema::ModuleImportState no_module = Sema::ModuleImportState::NotACXX20Module;
  parser.ParseTopLevelDecl(declared, no_module);
  if (sema_.getDiagnostics().hasErrorOccurred() || !parser.getCurToken().is(tok::eof) || !declared)
    return kDoesNotCompile;
  Decl *decl = onlyDeclaration(declared.get());
  if (auto *function = dyn_cast_or_null<FunctionDecl>(decl); function && standsForItself(*function))
    read_functions_.push_back(function);
  else if (auto *variable = dyn_cast_or_null<VarDecl>(decl); variable && isConstant(*variable))
    read_constants_.push_back(variable);
  else
    return "more than a function or a number came";
  declaration.name = cast<NamedDecl>(decl)->getName().str();
  if (!declaration.unknown_names.contains(declaration.name))
    return "something came whose name stood somewhere before: " + declaration.name;
  return "";
}

std::string BodyReader::finish() {
  sema_.DefineUsedVTables();
  sema_.PerformPendingInstantiations();
  if (sema_.getDiagnostics().hasErrorOccurred())
    return kDoesNotCompile;
  SourceText text(sema_.getASTContext());
  for (const TagDecl *type : consumer_.newTypes())
    if (isa<ClassTemplateSpecializationDecl>(type) && text.isProgramCode(type->getLocation()))
      return "it instantiates a class of the program";
  for (const VarDecl *variable : consumer_.newVariables())
    if (text.isProgramCode(variable->getLocation()))
      return "it instantiates a variable of the program";
  return "";
}

/// A part of the new text at its place: everything in front of it is blank, so that lines and
/// columns are those of the file.
template <typename Tokens>
void BodyReader::lex(BodyRange range, const ChangedFile &changed, Tokens &tokens) {
  std::string blanked = changed.source->text.substr(0, range.end);
  for (unsigned i = 0; i < range.begin; ++i)
    if (blanked[i] != '\n')
      blanked[i] = ' ';
  auto entry = sema_.getSourceManager().getFileEntryRefForID(changed.file);
  lexText(std::move(blanked), entry->getName().str(), tokens);
}

template <typename Tokens>
void BodyReader::lexText(std::string text, const std::string &name, Tokens &tokens) {
  FileID file =
      sema_.getSourceManager().createFileID(llvm::MemoryBuffer::getMemBufferCopy(text, name));
  Preprocessor &preprocessor = sema_.getPreprocessor();
  preprocessor.EnterSourceFile(file, nullptr, SourceLocation());
  Token token;
  for (preprocessor.Lex(token); token.isNot(tok::eof); preprocessor.Lex(token))
    tokens.push_back(token);
}

} // namespace jithost

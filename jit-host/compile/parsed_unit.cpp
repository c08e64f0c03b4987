// Marking and generating from a living AST; and reading bodies anew in it.
//
// A body is read again as clang itself reads the bodies of templates late (-fdelayed-template-
// parsing): its tokens are handed to the parser, which enters the scopes the function stands in.
// The old body is dropped before. What a body read at the end of the file could see and one read in
// its place could not is looked for beforehand: then the unit is read as a whole.
#include "parsed_unit.h"

#include "available_source.h"
#include "body_finder.h"
#include "code_hash.h"
#include "name_pinner.h"
#include "source_text.h"
#include "statement_marker.h"
#include "table_update.h"
#include "unit_consumer.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Sema/Sema.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <set>

using namespace clang;

namespace jithost {

struct ParsedUnit::Parts {
  UnitConsumer &consumer;
  const CompileJob &job;
  CompiledUnit &unit;
  BodiesOfFiles bodies;
  std::map<std::string, FunctionDecl *> by_symbol; // those of `bodies`

  Markings markings() const { return {job.injection, job.checks}; }
  ASTContext &context() { return consumer.sema().getASTContext(); }
  CompiledUnit finish(StatementTable table);
  void collectProgramFiles();
};

namespace {

/// Reads new bodies into functions that exist.
class BodyReader {
public:
  BodyReader(UnitConsumer &consumer) : consumer_(consumer), sema_(consumer.sema()) {}

  std::vector<FunctionDecl *> read_functions;

  /// \param text of the whole file
  /// \return why this cannot be done here; empty: taken up
  std::string take(FunctionDecl *function, BodyRange range, const std::string &path,
                   const std::string &text) {
    LateParsedTemplate late;
    lex(range, path, text, late.Toks);
    llvm::StringSet<> unseen =
        namesDeclaredAfter(sema_.getASTContext(), consumer_.topLevel(), *function);
    if (std::string name = firstOf(late.Toks, unseen); !name.empty())
      return name + " is declared further on";
    late.D = function;
    late.FPO = FPOptions(sema_.getLangOpts());
    taken_.push_back(std::move(late));
    return "";
  }

  /// Reads all that was taken up. Not before all of it is tokens: what the parser leaves in the
  /// preprocessor is no place to begin a file at.
  std::string read() {
    sema_.TUScope = sema_.getCurScope(); // the end of the file took it away
    for (LateParsedTemplate &late : taken_) {
      auto *function = cast<FunctionDecl>(late.D);
      function->setBody(nullptr);
      for (Decl *local : std::vector<Decl *>(function->decls_begin(), function->decls_end()))
        function->removeDecl(local); // clang would find it in the new body
      sema_.LateTemplateParser(sema_.OpaqueParser, late);
      read_functions.push_back(function);
      if (sema_.getDiagnostics().hasErrorOccurred())
        return "it does not compile";
    }
    return "";
  }

  /// What the new bodies need to be instantiated.
  std::string finish() {
    sema_.DefineUsedVTables();
    sema_.PerformPendingInstantiations();
    if (sema_.getDiagnostics().hasErrorOccurred())
      return "it does not compile";
    SourceText text(sema_.getASTContext());
    for (const TagDecl *type : consumer_.newTypes())
      if (isa<ClassTemplateSpecializationDecl>(type) && text.isProgramCode(type->getLocation()))
        return "it instantiates a class of the program";
    for (const VarDecl *variable : consumer_.newVariables())
      if (text.isProgramCode(variable->getLocation()))
        return "it instantiates a variable of the program";
    return "";
  }

private:
  /// The body alone, at its place: everything in front of it is blank, so that lines and columns
  /// are those of the file.
  void lex(BodyRange range, const std::string &path, const std::string &text,
           CachedTokens &tokens) {
    std::string blanked = text.substr(0, range.end);
    for (unsigned i = 0; i < range.begin; ++i)
      if (blanked[i] != '\n')
        blanked[i] = ' ';
    SourceManager &sources = sema_.getSourceManager();
    FileID file = sources.createFileID(llvm::MemoryBuffer::getMemBufferCopy(blanked, path));
    Preprocessor &preprocessor = sema_.getPreprocessor();
    preprocessor.EnterSourceFile(file, nullptr, SourceLocation());
    Token token;
    for (preprocessor.Lex(token); token.isNot(tok::eof); preprocessor.Lex(token))
      tokens.push_back(token);
  }

  static std::string firstOf(const CachedTokens &tokens, const llvm::StringSet<> &names) {
    if (names.contains("operator"))
      return "an operator";
    if (names.contains("using"))
      return "a using directive";
    for (const Token &token : tokens)
      if (const IdentifierInfo *name = token.isAnnotation() ? nullptr : token.getIdentifierInfo())
        if (names.contains(name->getName()))
          return name->getName().str();
    return "";
  }

  UnitConsumer &consumer_;
  Sema &sema_;
  std::vector<LateParsedTemplate> taken_;
};

/// What somebody may call: several symbols of a constructor or destructor.
std::vector<GlobalDecl> symbolsOf(const FunctionDecl &function) {
  if (auto *constructor = dyn_cast<CXXConstructorDecl>(&function))
    return {GlobalDecl(constructor, Ctor_Base), GlobalDecl(constructor, Ctor_Complete)};
  if (auto *destructor = dyn_cast<CXXDestructorDecl>(&function)) {
    std::vector<GlobalDecl> symbols{GlobalDecl(destructor, Dtor_Base),
                                    GlobalDecl(destructor, Dtor_Complete)};
    if (destructor->isVirtual())
      symbols.push_back(GlobalDecl(destructor, Dtor_Deleting));
    return symbols;
  }
  return {GlobalDecl(&function)};
}

/// Whoever calls them may not be in the module.
void generateAnyway(const std::vector<FunctionDecl *> &functions) {
  for (FunctionDecl *function : functions)
    function->addAttr(UsedAttr::CreateImplicit(function->getASTContext()));
}

/// Settings under which the level of optimisation changes results, or that stand in no token.
std::string obstacleTo(const LangOptions &options) {
  if (options.FastMath || options.UnsafeFPMath ||
      options.getDefaultFPContractMode() == LangOptions::FPModeKind::FPM_Fast)
    return "the code may be computed in other ways at other levels of optimisation";
  return "";
}

bool hasPragma(const std::string &text) {
  for (size_t at = 0; (at = text.find("pragma", at)) != std::string::npos; ++at)
    if (text.compare(at, 11, "pragma once") != 0)
      return true;
  return false;
}

/// One file of the unit that `source` is the newer text of.
std::string readFile(UnitConsumer &consumer, FileID file, const SourceFile &source,
                     const std::vector<FoundBody> &bodies, BodyReader &reader,
                     std::map<std::string, PlaceMap> &moved) {
  SourceManager &sources = consumer.sema().getSourceManager();
  std::string before = sources.getBufferData(file).str();
  if (before == source.text)
    return "";
  if (hasPragma(before) || hasPragma(source.text))
    return "a pragma";
  std::vector<BodyRange> ranges;
  for (const FoundBody &body : bodies)
    ranges.push_back(body.range);
  auto changes = compareBodies(before, ranges, source.text, consumer.sema().getLangOpts());
  if (!changes)
    return "more than bodies of functions changed";
  if (!moved.emplace(source.path, std::move(changes->places)).second)
    return source.path + " is included twice";
  std::string name = sources.getFileEntryRefForID(file)->getName().str();
  for (auto [index, range] : changes->bodies)
    if (std::string why = reader.take(bodies[index].function, range, name, source.text);
        !why.empty())
      return why;
  return "";
}

/// Reads all bodies that differ.
std::string readChanged(UnitConsumer &consumer, BodiesOfFiles &bodies,
                        const std::vector<SourceFile> &sources, BodyReader &reader,
                        std::map<std::string, PlaceMap> &moved) {
  SourceManager &manager = consumer.sema().getSourceManager();
  unsigned count = manager.local_sloc_entry_size(); // reading adds some
  for (unsigned i = 0; i < count; ++i) {
    const SrcMgr::SLocEntry &entry = manager.getLocalSLocEntry(i);
    if (!entry.isFile() || !entry.getFile().getContentCache().OrigEntry)
      continue;
    std::string path = programPath(entry.getFile().getContentCache().OrigEntry->getName());
    for (const SourceFile &source : sources) {
      if (source.path != path)
        continue;
      FileID file = manager.getFileID(SourceLocation::getFromRawEncoding(entry.getOffset()));
      std::string why = readFile(consumer, file, source, bodies[file], reader, moved);
      if (!why.empty())
        return why;
    }
  }
  return "";
}

std::vector<LocalName> namesInside(const std::vector<LocalName> &names,
                                   const std::vector<std::string> &encodings) {
  std::vector<LocalName> inside;
  for (const LocalName &name : names)
    if (standsInside(name.owner, encodings))
      inside.push_back(name);
  return inside;
}

} // namespace

ParsedUnit::ParsedUnit(UnitConsumer &consumer, const CompileJob &job, CompiledUnit &unit)
    : parts_(new Parts{consumer, job, unit, BodiesOfFiles(), {}}) {}
ParsedUnit::~ParsedUnit() = default;

CompiledUnit ParsedUnit::Parts::finish(StatementTable table) {
  unit.table = std::move(table);
  if (!context().getDiagnostics().hasErrorOccurred())
    unit.module.reset(consumer.generator().ReleaseModule());
  // A setting of the code generator, which runs later, from this module alone.
  if (unit.module &&
      context().getLangOpts().getDefaultFPContractMode() == LangOptions::FPModeKind::FPM_Fast)
    unit.module->addModuleFlag(llvm::Module::Override, kContractFlag, 1);
  unit.ok = unit.module != nullptr;
  if (unit.ok)
    hashCode(*unit.module, unit.table);
  return std::move(unit);
}

void ParsedUnit::Parts::collectProgramFiles() {
  const SourceManager &sources = context().getSourceManager();
  std::set<std::string> seen;
  for (unsigned i = 0; i < sources.local_sloc_entry_size(); ++i) {
    const SrcMgr::SLocEntry &entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile() || SrcMgr::isSystem(entry.getFile().getFileCharacteristic()))
      continue;
    const SrcMgr::ContentCache &content = entry.getFile().getContentCache();
    auto buffer = content.getBufferIfLoaded();
    if (!content.OrigEntry || !buffer)
      continue;
    std::string path = programPath(content.OrigEntry->getName());
    if (isLibraryHeader(path) || !seen.insert(path).second)
      continue;
    unit.program_files.push_back({path, buffer->getBuffer().str()});
    if (buffer->getBuffer().contains(".incbin"))
      unit.repeatable = false;
  }
}

CompiledUnit ParsedUnit::generate(const IsAvailable &available) {
  ASTContext &context = parts_->context();
  auto mangle = [this](GlobalDecl decl) { return parts_->consumer.mangle(decl); };
  std::vector<FunctionDecl *> marked;
  StatementTable table = markStatements(context, parts_->consumer.topLevel(), parts_->markings(),
                                        mangle, parts_->job.names_before, marked);
  SourceText text(context);
  std::vector<FunctionDecl *> wanted;
  if (available && obstacleTo(context.getLangOpts()).empty()) {
    parts_->unit.partial = true;
    auto has = [&](GlobalDecl symbol) { return available(mangle(symbol)); };
    // Library functions that use them, and of which no code is made, may be all that does.
    for (FunctionDecl *function : marked)
      if (std::vector<GlobalDecl> symbols = symbolsOf(*function);
          std::any_of(symbols.begin(), symbols.end(), has))
        wanted.push_back(function);
    generateAnyway(wanted);
    useAvailable(context, [&](const FunctionDecl &function) {
      std::vector<GlobalDecl> symbols = symbolsOf(function);
      return !text.isProgramCode(function.getLocation()) &&
             std::all_of(symbols.begin(), symbols.end(), has);
    });
  }
  parts_->collectProgramFiles();
  parts_->consumer.generate(wanted);
  return parts_->finish(std::move(table));
}

void ParsedUnit::makeReady() {
  pinLambdas(
      parts_->context(), parts_->consumer.topLevel(),
      [this](GlobalDecl decl) { return parts_->consumer.mangle(decl); }, parts_->job.names_before);
  parts_->consumer.announce();
  parts_->bodies = findBodies(parts_->context(), parts_->consumer.topLevel());
  for (const auto &file : parts_->bodies)
    for (const FoundBody &body : file.second)
      parts_->by_symbol[parts_->consumer.mangle(globalDecl(body.function))] = body.function;
}

ChangedBodies ParsedUnit::generateChanged(const std::vector<SourceFile> &sources,
                                          const std::vector<LocalName> &names_before,
                                          const ComingAlongWith &along,
                                          const IsAvailable &available) {
  UnitConsumer &consumer = parts_->consumer;
  ASTContext &context = parts_->context();
  ChangedBodies result;
  BodyReader reader(consumer);
  result.why_not = obstacleTo(context.getLangOpts());
  if (result.why_not.empty())
    result.why_not = readChanged(consumer, parts_->bodies, sources, reader, result.moved);
  if (result.why_not.empty())
    result.why_not = reader.read();
  if (result.why_not.empty())
    result.why_not = reader.finish();
  if (!result.why_not.empty()) {
    if (context.getDiagnostics().hasErrorOccurred())
      result.diagnostics = parts_->unit.diagnostics;
    return result;
  }
  auto mangle = [&](GlobalDecl decl) { return consumer.mangle(decl); };
  std::vector<FunctionDecl *> functions = reader.read_functions;
  std::vector<std::string> symbols;
  for (FunctionDecl *function : functions)
    symbols.push_back(mangle(globalDecl(function)));
  for (const std::string &symbol : along(symbols))
    if (auto found = parts_->by_symbol.find(symbol);
        found != parts_->by_symbol.end() && !llvm::is_contained(functions, found->second)) {
      functions.push_back(found->second);
      symbols.push_back(symbol);
    }
  for (const std::string &symbol : symbols)
    result.encodings.push_back(encodingOf(symbol));
  functions.insert(functions.end(), consumer.instantiated().begin(), consumer.instantiated().end());
  StatementTable table =
      markFunctions(context, functions, parts_->markings(), mangle,
                    namesInside(names_before, result.encodings), result.moved, functions);
  std::set<const FunctionDecl *> wanted(functions.begin(), functions.end());
  useAvailable(context, [&](const FunctionDecl &function) {
    std::vector<GlobalDecl> symbols = symbolsOf(function);
    return !wanted.count(&function) &&
           std::all_of(symbols.begin(), symbols.end(),
                       [&](GlobalDecl symbol) { return available(mangle(symbol)); });
  });
  generateAnyway(functions);
  consumer.generateNew(functions);
  result.unit = parts_->finish(std::move(table));
  if (!result.unit.ok)
    result.why_not = "it does not compile";
  return result;
}

} // namespace jithost

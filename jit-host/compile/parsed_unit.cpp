// Marking and generating from a living AST; and reading bodies anew in it.
#include "parsed_unit.h"

#include "available_source.h"
#include "body_reader.h"
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
    result.why_not = reader.read(parts_->bodies, sources, result.moved);
  if (result.why_not.empty())
    result.why_not = reader.finish();
  if (!result.why_not.empty()) {
    if (context.getDiagnostics().hasErrorOccurred())
      result.diagnostics = parts_->unit.diagnostics;
    return result;
  }
  auto mangle = [&](GlobalDecl decl) { return consumer.mangle(decl); };
  std::vector<FunctionDecl *> functions = reader.readFunctions();
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
  for (VarDecl *constant : reader.readConstants())
    consumer.HandleTopLevelDecl(DeclGroupRef(constant)); // generated where it is used
  StatementTable table =
      markFunctions(context, functions, reader.readConstants(), parts_->markings(), mangle,
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

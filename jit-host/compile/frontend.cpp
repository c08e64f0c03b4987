// Clang in process. Code is generated once the whole file has been read, from an AST that the
// statement marker has changed: a consumer in front of clang's own keeps its events back until
// then.
#include "frontend.h"

#include "code_hash.h"
#include "marker_names.h"
#include "source_text.h"
#include "statement_marker.h"

#include <clang/AST/DeclGroup.h>
#include <clang/AST/GlobalDecl.h>
#include <clang/Basic/DiagnosticOptions.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <functional>
#include <set>

using namespace clang;

namespace jithost {
namespace {

/// Keeps the events of one translation unit, marks its functions at the end, then plays the events
/// to clang's code generator in their order.
class MarkingConsumer : public ASTConsumer {
public:
  MarkingConsumer(std::unique_ptr<CodeGenerator> generator, const CompileJob &job,
                  StatementTable &table)
      : generator_(std::move(generator)), job_(job), table_(table) {}

  void Initialize(ASTContext &context) override { generator_->Initialize(context); }
  bool HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl *decl : group)
      top_level_.push_back(decl);
    return later([=](CodeGenerator &g) { g.HandleTopLevelDecl(group); });
  }
  void HandleInlineFunctionDefinition(FunctionDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleInlineFunctionDefinition(d); });
  }
  void HandleInterestingDecl(DeclGroupRef group) override {
    later([=](CodeGenerator &g) { g.HandleInterestingDecl(group); }); // from a precompiled header
  }
  void HandleTagDeclDefinition(TagDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleTagDeclDefinition(d); });
  }
  void HandleTagDeclRequiredDefinition(const TagDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleTagDeclRequiredDefinition(d); });
  }
  void HandleCXXImplicitFunctionInstantiation(FunctionDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleCXXImplicitFunctionInstantiation(d); });
  }
  void CompleteTentativeDefinition(VarDecl *d) override {
    later([=](CodeGenerator &g) { g.CompleteTentativeDefinition(d); });
  }
  void CompleteExternalDeclaration(DeclaratorDecl *d) override {
    later([=](CodeGenerator &g) { g.CompleteExternalDeclaration(d); });
  }
  void AssignInheritanceModel(CXXRecordDecl *d) override {
    later([=](CodeGenerator &g) { g.AssignInheritanceModel(d); });
  }
  void HandleCXXStaticMemberVarInstantiation(VarDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleCXXStaticMemberVarInstantiation(d); });
  }
  void HandleVTable(CXXRecordDecl *d) override {
    later([=](CodeGenerator &g) { g.HandleVTable(d); });
  }
  void HandleTranslationUnit(ASTContext &context) override {
    if (context.getDiagnostics().hasErrorOccurred())
      return;
    table_ = markStatements(
        context, top_level_, job_.injection,
        [this](GlobalDecl decl) { return generator_->GetMangledName(decl).str(); },
        job_.names_before);
    replaying_ = true;
    for (auto &event : events_)
      event(*generator_);
    generator_->HandleTranslationUnit(context);
  }
  CodeGenerator &generator() { return *generator_; }

private:
  bool later(std::function<void(CodeGenerator &)> event) {
    // Generating code loads more of a precompiled header, which brings events of its own.
    if (replaying_)
      event(*generator_);
    else
      events_.push_back(std::move(event));
    return true;
  }

  std::unique_ptr<CodeGenerator> generator_;
  const CompileJob &job_;
  StatementTable &table_;
  std::vector<Decl *> top_level_;
  bool replaying_ = false;
  std::vector<std::function<void(CodeGenerator &)>> events_;
};

/// Macros whose values no file has.
class ClockWatcher : public PPCallbacks {
public:
  explicit ClockWatcher(bool &repeatable) : repeatable_(repeatable) {}
  void MacroExpands(const Token &name, const MacroDefinition &, SourceRange,
                    const MacroArgs *) override {
    llvm::StringRef text = name.getIdentifierInfo()->getName();
    if (text == "__DATE__" || text == "__TIME__" || text == "__TIMESTAMP__")
      repeatable_ = false;
  }

private:
  bool &repeatable_;
};

class MarkAction : public ASTFrontendAction {
public:
  MarkAction(llvm::LLVMContext &context, const CompileJob &job, CompiledUnit &unit)
      : context_(context), job_(job), unit_(unit) {}
  std::unique_ptr<llvm::Module> module;

protected:
  bool BeginSourceFileAction(CompilerInstance &compiler) override {
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<ClockWatcher>(unit_.repeatable));
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &compiler,
                                                 StringRef file) override {
    std::unique_ptr<CodeGenerator> generator(
        CreateLLVMCodeGen(compiler.getDiagnostics(), file, &compiler.getVirtualFileSystem(),
                          compiler.getHeaderSearchOpts(), compiler.getPreprocessorOpts(),
                          compiler.getCodeGenOpts(), context_));
    auto consumer = std::make_unique<MarkingConsumer>(std::move(generator), job_, unit_.table);
    consumer_ = consumer.get();
    return consumer;
  }

  void EndSourceFileAction() override {
    CompilerInstance &compiler = getCompilerInstance();
    if (!compiler.getDiagnostics().hasErrorOccurred())
      module.reset(consumer_->generator().ReleaseModule());
    // A setting of the code generator, which runs later, from this module alone.
    if (module &&
        compiler.getLangOpts().getDefaultFPContractMode() == LangOptions::FPModeKind::FPM_Fast)
      module->addModuleFlag(llvm::Module::Override, kContractFlag, 1);
    collectProgramFiles(compiler.getSourceManager());
  }

private:
  void collectProgramFiles(const SourceManager &sources) {
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
      unit_.program_files.push_back({path, buffer->getBuffer().str()});
      if (buffer->getBuffer().contains(".incbin"))
        unit_.repeatable = false;
    }
  }

  llvm::LLVMContext &context_;
  const CompileJob &job_;
  CompiledUnit &unit_;
  MarkingConsumer *consumer_ = nullptr;
};

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> overlay(const std::vector<SourceFile> &sources) {
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const SourceFile &source : sources)
    memory->addFile(source.path, 0, llvm::MemoryBuffer::getMemBufferCopy(source.text, source.path));
  auto result =
      llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(llvm::vfs::getRealFileSystem());
  result->pushOverlay(memory);
  return result;
}

/// Files on disk that `files` was asked for; those of the program with their content.
std::vector<FileState> filesRead(const FileRecorder &files, const CompileJob &job,
                                 const std::vector<SourceFile> &program_files) {
  std::map<std::string, uint64_t> program;
  for (const SourceFile &file : program_files)
    program[file.path] = contentHash(file.text);
  std::vector<FileState> read = files.files();
  llvm::erase_if(read, [&](const FileState &file) {
    return llvm::any_of(job.sources, [&](const SourceFile &s) { return s.path == file.path; });
  });
  for (FileState &file : read)
    if (auto entry = program.find(programPath(file.path)); entry != program.end())
      file.content = entry->second;
  return read;
}

/// Runs `action` over `arguments`; clang's words go to `diagnostics`. `output` is for actions that
/// write a file: createInvocation drops -o.
bool runClang(const std::vector<std::string> &arguments,
              llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files, bool colours,
              FrontendAction &action, std::string &diagnostics, const std::string &output = "") {
  llvm::raw_string_ostream stream(diagnostics);
  stream.enable_colors(colours);
  auto options = llvm::makeIntrusiveRefCnt<DiagnosticOptions>();
  options->ShowColors = colours;
  auto printer = std::make_unique<TextDiagnosticPrinter>(stream, options.get());
  auto engine = CompilerInstance::createDiagnostics(options.get(), printer.get(), false);
  std::vector<const char *> raw;
  for (const std::string &argument : arguments)
    raw.push_back(argument.c_str());
  CreateInvocationOptions invocation_options;
  invocation_options.Diags = engine;
  invocation_options.VFS = files;
  std::shared_ptr<CompilerInvocation> invocation = createInvocation(raw, invocation_options);
  if (!invocation)
    return false;
  invocation->getFrontendOpts().DisableFree = false;
  invocation->getFrontendOpts().OutputFile = output;
  invocation->getCodeGenOpts().CXXCtorDtorAliases = false; // each variant has a body of its own
  invocation->getDiagnosticOpts().ShowColors = colours;
  CompilerInstance compiler;
  compiler.setInvocation(std::move(invocation));
  compiler.createDiagnostics(printer.get(), false);
  compiler.createFileManager(files);
  compiler.setVerboseOutputStream(stream); // "1 warning generated."
  return compiler.ExecuteAction(action) && !compiler.getDiagnostics().hasErrorOccurred();
}

} // namespace

CompiledUnit::CompiledUnit() = default;
CompiledUnit::CompiledUnit(CompiledUnit &&) = default;
CompiledUnit::~CompiledUnit() = default;

CompiledUnit compileUnit(const CompileJob &job, bool colours) {
  CompiledUnit unit;
  std::vector<std::string> arguments = clangArguments(job);
  if (!job.precompiled_header.empty())
    arguments.insert(arguments.end(), {"-include-pch", job.precompiled_header});
  arguments.insert(arguments.end(), {"-x", "c++", job.source});
  unit.context = std::make_unique<llvm::LLVMContext>();
  MarkAction action(*unit.context, job, unit);
  auto files = llvm::makeIntrusiveRefCnt<FileRecorder>(overlay(job.sources));
  unit.ok = runClang(arguments, files, colours, action, unit.diagnostics) && action.module;
  unit.files_read = filesRead(*files, job, unit.program_files);
  unit.module = std::move(action.module);
  if (unit.ok)
    hashCode(*unit.module, unit.table);
  return unit;
}

std::string makePrecompiledHeader(const CompileJob &job, const std::string &output) {
  std::string diagnostics;
  std::vector<std::string> arguments = clangArguments(job);
  std::string header = std::string(JIT_HOST_TORCH_INCLUDES) + "/torch/torch.h";
  arguments.insert(arguments.end(),
                   {"-Wno-pragma-once-outside-header", "-x", "c++-header", header});
  GeneratePCHAction action;
  if (runClang(arguments, overlay({}), false, action, diagnostics, output))
    return "";
  return diagnostics.empty() ? "clang gave no reason" : diagnostics;
}

} // namespace jithost

// Clang in process: arguments, files, diagnostics.
#include "frontend.h"

#include "parsed_unit.h"
#include "precompiled_header.h"
#include "source_text.h"
#include "unit_consumer.h"

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
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <functional>
#include <optional>

using namespace clang;

namespace jithost {
namespace {

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

class ParseAction : public ASTFrontendAction {
public:
  ParseAction(llvm::LLVMContext &context, bool &repeatable,
              std::function<void(UnitConsumer &)> at_end)
      : context_(context), repeatable_(repeatable), at_end_(std::move(at_end)) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &compiler) override {
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<ClockWatcher>(repeatable_));
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &compiler,
                                                 StringRef file) override {
    std::unique_ptr<CodeGenerator> generator(
        CreateLLVMCodeGen(compiler.getDiagnostics(), file, &compiler.getVirtualFileSystem(),
                          compiler.getHeaderSearchOpts(), compiler.getPreprocessorOpts(),
                          compiler.getCodeGenOpts(), context_));
    return std::make_unique<UnitConsumer>(std::move(generator), at_end_);
  }

private:
  llvm::LLVMContext &context_;
  bool &repeatable_;
  std::function<void(UnitConsumer &)> at_end_;
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
CompiledUnit &CompiledUnit::operator=(CompiledUnit &&) = default;
CompiledUnit::~CompiledUnit() = default;

static CompiledUnit parse(const CompileJob &job, bool colours,
                          llvm::IntrusiveRefCntPtr<FileRecorder> files,
                          const std::function<void(ParsedUnit &)> &parsed) {
  CompiledUnit unit;
  std::vector<std::string> arguments = clangArguments(job);
  if (!job.precompiled_header.empty())
    arguments.insert(arguments.end(), {"-include-pch", job.precompiled_header});
  arguments.insert(arguments.end(), {"-x", "c++", job.source});
  unit.context = std::make_unique<llvm::LLVMContext>();
  ParseAction action(*unit.context, unit.repeatable, [&](UnitConsumer &consumer) {
    ParsedUnit living(consumer, job, unit);
    parsed(living);
  });
  unit.ok = runClang(arguments, files, colours, action, unit.diagnostics);
  return unit;
}

CompiledUnit parseUnit(const CompileJob &job, bool colours,
                       const std::function<void(ParsedUnit &)> &parsed) {
  auto files = llvm::makeIntrusiveRefCnt<FileRecorder>(overlay(job.sources));
  return parse(job, colours, files, parsed);
}

CompiledUnit compileUnit(const CompileJob &job, bool colours, const IsAvailable &available) {
  auto files = llvm::makeIntrusiveRefCnt<FileRecorder>(overlay(job.sources));
  std::optional<CompiledUnit> result;
  CompiledUnit unread =
      parse(job, colours, files, [&](ParsedUnit &unit) { result = unit.generate(available); });
  if (!result)
    result = std::move(unread);
  else
    result->diagnostics += unread.diagnostics; // what clang says last
  result->files_read = filesRead(*files, job, result->program_files);
  return std::move(*result);
}

std::string makePrecompiledHeader(const CompileJob &job, const std::string &output,
                                  std::vector<FileState> &files_read) {
  std::string diagnostics;
  std::vector<std::string> arguments = clangArguments(job);
  arguments.insert(arguments.end(),
                   {"-Wno-pragma-once-outside-header", "-x", "c++-header", torchHeader()});
  auto files = llvm::makeIntrusiveRefCnt<FileRecorder>(overlay({}));
  GeneratePCHAction action;
  if (!runClang(arguments, files, false, action, diagnostics, output))
    return diagnostics.empty() ? "clang gave no reason" : diagnostics;
  files_read = files->files();
  llvm::erase_if(files_read, [](const FileState &file) { return !file.exists; });
  return "";
}

} // namespace jithost

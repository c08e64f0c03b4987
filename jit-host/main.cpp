// jit-host: runs a C++ program from its sources and pauses where it fails.
#include "compile/precompiled_header.h"
#include "instrument/body_names.h"
#include "options/options.h"
#include "pause/terminal_modes.h"
#include "paused_run/memory_pause.h"
#include "paused_run/paused_run.h"
#include "runtime/fault.h"
#include "runtime/hooks.h"
#include "runtime/injection.h"
#include "runtime/memory_reserve.h"
#include "trace/story.h"
#include "versions/compile_work.h"
#include "versions/first_version.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <iostream>
#include <optional>
#include <thread>
#include <unistd.h>

using namespace jithost;

namespace {

constexpr int kHostFailed = 70;
constexpr uint64_t kStackBytes = 512ull << 20; // address space; pages come when they are touched

[[noreturn]] void fail(const std::string &message, int code = kHostFailed) {
  std::fprintf(stderr, "jit-host: %s\n", message.c_str());
  std::exit(code);
}

template <typename T> T orFail(llvm::Expected<T> value) {
  if (!value)
    fail(llvm::toString(value.takeError()));
  return std::move(*value);
}

/// What the program's exit handlers and the hooks reach; lives as long as the process.
struct Run {
  Options options;
  CompileWork work;
  Session *session = nullptr;
  VersionStore versions;
  Metrics metrics;
  std::unique_ptr<PatchWatcher> watcher;
  std::unique_ptr<Console> console;
  std::unique_ptr<RunTrace> trace;
  std::unique_ptr<PausedRun> paused;
  std::vector<uint64_t> constructors;
  double started_ms = 0;
};
Run *run = nullptr;

/// Sources are read once, here: clang would map the file, and an editor that truncates it would end
/// clang.
std::string readFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true, /*RequiresNullTerminator=*/false,
                                            /*IsVolatile=*/true);
  if (!buffer)
    fail("cannot read " + path + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// LibTorch's header for these flags, made when it is not there yet. Empty for other sources.
std::string headerFor(CompileJob &job, Metrics &metrics) {
  if (!usesTorch(job.source, job.flags))
    return "";
  if (std::string reason = otherTorch(job.flags); !reason.empty())
    fail(job.source + ": " + reason);
  addTorchStandard(job.flags);
  std::string header = precompiledHeaderPath(job);
  if (llvm::sys::fs::exists(header))
    return header;
  std::fprintf(stderr, "jit-host: precompiling the torch header for these flags, once: about 15 "
                       "seconds ...\n");
  if (llvm::Error error = run->work.precompile(job, header))
    fail(llvm::toString(std::move(error)));
  metrics.precompiled_header_made = true;
  return header;
}

std::vector<CompileRequest> compileRequests(const Options &options, Metrics &metrics) {
  std::vector<CompileRequest> requests;
  for (const ProgramSource &source : options.sources) {
    CompileRequest request;
    request.job.source = source.path;
    request.job.sources.push_back({source.path, readFile(source.path)});
    request.job.unit = requests.size();
    request.job.flags = source.flags;
    request.job.optimisation = source.optimisation;
    request.job.injection = !options.inject.empty();
    request.job.checks = options.checks == "on" && !dependsOnOptimisation(source.flags);
    request.job.folder = source.folder;
    request.job.precompiled_header = headerFor(request.job, metrics);
    request.colours = isatty(STDERR_FILENO);
    requests.push_back(std::move(request));
  }
  return requests;
}

/// Later versions bring their sources along.
CompileJob withoutSources(CompileJob job) {
  job.sources.clear();
  return job;
}

/// A compile database may hold several programs, and so several of these.
void checkOneMain(const std::vector<CompileRequest> &requests,
                  const std::vector<FirstUnit> &units) {
  std::string sources;
  size_t count = 0;
  for (size_t i = 0; i < units.size(); ++i)
    if (units[i].defines_main && ++count)
      sources += (sources.empty() ? "" : ", ") + requests[i].job.source;
  if (count > 1)
    fail("main is defined by " + sources + ": name the sources of the one program that is to run");
}

LoadedVersion load(const std::vector<CompileJob> &jobs,
                   const std::vector<std::shared_ptr<UnitParts>> &parts) {
  LoadedVersion version;
  for (size_t i = 0; i < jobs.size(); ++i) {
    UnitDetails details = detailsOf(*parts[i]);
    Unit unit;
    unit.job = jobs[i];
    unit.table = details.table;
    unit.code = {
        std::make_shared<Code>(Code{std::move(details.table), std::move(details.bitcode), false})};
    unit.program_files = std::move(details.program_files);
    version.units.push_back(std::move(unit));
    version.emitted.push_back(std::move(details.emitted));
  }
  return version;
}

/// A compile error ends here with clang's own words.
void installProgram(const std::vector<CompileRequest> &requests,
                    const std::vector<FirstUnit> &units) {
  bool ok = true;
  for (const FirstUnit &unit : units) {
    std::fputs(unit.diagnostics.c_str(), stderr);
    ok &= unit.ok;
    run->metrics.compiled_units += unit.compiled;
    run->metrics.bodies += unit.bodies.size();
  }
  if (!ok)
    std::exit(1);
  checkOneMain(requests, units);
  std::vector<CompileJob> jobs;
  std::vector<std::shared_ptr<UnitParts>> parts;
  for (size_t i = 0; i < units.size(); ++i) {
    jobs.push_back(withoutSources(requests[i].job));
    parts.push_back(units[i].parts);
  }
  run->versions.installFirst([jobs, parts] { return load(jobs, parts); });
}

/// Only for programs that use it. Functions are bound when they are called first, as natively.
llvm::Expected<ObjectDescriber> loadTorchBridge() {
  std::string own = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  std::string library = llvm::sys::path::parent_path(own).str() + "/libjit-host-torch-bridge.so";
  void *handle = dlopen(library.c_str(), RTLD_LAZY | RTLD_GLOBAL);
  if (!handle)
    return llvm::createStringError(std::string("cannot load LibTorch: ") + dlerror());
  ObjectDescriber describer;
  auto find = [&](auto &function, const char *name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(handle, name));
  };
  find(describer.knows, "jit_host_knows_type");
  find(describer.describe, "jit_host_describe_object");
  find(describer.describe_briefly, "jit_host_describe_briefly");
  find(describer.layout, "jit_host_type_layout");
  return describer;
}

/// All sources as version 1. LibTorch takes a second to load: `describer`, if there is one, is
/// fetched in the meantime, on this thread, which will be the program's first.
llvm::Expected<std::vector<FirstUnit>> compileProgram(const std::vector<CompileRequest> &requests,
                                                      ObjectDescriber *describer) {
  auto compile = [&] {
    auto units = firstVersion(run->work, usersCache(), requests);
    run->metrics.compile_ms = nowMs() - run->started_ms;
    return units;
  };
  if (!describer)
    return compile();
  std::optional<llvm::Expected<std::vector<FirstUnit>>> units;
  std::thread beside([&] { units.emplace(compile()); });
  auto loaded = loadTorchBridge();
  beside.join();
  *describer = orFail(std::move(loaded));
  return std::move(*units);
}

/// The object lies in the cache file, or in memory; both stay.
std::shared_ptr<llvm::MemoryBuffer> objectOf(const FirstUnit &unit) {
  static std::vector<std::shared_ptr<UnitParts>> kept;
  kept.push_back(unit.parts);
  return llvm::MemoryBuffer::getMemBuffer(unit.parts->part(kObjectPart), "object",
                                          /*RequiresNullTerminator=*/false);
}

void linkProgram(const std::vector<FirstUnit> &units) {
  run->session = orFail(Session::create());
  run->session->useLibraries(
      orFail(NativeLibraries::open(run->options.libraries, run->options.library_folders)));
  std::vector<NewObject> objects;
  for (const FirstUnit &unit : units) {
    NewObject object;
    object.object = objectOf(unit);
    for (const std::string &symbol : unit.bodies)
      object.bodies.push_back({symbol, bodyName(symbol, "1")});
    if (!unit.constructors.empty())
      object.wanted.push_back(unit.constructors);
    objects.push_back(std::move(object));
  }
  auto linked = run->session->link(std::move(objects));
  if (!linked)
    fail(llvm::toString(linked.takeError()), 1);
  run->session->rebind(*linked);
  run->constructors = run->session->takeConstructors();
  for (const LinkedObject &object : *linked)
    run->constructors.insert(run->constructors.end(), object.wanted.begin(), object.wanted.end());
}

/// Runs at the end of exit(), after the program's own handlers, which registered later.
void recordExit(int code, void *) {
  if (run->paused)
    run->paused->stop();
  run->trace->ended(code);
  run->metrics.exit_code = code;
  writeMetrics(run->metrics, run->options.stats);
}

struct ProgramStart {
  int (*main)(int, char **, char **);
  std::vector<char *> arguments;
};

/// On the program's stack: static constructors, then main, then exit, as the C library does it
/// natively.
int runProgram(void *argument) {
  auto &start = *static_cast<ProgramStart *>(argument);
  for (uint64_t constructor : run->constructors)
    reinterpret_cast<void (*)()>(constructor)();
  run->metrics.startup_ms = nowMs() - run->started_ms;
  writeMetrics(run->metrics, run->options.stats);
  int code = start.main(start.arguments.size() - 1, start.arguments.data(), environ);
  run->paused->waitForRepairs();
  std::exit(code);
}

} // namespace

int main(int argc, char **argv) {
  if (argc > 1 && argv[1] == std::string_view("journal"))
    return tellStory({argv + 2, argv + argc});

  // 1. What is asked for.
  double started_ms = nowMs();
  ParsedCommandLine command_line = orFail(parseCommandLine(argc, argv));
  if (command_line.done)
    return command_line.exit_code;
  run = new Run;
  run->started_ms = started_ms;
  run->options = std::move(command_line.options);
  Options &options = run->options;

  // 2. The patches folder and journals: a run that could not be repaired is not started.
  std::vector<std::string> warnings = std::move(command_line.warnings);
  run->watcher = orFail(PatchWatcher::create(options.patches, warnings));
  for (const std::string &warning : warnings)
    std::fprintf(stderr, "jit-host: %s\n", warning.c_str());

  run->trace = orFail(RunTrace::create(options));

  // 3. Version 1: sources to objects, or objects from the cache.
  std::vector<CompileRequest> requests = compileRequests(options, run->metrics);
  bool torch = std::any_of(requests.begin(), requests.end(), [](const CompileRequest &request) {
    return !request.job.precompiled_header.empty();
  });
  ObjectDescriber describer;
  std::vector<FirstUnit> units = orFail(compileProgram(requests, torch ? &describer : nullptr));
  installProgram(requests, units);

  // 4. Libraries, then the program's objects, linked against them.
  linkProgram(units);

  keepMemoryReserve();
  if (options.memory_budget != 0 && !limitTensors(options.memory_budget))
    std::fprintf(stderr, "jit-host: --memory-budget has no effect: the program does not use "
                         "LibTorch\n");

  // 5. From here on a failure pauses.
  run->console = std::make_unique<Console>(options.quiet, options.commands);
  if (llvm::Error error =
          run->trace->begin(options, {argv, argv + argc}, started_ms, run->versions, *run->console))
    fail(llvm::toString(std::move(error)));
  run->paused =
      std::make_unique<PausedRun>(options, run->work, *run->session, run->versions, *run->watcher,
                                  *run->console, run->metrics, *run->trace, describer);
  Hooks hooks;
  hooks.judge = [](const HandlerFrame &handler) { return run->paused->judge(handler); };
  hooks.can_pause = [](const Failure &failure) { return run->paused->canPause(failure); };
  hooks.in_guard = [](const Failure &failure, const CapturedFrame &frame) {
    return run->paused->inGuard(failure, frame);
  };
  hooks.resuming = [](const Failure &failure) { run->paused->resuming(failure); };
  hooks.at_poll = [](const CapturedFrame &frame) { return run->paused->atPoll(frame); };
  hooks.lost = [] { return run->paused->lost(); };
  hooks.dying = restoreTerminal;
  setHooks(hooks);
  catchFaults(run->session->codeRange().begin, run->session->codeRange().end);
  on_exit(recordExit, nullptr);
  if (!options.inject.empty())
    if (std::string fault = startInjection(options.inject); !fault.empty())
      fail(fault);

  // 6. The program.
  run->paused->start();
  ProgramStart start;
  auto entry = run->session->lookup("main");
  if (!entry)
    fail("the program has no main function", 1);
  start.main = reinterpret_cast<int (*)(int, char **, char **)>(*entry);
  start.arguments.push_back(options.sources[0].path.data());
  for (std::string &argument : options.program_arguments)
    start.arguments.push_back(argument.data());
  start.arguments.push_back(nullptr);
  return runOnProgramStack(runProgram, &start, kStackBytes);
}

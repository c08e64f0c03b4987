// The command line as one plain struct: clang++'s options split off by hand, the host's own by
// CLI11.
#include "options.h"

#include "compiler_arguments.h"
#include "program_sources.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/TargetParser/Host.h>

#ifndef JIT_HOST_VERSION
#define JIT_HOST_VERSION "0.1.0"
#endif

using namespace llvm;

namespace jithost {
namespace {

constexpr double kLongestHang_s = 1e6;

constexpr const char *kCompilerOptions =
    "As for clang++:\n"
    "  -I DIR  -isystem DIR  -iquote DIR  -include FILE  -D NAME[=VALUE]  -U NAME  -std=STANDARD\n"
    "  -f...  -m...  -W...         added after those of the compile database\n"
    "  -O0 -O1 -O2 -O3             optimisation, of patches too; -O2 if not given\n"
    "  -l NAME  -L DIR  FILE.so  FILE.a  FILE.o\n"
    "                              libraries that the program needs; LibTorch need not be named\n"
    "  -Wl,-rpath,DIR              one more folder to look for libraries in\n"
    "  -g                          accepted; places in the source are always known\n"
    "\n"
    "A corrected source that is saved in the patches folder while the run is paused is compiled, "
    "and the\n"
    "run goes on in it. Exit code: the program's; 70 when jit-host itself fails, 75 when a pause "
    "ended\n"
    "without a repair.";

constexpr uint64_t kMostBytes = uint64_t{1} << 60;

struct HelpFormatter : CLI::Formatter {
  std::string make_usage(const CLI::App *, std::string) const override {
    return std::string("usage: ") + kUsage + "\n";
  }
};

/// What CLI11 fills in, before it is checked.
struct Given {
  std::vector<std::string> sources;
  std::string compile_commands, failure_rules;
  double repair_tries = 0;
  bool help = false, version = false;
};

void declareRepair(CLI::App &app, Options &options, Given &given) {
  app.add_option(
         "--repair-command", options.repair_command,
         "run at a pause by /bin/sh with the failure as JSON on its standard input; sources "
         "that it leaves in $JIT_HOST_PATCHES are a patch")
      ->type_name("COMMAND");
  app.add_option("--repair-time", options.repair_time, "for each try of the repair command")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--repair-tries", given.repair_tries, "of the repair command for one failure; 3")
      ->type_name("N");
  app.add_flag("--repair-confirm", options.repair_confirm,
               "shows what the repair command's patch changes and asks before it is applied");
}

void declareRescue(CLI::App &app, Options &options) {
  app.add_option("--rescue", options.rescue, "folder that rescues are written to")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_flag("--rescue-on-pause", options.rescue_on_pause,
               "at each pause what the run has reached is written to files");
  app.add_option("--memory-budget", options.memory_budget,
                 "more memory for tensors on the CPU fails as on a device that is full; K, M or G "
                 "may follow")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false));
}

void declare(CLI::App &app, Options &options, Given &given) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kCompilerOptions);
  app.set_help_flag();
  app.allow_extras();
  app.add_option("sources", given.sources, "C++ sources of the program (.cpp, .cc, .cxx)")
      ->type_name("FILE");
  app.add_option("--compile-commands", given.compile_commands,
                 "compile database (compile_commands.json) that the sources take their flags from; "
                 "all its sources if none is named")
      ->type_name("FILE");
  app.add_option("--patches", options.patches, "folder that corrected sources are dropped into")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--stats", options.stats, "figures of the run, as JSON")->type_name("FILE");
  app.add_option("--journal", options.journal,
                 "record of the run: failures, repairs, times; `jit-host journal FILE` tells it")
      ->type_name("FILE");
  app.add_option("--replay", options.replay,
                 "journal whose repairs are applied when the same failures come")
      ->type_name("FILE");
  app.add_option("--commands", options.commands,
                 "commands for the pauses, one a line, instead of the terminal")
      ->type_name("FILE");
  app.add_option("--go-back", options.go_back,
                 "whether statements run again where a patch needs it: ask, yes or no")
      ->type_name("WORD")
      ->capture_default_str();
  app.add_option("--on-failure", options.on_failure,
                 "pause; retry or retry=N: the failing statement is tried again up to N times "
                 "before that; or fail: the failure takes its course")
      ->type_name("WORD")
      ->capture_default_str();
  app.add_option("--failure-rules", given.failure_rules,
                 "what is done about which failure, one rule a line: PATTERN -> retry[=N] "
                 "[delay=SECONDS], pause or fail; for others --on-failure holds")
      ->type_name("FILE");
  app.add_option("--pause-on", options.pause_on,
                 "exceptions that pause: uncaught ones, also those caught only to end the program "
                 "(fatal), or all that leave a statement of the program")
      ->type_name("WORD")
      ->capture_default_str();
  app.add_option("--checks", options.checks,
                 "whether null pointers, divisions by zero, indices outside arrays and containers, "
                 "and missing results are failures: on, or off for code as clang++ makes it")
      ->type_name("WORD")
      ->capture_default_str();
  app.add_option("--pause-timeout", options.pause_timeout,
                 "ends a pause that nobody repairs, exit code 75")
      ->type_name("SECONDS");
  app.add_option("--hang-timeout", options.hang_timeout,
                 "pauses a run in which no statement is reached for so long")
      ->type_name("SECONDS");
  declareRepair(app, options, given);
  declareRescue(app, options);
  app.add_flag("--quiet", options.quiet, "one line for each pause and patch, no screen");
  app.add_flag("--help", given.help, "shows this");
  app.add_flag("--version", given.version, "shows the version");
  app.add_option("--inject", options.inject)->group(""); // for tests, see runtime/injection.cpp
  app.add_option("--compile-way", options.compile_way)->group("");
}

Error notOneOf(const std::string &option, const std::string &value, const std::string &words) {
  return createStringError(option + " " + value + ": expected " + words);
}

Error checkAutomatic(const CLI::App &app, Options &options, const Given &given) {
  if (!parseFailureAnswer(options.on_failure))
    return notOneOf("--on-failure", options.on_failure,
                    "pause, retry, retry=N (1 to " + std::to_string(kMostRetries) + ") or fail");
  if (app.count("--failure-rules") && !sys::fs::is_regular_file(given.failure_rules))
    return createStringError("--failure-rules " + given.failure_rules + ": there is no such file");
  Expected<std::vector<FailureRule>> rules = readFailureRules(given.failure_rules);
  if (!rules)
    return rules.takeError();
  options.failure_rules = std::move(*rules);
  if (app.count("--repair-command") && StringRef(options.repair_command).trim().empty())
    return createStringError("--repair-command: expected a command");
  for (const char *option : {"--repair-time", "--repair-tries", "--repair-confirm"})
    if (app.count(option) && options.repair_command.empty())
      return createStringError(std::string(option) + " needs --repair-command COMMAND");
  if (!(options.repair_time > 0 && std::isfinite(options.repair_time)))
    return createStringError("--repair-time: expected seconds, more than 0");
  if (!app.count("--repair-tries"))
    return Error::success();
  options.repair_tries = static_cast<unsigned>(std::clamp(given.repair_tries, 0.0, 1000.0));
  if (options.repair_tries < 1 || options.repair_tries != given.repair_tries)
    return createStringError("--repair-tries: expected a number from 1 to 1000");
  return Error::success();
}

Error checkJournals(const CLI::App &app, Options &options) {
  if (app.count("--journal"))
    options.journal = absolutePath(options.journal);
  if (app.count("--replay"))
    options.replay = absolutePath(options.replay);
  bool same = false;
  if (!options.journal.empty() && !sys::fs::equivalent(options.journal, options.replay, same) &&
      same)
    return createStringError(
        "--journal and --replay name one file; a replay is recorded in another");
  return Error::success();
}

Error checkValues(const CLI::App &app, Options &options) {
  const std::string &way = options.compile_way;
  if (way != "bodies" && way != "partial" && way != "whole" && way != "successors")
    return notOneOf("--compile-way", way, "bodies, partial, whole or successors");
  if (options.pause_on != "uncaught" && options.pause_on != "fatal" && options.pause_on != "all")
    return notOneOf("--pause-on", options.pause_on, "uncaught, fatal or all");
  if (options.go_back != "ask" && options.go_back != "yes" && options.go_back != "no")
    return notOneOf("--go-back", options.go_back, "ask, yes or no");
  if (options.checks != "on" && options.checks != "off")
    return notOneOf("--checks", options.checks, "on or off");
  if (app.count("--pause-timeout") &&
      !(options.pause_timeout > 0 && std::isfinite(options.pause_timeout)))
    return createStringError("--pause-timeout: expected seconds, more than 0");
  if (app.count("--hang-timeout") &&
      !(options.hang_timeout > 0 && options.hang_timeout <= kLongestHang_s))
    return createStringError("--hang-timeout: expected seconds, more than 0 and at most 1000000");
  if (options.patches.empty())
    return createStringError("--patches: expected a folder");
  if (app.count("--commands")) {
    if (!sys::fs::is_regular_file(options.commands))
      return createStringError("--commands " + options.commands + ": there is no such file");
    options.commands = absolutePath(options.commands);
  }
  if (app.count("--inject"))
    options.inject = absolutePath(options.inject);
  if (app.count("--stats"))
    options.stats = absolutePath(options.stats); // the program may change the working folder
  if (options.rescue.empty())
    return createStringError("--rescue: expected a folder");
  options.rescue = absolutePath(options.rescue);
  const bool budget = options.memory_budget > 0 && options.memory_budget < kMostBytes;
  if (app.count("--memory-budget") && !budget) // CLI11 takes a negative number for a large one
    return createStringError("--memory-budget: expected bytes, more than 0");
  return checkJournals(app, options);
}

/// CLI11's exceptions end here.
Error parseOwn(CLI::App &app, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError &error) {
    return createStringError(std::string(error.what()) + "; --help lists the options");
  }
  std::vector<std::string> unknown = app.remaining();
  if (!unknown.empty())
    return createStringError("unknown option " + unknown[0] + "; --help lists the options");
  return Error::success();
}

ParsedCommandLine answered(const std::string &text) {
  std::fputs(text.c_str(), stdout);
  ParsedCommandLine result;
  result.done = true;
  return result;
}

std::string versionText() {
  return "jit-host " + hostVersion() + " (LLVM " + LLVM_VERSION_STRING + ", " +
         sys::getDefaultTargetTriple() + ")\n";
}

} // namespace

std::string hostVersion() { return JIT_HOST_VERSION; }

Expected<ParsedCommandLine> parseCommandLine(int argc, const char *const *argv) {
  ParsedCommandLine result;
  Options &options = result.options;
  const char *const *end = argv + argc, *const *dashes = std::find(argv + 1, end, StringRef("--"));
  if (dashes != end)
    options.program_arguments.assign(dashes + 1, end);
  Expected<std::vector<std::string>> own =
      takeCompilerArguments(std::vector<std::string>(argv + 1, dashes), options);
  if (!own)
    return own.takeError();
  CLI::App app("Runs a C++ program from its sources and pauses where it fails.", "jit-host");
  Given given;
  declare(app, options, given);
  if (Error error = parseOwn(app, *own))
    return std::move(error);
  if (given.help)
    return answered(app.help());
  if (given.version)
    return answered(versionText());
  if (Error error = checkAutomatic(app, options, given))
    return std::move(error);
  if (Error error = checkValues(app, options))
    return std::move(error);
  if (Error error = takeSources(given.sources, given.compile_commands, options, result.warnings))
    return std::move(error);
  return result;
}

} // namespace jithost

// The command line: what is taken, what is passed on to clang++, and the sentence for everything
// else.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "options/options.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace jithost;
using Strings = std::vector<std::string>;

namespace {

/// A working folder with sources in it.
struct Project : TemporaryFolder {
  fs::path before = fs::current_path();
  Project() {
    for (const char *name : {"a.cpp", "b.cc", "c.cxx", "net.h", "notes.txt", "include/x.h"})
      write(*this / name, "int x;\n");
    fs::current_path(path);
  }
  ~Project() { fs::current_path(before); }
};

llvm::Expected<ParsedCommandLine> parse(Strings arguments) {
  std::vector<const char *> argv{"jit-host"};
  for (const std::string &argument : arguments)
    argv.push_back(argument.c_str());
  return parseCommandLine(argv.size(), argv.data());
}

Options parsed(const Strings &arguments) {
  auto result = parse(arguments);
  if (!result)
    FAIL(llvm::toString(result.takeError()));
  return std::move(result->options);
}

Strings pathsOf(const Options &options) {
  Strings paths;
  for (const ProgramSource &source : options.sources)
    paths.push_back(source.path);
  return paths;
}

std::string errorOf(const Strings &arguments) {
  auto result = parse(arguments);
  if (result)
    return "(accepted)";
  return llvm::toString(result.takeError());
}

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

/// Parses with stdout in a file.
std::string printed(const Strings &arguments, ParsedCommandLine &result) {
  TemporaryFolder folder;
  std::fflush(stdout);
  int saved = dup(STDOUT_FILENO), file = open((folder / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  dup2(file, STDOUT_FILENO);
  auto answer = parse(arguments);
  std::fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(file);
  if (!answer)
    FAIL(llvm::toString(answer.takeError()));
  result = std::move(*answer);
  return read(folder / "out");
}

} // namespace

TEST_CASE("sources become absolute; the rest has its defaults") {
  Project project;
  Options options = parsed({"a.cpp", "./b.cc", "include/../c.cxx"});
  CHECK(pathsOf(options) == Strings{project / "a.cpp", project / "b.cc", project / "c.cxx"});
  CHECK(options.sources[0].optimisation == 2);
  CHECK_FALSE(options.optimisation);
  CHECK(options.patches == "patches");
  CHECK(options.go_back == "ask");
  CHECK(options.on_failure == "pause");
  CHECK(options.pause_on == "fatal");
  CHECK(options.pause_timeout == 0);
  CHECK_FALSE(options.quiet);
  CHECK(options.stats.empty());
  CHECK(options.commands.empty());
  CHECK(options.compile_flags.empty());
  CHECK(options.program_arguments.empty());
}

TEST_CASE("clang++'s options are collected in order, joined or apart") {
  Project project;
  std::string include = project / "include";
  Options options = parsed(
      {"-Iinclude", "a.cpp",     "-I",    "include",    "-DX=1",    "-D",      "Y",
       "-UZ",       "-U",        "W",     "-std=c++20", "-isystem", "include", "-include",
       "net.h",     "-fno-rtti", "-Wall", "-g",         "-ggdb",    "-w",      "-march=native",
       "-iquote",   "include",   "-fPIE", "-pthread"});
  CHECK(options.compile_flags == Strings{"-I" + include, "-I" + include, "-DX=1", "-DY", "-UZ",
                                         "-UW", "-std=c++20", "-isystem", include, "-include",
                                         project / "net.h", "-fno-rtti", "-Wall", "-w",
                                         "-march=native", "-iquote", include, "-pthread"});
  CHECK(options.sources[0].flags == options.compile_flags);
  CHECK(pathsOf(options) == Strings{project / "a.cpp"});
}

TEST_CASE("a header of -include that is not in the working folder is left to the include folders") {
  Project project;
  CHECK(parsed({"-include", "x.h", "a.cpp"}).compile_flags == Strings{"-include", "x.h"});
}

TEST_CASE("libraries and optimisation") {
  Project project;
  Options options = parsed({"-lz", "-l", "m", "-Linclude", "-L", "/opt/lib", "-O0", "a.cpp"});
  CHECK(options.libraries == Strings{"z", "m"});
  CHECK(options.library_folders == Strings{project / "include", "/opt/lib"});
  CHECK(options.optimisation == 0);
  CHECK(parsed({"-O3", "a.cpp"}).optimisation == 3);
  for (const char *wrong : {"-Os", "-Ofast", "-O", "-O4", "-Oz"})
    CHECK(
        has(errorOf({wrong, "a.cpp"}), std::string(wrong) + " is not available: choose -O0, -O1"));
}

TEST_CASE("libraries and objects by path; of the linker's options the ones that mean something") {
  Project project;
  for (const char *name : {"libx.a", "include/liby.so.1", "z.o"})
    write(project / name, "");
  Options options =
      parsed({"libx.a", "a.cpp", "-lz", "include/liby.so.1", "z.o",
              "-Wl,-rpath,include,--as-needed", "-Wl,-rpath=/opt/lib", "-rdynamic", "-Wl,-z,defs"});
  CHECK(options.libraries ==
        Strings{project / "libx.a", "z", project / "include/liby.so.1", project / "z.o"});
  CHECK(options.library_folders == Strings{project / "include", "/opt/lib"});
  CHECK(has(errorOf({"a.cpp", "gone.a"}), "gone.a: there is no such file"));
  CHECK(has(errorOf({"-Wl,--wrap=f", "a.cpp"}), "-Wl,--wrap=f is for a linker"));
  CHECK(has(errorOf({"-Wa,-q", "a.cpp"}), "-Wa,-q is for an assembler"));
}

TEST_CASE("what stands after -- is the program's, untouched") {
  Project project;
  Options options = parsed({"a.cpp", "--quiet", "--", "--quiet", "-Os", "--", "b.cc", ""});
  CHECK(options.program_arguments == Strings{"--quiet", "-Os", "--", "b.cc", ""});
  CHECK(pathsOf(options) == Strings{project / "a.cpp"});
}

TEST_CASE("the host's own options") {
  Project project;
  write(project / "commands", "quit\n");
  Options options =
      parsed({"--patches",       "fixes", "--stats=stats.json", "a.cpp", "--commands", "commands",
              "--go-back",       "no",    "--on-failure",       "fail",  "--pause-on", "uncaught",
              "--pause-timeout", "1.5",   "--hang-timeout",     "0.5",   "--checks",   "off",
              "--quiet",         "b.cc"});
  CHECK(options.patches == "fixes");
  CHECK(options.stats == project / "stats.json");
  CHECK(options.commands == project / "commands");
  CHECK(options.go_back == "no");
  CHECK(options.on_failure == "fail");
  CHECK(options.checks == "off");
  CHECK(options.pause_timeout == 1.5);
  CHECK(options.hang_timeout == 0.5);
  CHECK(parsed({"a.cpp"}).hang_timeout == 0);
  CHECK(options.quiet);
  CHECK(pathsOf(options) == Strings{project / "a.cpp", project / "b.cc"});
}

TEST_CASE("rescues and the memory of tensors") {
  Project project;
  Options plain = parsed({"a.cpp"});
  CHECK(plain.rescue == project / "rescue");
  CHECK(!plain.rescue_on_pause);
  CHECK(plain.memory_budget == 0);
  Options options =
      parsed({"--rescue", "saved", "--rescue-on-pause", "--memory-budget", "3M", "a.cpp"});
  CHECK(options.rescue == project / "saved");
  CHECK(options.rescue_on_pause);
  CHECK(options.memory_budget == 3 << 20);
  CHECK(parsed({"--memory-budget=2G", "a.cpp"}).memory_budget == uint64_t{2} << 30);
  CHECK(parsed({"--memory-budget=12345", "a.cpp"}).memory_budget == 12345);
  CHECK(has(errorOf({"--memory-budget", "0", "a.cpp"}),
            "--memory-budget: expected bytes, more than 0"));
  for (const char *wrong : {"-1", "much", "3X"})
    CHECK(has(errorOf({std::string("--memory-budget=") + wrong, "a.cpp"}), "--memory-budget"));
  CHECK(has(errorOf({"a.cpp", "--rescue", ""}), "--rescue: expected a folder"));
}

TEST_CASE("what is done about failures before people are asked") {
  Project project;
  write(project / "rules", "c10::Error -> retry=2\n* -> pause\n");
  Options options = parsed({"--on-failure=retry=5", "--failure-rules", "rules", "--repair-command",
                            "tools/repair-llm", "--repair-time", "1.5", "--repair-tries", "4",
                            "--repair-confirm", "a.cpp"});
  CHECK(options.on_failure == "retry=5");
  CHECK(options.failure_rules.size() == 2);
  CHECK(options.repair_command == "tools/repair-llm");
  CHECK(options.repair_time == 1.5);
  CHECK(options.repair_tries == 4);
  CHECK(options.repair_confirm);
  CHECK(has(errorOf({"--failure-rules", "none", "a.cpp"}),
            "--failure-rules none: there is no such file"));
  write(project / "wrong", "\nnonsense\n");
  CHECK(has(errorOf({"--failure-rules", "wrong", "a.cpp"}), "wrong:2: expected: PATTERN -> "));
  CHECK(has(errorOf({"--repair-command", " ", "a.cpp"}), "--repair-command: expected a command"));
  for (Strings alone :
       {Strings{"--repair-time", "3"}, {"--repair-tries", "3"}, {"--repair-confirm"}}) {
    alone.push_back("a.cpp");
    CHECK(has(errorOf(alone), alone[0] + " needs --repair-command COMMAND"));
  }
  for (const char *wrong : {"0", "-1", "2.5", "1001"})
    CHECK(has(errorOf({"--repair-command", "x", std::string("--repair-tries=") + wrong, "a.cpp"}),
              "--repair-tries: expected a number from 1 to 1000"));
  for (const char *wrong : {"0", "-1", "nan", "inf"})
    CHECK(has(errorOf({"--repair-command", "x", std::string("--repair-time=") + wrong, "a.cpp"}),
              "--repair-time: expected seconds, more than 0"));
}

TEST_CASE("wrong values are named with what was expected") {
  Project project;
  for (const char *wrong : {"stop", "retry=", "retry=0", "retry=1001", "retry=x", "retries"})
    CHECK(has(errorOf({"--on-failure", wrong, "a.cpp"}),
              std::string("--on-failure ") + wrong +
                  ": expected pause, retry, retry=N (1 to 1000) or fail"));
  CHECK(has(errorOf({"--pause-on", "some", "a.cpp"}), "--pause-on some: expected uncaught"));
  CHECK(has(errorOf({"--compile-way", "fast", "a.cpp"}),
            "--compile-way fast: expected bodies, partial, whole or successors"));
  CHECK(has(errorOf({"--go-back", "maybe", "a.cpp"}), "--go-back maybe: expected ask, yes or no"));
  CHECK(has(errorOf({"--checks", "x", "a.cpp"}), "--checks x: expected on or off"));
  for (const char *wrong : {"0", "-1", "nan", "inf"})
    CHECK(has(errorOf({std::string("--pause-timeout=") + wrong, "a.cpp"}),
              "--pause-timeout: expected seconds, more than 0"));
  CHECK(has(errorOf({"--pause-timeout", "soon", "a.cpp"}), "--pause-timeout"));
  for (const char *wrong : {"0", "-1", "nan", "inf", "1000001"})
    CHECK(has(errorOf({std::string("--hang-timeout=") + wrong, "a.cpp"}),
              "--hang-timeout: expected seconds, more than 0 and at most 1000000"));
  CHECK(has(errorOf({"--commands", "none", "a.cpp"}), "--commands none: there is no such file"));
  CHECK(has(errorOf({"a.cpp", "--patches"}), "--patches"));
  CHECK(has(errorOf({"a.cpp", "-I"}), "-I lacks its value"));
}

TEST_CASE("unknown options are named") {
  Project project;
  for (const char *unknown : {"--fast", "-x", "--patch=dir", "-include-pch"}) {
    CAPTURE(unknown);
    std::string error = errorOf({unknown, "a.cpp"});
    CHECK(has(error, std::string("unknown option ") + unknown));
    CHECK(has(error, "--help"));
  }
}

TEST_CASE("each source takes its flags from the compile database, the command line's come last") {
  Project project;
  write(project / "build/db.json",
        R"([{"directory": "..", "file": "a.cpp", "output": "a.o",
             "command": "ccache g++ -DTEXT=\"\\\"x y\\\"\" -I include -Iinclude/../include -O3 -o a.o -c a.cpp"},
            {"directory": "..", "file": "b.cc",
             "arguments": ["g++", "-isystem", "include", "-std=c++20", "-Os", "-fPIE", "-flto", "b.cc"]},
            {"directory": "..", "file": "net.h", "command": "g++ -c net.h"},
            {"directory": "..", "file": "a.cpp", "command": "g++ -DSECOND -c a.cpp"}])");
  auto result = parse({"--compile-commands", "build/db.json", "-DLAST"});
  if (!result)
    FAIL(llvm::toString(result.takeError()));
  Options &options = result->options;
  CHECK(pathsOf(options) == Strings{project / "a.cpp", project / "b.cc"});
  auto flags = [&](size_t i) { // without what every entry gets
    const Strings &all = options.sources[i].flags;
    return Strings(
        std::find_if(all.begin(), all.end(),
                     [](const std::string &flag) { return flag.rfind("-Wno-", 0) != 0; }),
        all.end());
  };
  std::string include = project / "include";
  CHECK(flags(0) == Strings{"-D", "TEXT=\"x y\"", "-I", include, "-I", include, "-DLAST"});
  CHECK(flags(1) == Strings{"-isystem", include, "-std=c++20", "-DLAST"});
  CHECK(options.sources[0].optimisation == 3);
  CHECK(options.sources[1].optimisation == 2);
  CHECK(options.sources[0].folder == project.path.string());
  REQUIRE(result->warnings.size() == 1);
  CHECK(has(result->warnings[0], "has several entries for " + (project / "a.cpp")));

  Options one = parsed({"--compile-commands", "build/db.json", "b.cc", "-O0"});
  CHECK(pathsOf(one) == Strings{project / "b.cc"});
  CHECK(one.sources[0].optimisation == 0);
}

TEST_CASE("what is left out of a database is told once, what means nothing here is not") {
  Project project;
  write(
      project / "db.json",
      R"([{"directory": ".", "file": "a.cpp", "command": "g++ -fsanitize=address -funknown -fopenmp
             -MD -MF x.d -pipe -Wl,-z,now -pg -g3 -Werror -Winvalid-pch -fno-semantic-interposition -c a.cpp"},
            {"directory": ".", "file": "b.cc", "command": "g++ -funknown -c b.cc"}])");
  auto text = read(project / "db.json");
  std::replace(text.begin(), text.end(), '\n', ' ');
  write(project / "db.json", text);
  auto result = parse({"--compile-commands", "db.json"});
  if (!result)
    FAIL(llvm::toString(result.takeError()));
  REQUIRE(result->warnings.size() == 4);
  for (size_t i = 0; i < 4; ++i)
    CHECK(has(result->warnings[i],
              std::string("the flag ") +
                  Strings{"-fopenmp", "-fsanitize=address", "-funknown", "-pg"}[i] + " of"));
}

TEST_CASE("databases that are none, and sources that are not in them") {
  Project project;
  auto error = [&](const std::string &text, Strings more = {}) {
    write(project / "db.json", text);
    more.insert(more.end(), {"--compile-commands", "db.json"});
    return errorOf(more);
  };
  std::string good = R"([{"directory": ".", "file": "a.cpp", "command": "c++ -c a.cpp"}])";
  CHECK(error(good) == "(accepted)");
  CHECK(has(error("no json"), "--compile-commands db.json: not JSON: "));
  CHECK(has(error("{}"), "not a compile database: expected a list of entries"));
  CHECK(has(error("[]"), "holds no entry"));
  CHECK(has(error("[7]"), "entry 1: it is not an object"));
  CHECK(has(error(R"([{"directory": ".", "command": "c++"}])"), "entry 1: it has no \"file\""));
  CHECK(has(error(R"([{"file": "a.cpp", "command": "c++"}])"), "it has no \"directory\""));
  CHECK(has(error(R"([{"directory": ".", "file": "a.cpp"}])"),
            "it has neither \"command\" nor \"arguments\""));
  CHECK(has(error(R"([{"directory": ".", "file": "a.cpp", "arguments": ["c++", 1]}])"),
            "\"arguments\" holds something that is no text"));
  CHECK(has(error(good, {"b.cc"}), (project / "b.cc") + " is not in db.json, which has 1 sources"));
  CHECK(has(error(R"([{"directory": ".", "file": "gone.cpp", "command": "c++ -c x"}])"),
            "gone.cpp, in db.json, does not exist; build the project once"));
  CHECK(has(error(R"([{"directory": ".", "file": "notes.txt", "command": "cc -c x"}])"),
            "notes.txt, in db.json, is not a C++ source"));
  CHECK(has(errorOf({"--compile-commands", "none.json"}), "none.json: No such file"));
  CHECK(
      has(errorOf({"--compile-commands", "include"}), "include: is a folder; name the compile_co"));
}

TEST_CASE("only C++ sources that can be read are taken") {
  Project project;
  CHECK(has(errorOf({}), "no source is named; usage: jit-host [options] SOURCE..."));
  CHECK(has(errorOf({"net.h"}), "net.h is a header: headers are found through the sources"));
  CHECK(has(errorOf({"notes.txt"}), "notes.txt is not a C++ source"));
  CHECK(has(errorOf({"none.cpp"}), "none.cpp: there is no such file"));
  CHECK(has(errorOf({"a.cpp", "./a.cpp"}), "./a.cpp is named twice"));
  fs::create_directory("folder.cpp");
  CHECK(has(errorOf({"folder.cpp"}), "folder.cpp is not a file"));
  fs::permissions("b.cc", fs::perms::none);
  if (access("b.cc", R_OK) != 0) // root reads everything
    CHECK(has(errorOf({"b.cc"}), "b.cc cannot be read"));
}

TEST_CASE("help and version are answered, with exit code 0, without a source") {
  ParsedCommandLine result;
  std::string help = printed({"--help"}, result);
  CHECK(result.done);
  CHECK(result.exit_code == 0);
  CHECK(has(help, "jit-host [options] SOURCE... [-- PROGRAM ARGUMENTS]"));
  for (const char *option : {"--compile-commands",
                             "--patches",
                             "--stats",
                             "--journal",
                             "--replay",
                             "--commands",
                             "--go-back",
                             "--on-failure",
                             "--pause-on",
                             "--pause-timeout",
                             "--hang-timeout",
                             "--failure-rules",
                             "--repair-command",
                             "--repair-time",
                             "--repair-tries",
                             "--repair-confirm",
                             "--quiet",
                             "--version",
                             "-isystem",
                             "-O0"})
    CHECK(has(help, option));
  std::string version = printed({"--version"}, result);
  CHECK(result.done);
  CHECK(has(version, "jit-host 0.1.0 (LLVM 19."));
}

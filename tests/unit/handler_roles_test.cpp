// What handlers do, read from small sources: who really handles, who only rethrows, who leads out
// of main.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"

using namespace jithost;

namespace {

const char *name(HandlerRole role) {
  return role == HandlerRole::Handles    ? "handles"
         : role == HandlerRole::Rethrows ? "rethrows"
                                         : "leaves main";
}

/// Roles of all handlers of `function`, in source order.
std::string roles(const std::string &function, const std::string &text) {
  CompileJob job;
  job.source = "/handler-test/program.cpp"; // exists only in memory
  job.sources = {{job.source, "#include <cstdlib>\n#include <exception>\nvoid g();\n" + text}};
  job.flags = {"-std=c++17", "-w"};
  CompiledUnit unit = compileUnit(job, false);
  REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
  std::string result;
  for (const FunctionTable &entry : unit.table.functions) {
    if (entry.name != function)
      continue;
    std::vector<Handler> handlers = entry.handlers;
    for (const Statement &statement : entry.statements)
      handlers.insert(handlers.end(), statement.handlers.begin(), statement.handlers.end());
    for (const Handler &handler : handlers)
      result += (result.empty() ? "" : ", ") + handler.type + (handler.type.empty() ? "" : " ") +
                name(handler.role);
    return result;
  }
  return "no such function";
}

std::string inMain(const std::string &body) { return roles("main", "int main() {" + body + "}"); }

} // namespace

TEST_CASE("a handler rethrows when every path ends in a rethrow") {
  CHECK(roles("f", "void f() { try { g(); } catch (...) { g(); throw; } }") == "rethrows");
  CHECK(
      roles("f",
            "void f(int a) { try { g(); } catch (...) { if (a) throw; else { g(); throw; } } }") ==
      "rethrows");
  CHECK(roles("f", "void f(int a) { try { g(); } catch (...) { if (a) throw; } }") == "handles");
  CHECK(roles("f", "void f(int a) { try { g(); } catch (...) { if (a) return; throw; } }") ==
        "handles");
  CHECK(
      roles("f", "void f(int a) { for (;;) try { g(); } catch (...) { if (a) break; throw; } }") ==
      "handles");
  CHECK(roles("f", "void f() { try { g(); } catch (int) { throw 2; } }") == "_ZTIi handles");
}

TEST_CASE("types are named as their type_info is") {
  CHECK(
      roles("f", "void f() { try { g(); } catch (const std::exception &) {} catch (char *) {} }") ==
      "_ZTISt9exception handles, _ZTIPc handles");
}

TEST_CASE("a handler in main that leads only out of it") {
  CHECK(inMain("try { g(); } catch (...) { return 1; }") == "leaves main");
  CHECK(inMain("try { g(); } catch (...) { g(); std::exit(2); } g();") == "leaves main");
  CHECK(inMain("try { g(); } catch (...) { g(); }") == "leaves main");
  CHECK(inMain("try { g(); } catch (...) { g(); } return 0;") == "leaves main");
  CHECK(inMain("{ try { g(); } catch (...) { } } ; return 0;") == "leaves main");
  CHECK(roles("main", "int main() try { g(); } catch (...) { return 1; }") == "leaves main");
}

TEST_CASE("a handler in main with something to do after it handles") {
  CHECK(inMain("try { g(); } catch (...) { g(); } g();") == "handles");
  CHECK(inMain("for (int i = 0; i < 2; ++i) try { g(); } catch (...) { g(); }") == "handles");
  CHECK(inMain("for (int i = 0; i < 2; ++i) try { g(); } catch (...) { continue; }") == "handles");
  CHECK(roles("f", "int f() { try { g(); } catch (...) { return 1; } return 0; }") == "handles");
}

TEST_CASE("noexcept functions are known") {
  CompileJob job;
  job.source = "/handler-test/program.cpp";
  job.sources = {{job.source, "void f() noexcept {} void g() {} struct S { ~S() {} };"}};
  job.flags = {"-std=c++17"};
  CompiledUnit unit = compileUnit(job, false);
  for (const FunctionTable &entry : unit.table.functions)
    CHECK_MESSAGE(entry.terminates == (entry.name != "g"), entry.name);
}

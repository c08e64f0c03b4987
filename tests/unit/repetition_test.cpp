// Which statements may be run twice, read off the steps that the marker puts behind the guards.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"
#include "compile/marker_names.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include <map>

using namespace jithost;

namespace {

/// Texts of the statements of `f` -> harmless.
std::map<std::string, bool> statementsOf(const std::string &body) {
  CompileJob job;
  job.source = "/repetition-test/program.cpp";
  job.sources = {
      {job.source,
       "#include <string>\n#include <utility>\n#include <vector>\n"
       "int alive, global;\n"
       "struct Counted { int v; Counted(int v) : v(v) { ++alive; } ~Counted() { --alive; } };\n"
       "int pure(int x) { int y = x; for (int i = 0; i < 3; ++i) y += i; return y; }\n"
       "int writes(int x) { global = x; return x; }\n"
       "int indirectly(int x) { return pure(x) + writes(x); }\n"
       "int changes(std::vector<int> &v) { return int(v.size()); }\n"
       "void f(std::vector<int> &v, std::string s, int (*pointer)(int)) {\n" +
           body + "}\n"}};
  job.flags = {"-std=c++17"};
  job.injection = true;
  CompiledUnit unit = compileUnit(job, false);
  REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
  std::map<std::string, bool> result;
  for (const FunctionTable &entry : unit.table.functions)
    if (entry.name.rfind("f", 0) == 0 && entry.name.size() == 1)
      for (llvm::Instruction &instruction :
           llvm::instructions(*unit.module->getFunction(entry.symbol)))
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
            call && call->getCalledFunction() &&
            call->getCalledFunction()->getName() == kStepFunction) {
          auto *text =
              llvm::cast<llvm::GlobalVariable>(call->getArgOperand(0)->stripPointerCasts());
          std::string site =
              llvm::cast<llvm::ConstantDataArray>(text->getInitializer())->getAsCString().str();
          uint32_t id = std::stoul(site.substr(site.find('|') + 1));
          result[entry.statement(id)->text] =
              !llvm::cast<llvm::ConstantInt>(call->getArgOperand(1))->isZero();
        }
  return result;
}

} // namespace

TEST_CASE("reading, making temporaries and calling what only does that is harmless") {
  auto statements = statementsOf("int a = pure(1);\n"
                                 "Counted c(pure(a));\n"
                                 "std::string t = s + std::to_string(v.at(0));\n"
                                 "if (v.size() > 1 && pure(2) > 1) return;\n");
  CHECK(statements.at("int a = pure ( 1 )"));
  CHECK(statements.at("Counted c ( pure ( a ) )"));
  CHECK(statements.at("std :: string t = s + std :: to_string ( v . at ( 0 ) )"));
  CHECK(statements.at("if ( v . size ( ) > 1 && pure ( 2 ) > 1 )"));
}

TEST_CASE("writing, also in what is called, is not") {
  auto statements = statementsOf("int a = 0;\n"
                                 "a = 1;\n"
                                 "int b = a++;\n"
                                 "writes(1);\n"
                                 "int c = indirectly(1);\n"
                                 "v.push_back(1);\n"
                                 "int d = changes(v);\n"
                                 "int e = pointer(1);\n"
                                 "std::string moved(std::move(s));\n"
                                 "int *made = new int(2);\n"
                                 "delete made;\n");
  for (const char *text :
       {"a = 1", "int b = a ++", "writes ( 1 )", "int c = indirectly ( 1 )", "v . push_back ( 1 )",
        "int d = changes ( v )", "int e = pointer ( 1 )",
        "std :: string moved ( std :: move ( s ) )", "int * made = new int ( 2 )", "delete made"})
    CHECK_MESSAGE(!statements.at(text), text);
}

// Which expressions are checked, and what is left as it is: read from the calls of unoptimised
// code.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"
#include "compile/marker_names.h"
#include "instrument/checks.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>

using namespace jithost;

namespace {

constexpr const char *kDeclarations = R"(
struct Node { int value; Node *next; int list[3]; static int count; int get() const; };
struct Special : Node { int extra; };
void take(const void *);
)";

CompiledUnit compiled(const std::string &text, bool checks = true) {
  CompileJob job;
  job.source = "/check-test/program.cpp"; // exists only in memory
  job.sources = {{job.source, kDeclarations + text}};
  job.flags = {"-std=c++17", "-w"};
  job.checks = checks;
  CompiledUnit unit = compileUnit(job, false);
  REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
  return unit;
}

/// "WHAT of TEXT" of each check in `f`.
std::string checksIn(const llvm::Module &module) {
  std::string found;
  for (const llvm::Function &function : module)
    for (const llvm::Instruction &instruction : llvm::instructions(function)) {
      auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      const llvm::Function *callee = call ? call->getCalledFunction() : nullptr;
      llvm::StringRef name = callee ? callee->getName() : "";
      if (name.consume_front(kFailedPrefix)) {
        found += (found.empty() ? "" : ", ") + name.str();
      } else if (name.consume_front("__jit_host_check_")) {
        auto *text = llvm::cast<llvm::GlobalVariable>(call->getArgOperand(call->arg_size() - 1));
        auto *data = llvm::cast<llvm::ConstantDataArray>(text->getInitializer());
        found += (found.empty() ? "" : ", ") + name.str() + " of " + data->getAsCString().str();
      }
    }
  return found;
}

std::string checksOf(const std::string &text) { return checksIn(*compiled(text).module); }

} // namespace

TEST_CASE("pointers are checked where they are used") {
  CHECK(checksOf("int f(Node *n) { return n->value; }") == "pointer of n");
  CHECK(checksOf("int f(Node *n) { return n->next->value; }") ==
        "pointer of n, pointer of n->next");
  CHECK(checksOf("int f(int *p) { return *p + p[3] + *(p + 1); }") ==
        "pointer of p, pointer of p, pointer of p");
  CHECK(checksOf("int f(Node *n) { return n->get(); }") == "pointer of n");
  CHECK(checksOf("int f(Special *s) { return s->get(); }") == "pointer of s");
  CHECK(checksOf("int f(Node *n, int Node::*m) { return n->*m; }") == "pointer of n");
  CHECK(checksOf("int &f(int *p) { return *p; }") == "pointer of p");
}

TEST_CASE("what natively does no harm, and what cannot be null, is not checked") {
  CHECK(checksOf("void f(Node *n) { take(&n->value); take(&n->next[2]); take(&*n); }") ==
        "pointer of n");
  CHECK(checksOf("int f(Node *n) { return sizeof(*n) + n->count; }") == "");
  CHECK(checksOf("int f() { int x = 1; return *&x; }") == "");
  CHECK(checksOf("int f() { static int g; int *const p = &g; return *p; }") == "");
  CHECK(checksOf("struct A { int x; int f() { return x + this->x; } };\n"
                 "int f(A &a) { return a.f(); }") == "");
  CHECK(checksOf("int f() { return *\"text\" + \"text\"[1]; }") == "");
  CHECK(checksOf("int f() { int sum = 0, all[3] = {}; for (int x : all) sum += x; return sum; }") ==
        "");
  CHECK(checksOf("constexpr int f(int *p) { return *p; }\nint (*used)(int *) = f;") == "");
}

TEST_CASE("divisors") {
  CHECK(checksOf("int f(int a, int b) { return a / b; }") == "divisor32 of b");
  CHECK(checksOf("long f(long a, int b) { return a % b; }") == "divisor64 of b");
  CHECK(checksOf("void f(char &a, unsigned long b) { a /= b; }") == "divisor64 of b");
  CHECK(checksOf("int f(int a) { const int two = 2; return a / 3 + a % two; }") == "");
  CHECK(checksOf("double f(double a, int b) { return a / b; }") == "");
  CHECK(checksOf("int f(int a) { return a / (a - 1); }") == "divisor32 of a - 1");
}

TEST_CASE("indices") {
  CHECK(checksOf("int f(int i) { int all[4] = {}; return all[i] + all[3]; }") == "index of all");
  CHECK(checksOf("int f(int i) { int all[4] = {}; return all[4]; }") == "index of all");
  CHECK(checksOf("int *f(int (&all)[4], unsigned char i) { return &all[i]; }") == "index of all");
  CHECK(checksOf("int *f(int (&all)[4]) { return &all[4]; }") == ""); // behind the last
  CHECK(checksOf("int f(Node *n, int i) { return n->list[i]; }") ==
        "pointer of n, index of n->list");
  CHECK(checksOf("int f(int i, int j) { int all[2][3] = {}; return all[i][j]; }") ==
        "index of all, index of all[i]");
  CHECK(checksOf("struct Tail { int n; int more[1]; };\n"
                 "int f(Tail &t, int i) { return t.more[i]; }") == "");
}

TEST_CASE("ends of functions, and code that is not to be reached") {
  CHECK(checksOf("int f(int x) { if (x) return 1; }") == "return");
  CHECK(checksOf("int f(int x) { if (x) return 1; return 2; }") == "");
  CHECK(checksOf("int f(int x) { for (;;) take(&x); }") == "");
  CHECK(checksOf("void f(int x) { if (x) return; }") == "");
  CHECK(checksOf("int f(int x) { if (x) return 1; __builtin_unreachable(); }") ==
        "unreachable, return"); // behind it, where nothing leads to
}

TEST_CASE("what instances of a template have in common is checked once") {
  CHECK(checksOf("int *p;\ntemplate <typename T> T f() { return *p; }\n"
                 "long g() { return f<int>() + f<long>(); }") == "pointer of p, pointer of p");
}

TEST_CASE("assertions of libstdc++ may throw, with an exception path") {
  const std::string text = "#include <vector>\nstruct Object { ~Object(); };\n"
                           "int f(std::vector<int> &v, int i) { Object object; return v[i]; }\n";
  auto path = [](const CompiledUnit &unit) {
    for (const llvm::Function &function : *unit.module)
      for (const llvm::Instruction &instruction : llvm::instructions(function))
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
            call && call->getCalledFunction() &&
            call->getCalledFunction()->getName() == "_ZNSt6vectorIiSaIiEEixEm")
          return llvm::isa<llvm::InvokeInst>(call);
    return false;
  };
  CHECK(path(compiled(text)));
  CHECK(!path(compiled(text, false)));
}

TEST_CASE("without checks there is nothing") {
  CHECK(
      checksIn(*compiled("int f(int *p, int i) { int a[2]{}; if (i) return *p / i + a[i]; }", false)
                    .module) == "");
}

TEST_CASE("a check becomes a comparison and a call with the same exception path") {
  CompiledUnit unit = compiled("struct Object { ~Object(); };\n"
                               "int f(Node *n, int i) { Object object; return n->list[i] / i; }");
  lowerChecks(*unit.module);
  CHECK(!llvm::verifyModule(*unit.module, &llvm::errs()));
  CHECK(checksIn(*unit.module) == "pointer, index, divisor");
  unsigned invokes = 0;
  for (const llvm::Instruction &instruction :
       llvm::instructions(*unit.module->getFunction("_Z1fP4Nodei")))
    if (auto *invoke = llvm::dyn_cast<llvm::InvokeInst>(&instruction);
        invoke && invoke->getCalledFunction()->getName().starts_with(kFailedPrefix)) {
      ++invokes;
      CHECK(invoke->doesNotReturn());
      CHECK(llvm::isa<llvm::UnreachableInst>(invoke->getNormalDest()->front()));
    }
  CHECK(invokes == 3);
}

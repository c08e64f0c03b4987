// Inlining of program functions: what is recorded, what has versions, and what a loop is left with.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"
#include "compile/marker_names.h"
#include "instrument/rebind_pass.h"
#include "resume/patch_emitter.h"

#include <llvm/IR/CFG.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <algorithm>

using namespace jithost;

namespace {

/// A source, emitted; its module is left as it was after optimisation.
struct Emitted {
  CompiledUnit unit;
  EmittedObject object;

  static CompiledUnit compile(const std::string &text, int optimisation) {
    CompileJob job;
    job.source = "/inlining-test/program.cpp";
    job.sources = {{job.source, text}};
    job.optimisation = optimisation;
    return compileUnit(job, false);
  }

  explicit Emitted(const std::string &text, EmitRequest request = {}, int optimisation = 2)
      : unit(compile(text, optimisation)) {
    REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
    externaliseInternals(*unit.module, unit.table, 0);
    request.everything = request.label == "1";
    request.optimisation = optimisation;
    auto emitted = emitVersion(*unit.module, unit.table, request);
    REQUIRE(static_cast<bool>(emitted));
    object = std::move(*emitted);
  }

  std::set<std::string> inside(const std::string &body) const {
    auto found = object.inlined.find(body);
    return found == object.inlined.end() ? std::set<std::string>() : found->second;
  }

  bool hasBody(const std::string &symbol) const {
    return std::count(object.bodies.begin(), object.bodies.end(), symbol) != 0;
  }

  const llvm::Function &code(const std::string &body) const {
    const llvm::Function *function = unit.module->getFunction(body);
    REQUIRE_MESSAGE(function, body);
    return *function;
  }

  bool isCode(const std::string &body) const {
    const llvm::Function *function = unit.module->getFunction(body);
    return function && !function->isDeclaration();
  }
};

using Names = std::set<std::string>;

size_t vectorInstructions(const llvm::Function &function) {
  size_t count = 0;
  for (const llvm::Instruction &instruction : llvm::instructions(function))
    count += instruction.getType()->isVectorTy();
  return count;
}

/// Loads of flags: tests that are left.
std::vector<std::string> flagsTested(const llvm::Function &function) {
  std::vector<std::string> flags;
  for (const llvm::Instruction &instruction : llvm::instructions(function))
    if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
      if (load->getPointerOperand()->getName().ends_with("$poll"))
        flags.push_back(load->getPointerOperand()->getName().str());
  return flags;
}

bool isCapture(const llvm::Instruction &instruction) {
  auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
  return call && call->getCalledFunction() &&
         call->getCalledFunction()->getName() == kResumeFunction;
}

/// Tests that are reached without passing a capture.
size_t testsBeforeCapture(const llvm::Function &function) {
  size_t tests = 0;
  std::set<const llvm::BasicBlock *> seen;
  std::vector<const llvm::BasicBlock *> open{&function.getEntryBlock()};
  while (!open.empty()) {
    const llvm::BasicBlock *block = open.back();
    open.pop_back();
    if (!seen.insert(block).second)
      continue;
    bool captured = false;
    for (const llvm::Instruction &instruction : *block) {
      captured |= isCapture(instruction);
      if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
        tests += !captured && load->getPointerOperand()->getName().ends_with("$poll");
    }
    if (!captured)
      open.insert(open.end(), succ_begin(block), succ_end(block));
  }
  return tests;
}

size_t callsOf(const llvm::Function &function, const std::string &callee) {
  size_t calls = 0;
  for (const llvm::Instruction &instruction : llvm::instructions(function))
    if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction))
      calls += call->getCalledOperand()->getName() == callee; // a function, or a name of one
  return calls;
}

/// Of the captures of an object.
std::set<std::string> labels(const Emitted &emitted) {
  std::set<std::string> found;
  for (const std::string &site : emitted.object.sites) {
    size_t begin = site.find('|') + 1;
    found.insert(site.substr(begin, site.find('|', begin) - begin));
  }
  return found;
}

const std::string kChain = "int h(int x) { if (x < 0) throw x; return x + 1; }\n"
                           "int g(int x) { return h(x) * 2; }\n"
                           "int f(int x) { return g(x) - 3; }\n";

} // namespace

TEST_CASE("a body contains what was inlined into it, over all steps") {
  Emitted chain(kChain);
  CHECK(chain.inside("_Z1hi$v1") == Names{});
  CHECK(chain.inside("_Z1gi$v1") == Names{"_Z1hi"});
  CHECK(chain.inside("_Z1fi$v1") == Names{"_Z1gi", "_Z1hi"});
}

TEST_CASE("what leaves no instruction behind is recorded too") {
  Emitted constant("static int answer() { return 42; }\nint f() { return answer() + 1; }\n");
  CHECK(constant.inside("_Z1fv$v1") == Names{"_ZL6answerv.u0"});
}

TEST_CASE("a patch brings what changed; what did not is there to be inlined") {
  EmitRequest request;
  request.label = "2";
  request.changed = {"_Z1gi"};
  request.known = SymbolNames("_Z1fi\n_Z1gi\n_Z1hi\n");
  Emitted patch(kChain, request);
  CHECK(patch.object.bodies == std::vector<std::string>{"_Z1gi"});
  CHECK(patch.inside("_Z1gi$v2") == Names{"_Z1hi"});
  CHECK(patch.isCode("_Z1gi$v2"));
  CHECK(!patch.isCode("_Z1hi"));
  CHECK(!patch.isCode("_Z1hi$v2"));
}

TEST_CASE("attributes decide, and without optimisation nothing else does") {
  const std::string text =
      "[[gnu::always_inline]] inline int always(int x) { return x + 1; }\n"
      "[[gnu::noinline]] int never(int x) { return x + 2; }\nint maybe(int x) { return x + 3; }\n"
      "int f(int x) { return always(x) + never(x) + maybe(x); }\n";
  CHECK(Emitted(text, {}, 0).inside("_Z1fi$v1") == Names{"_Z6alwaysi"});
  for (int level : {1, 2})
    CHECK(Emitted(text, {}, level).inside("_Z1fi$v1") == Names{"_Z6alwaysi", "_Z5maybei"});
}

TEST_CASE("a library function that contains code of the program has versions") {
  const std::string text =
      "#include <algorithm>\n#include <vector>\n"
      "void f(std::vector<int> &v) {\n"
      "  std::sort(v.begin(), v.end(), [](int a, int b) { return a > b; });\n}\n";
  Emitted first(text);
  auto sorts = [](const Emitted &emitted) {
    return std::count_if(
        emitted.object.bodies.begin(), emitted.object.bodies.end(),
        [](const std::string &name) { return name.find("introsort_loop") != std::string::npos; });
  };
  CHECK(sorts(first) == 1);
  size_t versioned = 0;
  for (const auto &[body, contained] : first.object.inlined)
    if (body.find("introsort_loop") != std::string::npos)
      versioned += first.isCode(body) && contained.size() == 1;
  CHECK(versioned == 1);
}

TEST_CASE("a counted loop is vectorised as if its calls had been written out") {
  Emitted loops("static int change(int x) { return x * 3 + 1; }\n"
                "static void into(double &sum, double x) { sum += x; }\n"
                "void opaque();\n"
                "void written(int *a, int n) { for (int i = 0; i < n; ++i) a[i] = a[i] * 3 + 1; }\n"
                "void called(int *a, int n) { for (int i = 0; i < n; ++i) a[i] = change(a[i]); }\n"
                "void later(int *a, int n) {\n"
                "  opaque();\n  for (int i = 0; i < n; ++i)\n    a[i] = change(a[i]);\n}\n"
                "double reference(const double *a, int n) {\n"
                "  double sum = 0;\n  for (int i = 0; i < n; ++i)\n    into(sum, a[i]);\n"
                "  return sum;\n}\n");
  size_t natively = vectorInstructions(loops.code("_Z7writtenPii$v1"));
  CHECK(natively > 0);
  CHECK(vectorInstructions(loops.code("_Z6calledPii$v1")) == natively);
  CHECK(flagsTested(loops.code("_Z6calledPii$v1")).empty());
  CHECK(vectorInstructions(loops.code("_Z5laterPii$v1")) == natively);
  CHECK(flagsTested(loops.code("_Z5laterPii$v1")) ==
        std::vector<std::string>{"_Z5laterPii$v1$poll"});
  CHECK(flagsTested(loops.code("_Z9referencePKdi$v1")).empty());
  for (const llvm::Instruction &instruction : llvm::instructions(loops.code("_Z9referencePKdi$v1")))
    CHECK(!llvm::isa<llvm::AllocaInst>(instruction));
}

TEST_CASE("what a needless test guards does not make it needed") {
  std::string body = "int x = change(a[i]);\n";
  for (int i = 0; i < 20; ++i) // more than is copied to keep ways apart
    body += "x = (x ^ " + std::to_string(i * 7 + 1) + ") * x;\n";
  Emitted loop("static int change(int x) { return x * 3 + 1; }\n"
               "void f(int *a, int n) {\nfor (int i = 0; i < n; ++i) {\n" +
               body + "a[i] = x;\n}\n}\n");
  CHECK(flagsTested(loop.code("_Z1fPii$v1")).empty());
}

TEST_CASE("behind a call in the same statement, an inlined body is tested first") {
  Emitted twice("int h(int x) { if (x < 0) throw x; return x + 1; }\n"
                "int f(int a, int b) { return h(a) * 10 + h(b); }\n");
  CHECK(flagsTested(twice.code("_Z1fii$v1")) == std::vector<std::string>{"_Z1hi$v1$poll"});
  // Of what is outdated: by its public name, as the newest is.
  CHECK(callsOf(twice.code("_Z1fii$v1"), "_Z1hi") == 1);
}

TEST_CASE(
    "on the way on which nothing fails, a loop with calls that may fail is left without tests") {
  Emitted loop("int checked(const int *a, int i) { if (a[i] < 0) throw i; return a[i] * 3; }\n"
               "int f(const int *a, int n) {\n  int sum = 0;\n  for (int i = 0; i < n; ++i)\n"
               "    sum += checked(a, i);\n  return sum;\n}\n");
  const llvm::Function &code = loop.code("_Z1fPKii$v1");
  CHECK(!flagsTested(code).empty());
  CHECK(testsBeforeCapture(code) == 0);
}

TEST_CASE("a loop that nobody knows the end of asks, although it calls nothing") {
  Emitted waits("static int change(int x) { return x * 3 + 1; }\n"
                "int f(volatile int *stop) {\n  int x = 1;\n  while (!*stop)\n    x = change(x);\n"
                "  return x;\n}\n");
  size_t tests = 0;
  for (const llvm::Instruction &instruction : llvm::instructions(waits.code("_Z1fPVi$v1")))
    if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
      tests += load->getPointerOperand()->getName().ends_with("$poll") && load->isAtomic();
  CHECK(tests > 0);
}

TEST_CASE("a small function that computes contains levels of itself, and calls its own body") {
  Emitted twice("int f(int n) {\n  if (n < 0)\n    throw n;\n"
                "  return n < 2 ? n : f(n - 1) + f(n - 2);\n}\n");
  CHECK(labels(twice) == Names{"1", "1i", "1ii"});
  const llvm::Function &code = twice.code("_Z1fi$v1");
  CHECK(callsOf(code, "_Z1fi$v1") == 8); // 2 levels in it, 2 calls each
  CHECK(callsOf(code, "_Z1fi") >= 1);    // once it is outdated
  for (const std::string &flag : flagsTested(code))
    CHECK(flag == "_Z1fi$v1$poll");
  for (const llvm::Function &function : *twice.unit.module)
    CHECK((function.isDeclaration() || &function == &code));
}

TEST_CASE("a first call of its own needs no test") {
  Emitted once("int f(int n) {\n  return n < 2 ? 1 : n * f(n - 1);\n}\n");
  CHECK(flagsTested(once.code("_Z1fi$v1")).empty());
  CHECK(callsOf(once.code("_Z1fi$v1"), "_Z1fi$v1") == 1);
  CHECK(callsOf(once.code("_Z1fi$v1"), "_Z1fi") == 0);
}

TEST_CASE(
    "what may fault, what is called by another name or not to be inlined contains no levels") {
  const std::string text =
      "int memory(const int *p, int n) { return n < 2 ? *p : memory(p + 1, n - 1); }\n"
      "int division(int a, int b) { return b ? division(b, a % b) : a; }\n"
      "[[gnu::noinline]] int never(int n) { return n < 2 ? n : never(n - 1) + never(n - 2); }\n"
      "int labels(int n) {\n  static void *to[] = {&&a, &&b};\n  goto *to[n < 2];\n"
      "a:\n  return labels(n - 1);\nb:\n  return 1;\n}\n";
  Emitted none(text);
  CHECK(labels(none) == Names{"1"});
  CHECK(callsOf(none.code("_Z6memoryPKii$v1"), "_Z6memoryPKii$v1") == 1);
  CHECK(callsOf(none.code("_Z8divisionii$v1"), "_Z8divisionii$v1") == 1);
  CHECK(callsOf(none.code("_Z5neveri$v1"), "_Z5neveri$v1") == 0);
  EmitRequest request;
  request.label = "2";
  request.interim = true;
  request.changed = {"_Z1fi"};
  request.known = SymbolNames("_Z1fi\n");
  Emitted interim("int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\n", request);
  CHECK(labels(interim) == Names{"2"});
  CHECK(callsOf(interim.code("_Z1fi$v2"), "_Z1fi$v2") == 0);
}

// `back()` loses its assertion where emplace_back calls it, and nowhere else.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "instrument/sure_assertions.h"

#include <doctest/doctest.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>

using namespace llvm;

namespace {

constexpr const char *kBack = R"(
declare void @__jit_host_failed_assertion()
$_ZNSt6vectorIlSaIlEE4backEv = comdat any
define linkonce_odr ptr @_ZNSt6vectorIlSaIlEE4backEv(ptr %this) comdat {
  %end = load ptr, ptr %this
  %empty = icmp eq ptr %end, null
  br i1 %empty, label %fails, label %good
fails:
  call void @__jit_host_failed_assertion()
  unreachable
good:
  ret ptr %end
}
)";

std::unique_ptr<Module> parsed(LLVMContext &context, const std::string &code) {
  SMDiagnostic error;
  auto module = parseAssemblyString(kBack + code, error, context);
  REQUIRE_MESSAGE(module, error.getMessage().str());
  jithost::dropSureAssertions(*module);
  CHECK_FALSE(verifyModule(*module, &errs()));
  return module;
}

/// The function that `caller` calls.
const Function &calleeOf(const Module &module, const char *caller) {
  for (const Instruction &instruction : instructions(*module.getFunction(caller)))
    if (auto *call = dyn_cast<CallBase>(&instruction))
      return *call->getCalledFunction();
  FAIL("no call");
  return *module.getFunction(caller);
}

bool asserts(const Function &function) {
  for (const Instruction &instruction : instructions(function))
    if (isa<CallBase>(instruction))
      return true;
  return false;
}

} // namespace

TEST_CASE("emplace_back knows that there is a last one; others ask") {
  LLVMContext context;
  auto module = parsed(context, R"(
define ptr @_ZNSt6vectorIlSaIlEE12emplace_backIJlEEERlDpOT_(ptr %this) {
  %last = call ptr @_ZNSt6vectorIlSaIlEE4backEv(ptr %this)
  ret ptr %last
}
define ptr @_Z4lastRSt6vectorIlSaIlEE(ptr %this) {
  %last = call ptr @_ZNSt6vectorIlSaIlEE4backEv(ptr %this)
  ret ptr %last
}
)");
  const Function &sure = calleeOf(*module, "_ZNSt6vectorIlSaIlEE12emplace_backIJlEEERlDpOT_");
  CHECK_FALSE(asserts(sure));
  CHECK(sure.hasLocalLinkage());
  const Function &asked = calleeOf(*module, "_Z4lastRSt6vectorIlSaIlEE");
  CHECK(asserts(asked));
  CHECK(asked.getName() == "_ZNSt6vectorIlSaIlEE4backEv");
}

TEST_CASE("another container's, and a class of the program of such a name") {
  LLVMContext context;
  auto module = parsed(context, R"(
define ptr @_ZNSt5dequeIlSaIlEE12emplace_backIJlEEERlDpOT_(ptr %this) {
  %last = call ptr @_ZNSt6vectorIlSaIlEE4backEv(ptr %this)
  ret ptr %last
}
define ptr @_ZN4Pile12emplace_backIJlEEERlDpOT_(ptr %this) {
  %last = call ptr @_ZNSt6vectorIlSaIlEE4backEv(ptr %this)
  ret ptr %last
}
)");
  CHECK(asserts(calleeOf(*module, "_ZNSt5dequeIlSaIlEE12emplace_backIJlEEERlDpOT_")));
  CHECK(asserts(calleeOf(*module, "_ZN4Pile12emplace_backIJlEEERlDpOT_")));
}

// Public names as names of first bodies.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "instrument/entries.h"

#include <doctest/doctest.h>
#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/GlobalAlias.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/SourceMgr.h>

using namespace llvm;
using namespace jithost;

namespace {

constexpr const char *kCode = R"(
declare i32 @f(i32)
declare i32 @g(i32)
define i32 @"f$v1"(i32 %x) {
  %y = call i32 @g(i32 %x)
  ret i32 %y
}
define weak_odr i32 @"g$v1"(i32 %x) {
  %y = call i32 @f(i32 %x)
  ret i32 %y
}
define i32 @"unused$v1"(i32 %x) {
  ret i32 %x
}
)";

std::unique_ptr<Module> parsed(LLVMContext &context) {
  SMDiagnostic error;
  auto module = parseAssemblyString(kCode, error, context);
  REQUIRE_MESSAGE(module, error.getMessage().str());
  return module;
}

} // namespace

TEST_CASE("who calls a name calls the body") {
  LLVMContext context;
  auto module = parsed(context);
  addEntries(*module, {"f", "g", "unused", "gone"}, "1", SymbolNames());
  CHECK_FALSE(verifyModule(*module, &errs()));
  for (const char *name : {"f", "g", "unused"}) {
    GlobalAlias *entry = module->getNamedAlias(name);
    REQUIRE(entry);
    Function *body = module->getFunction(std::string(name) + "$v1");
    CHECK(entry->getAliasee() == body);
    CHECK(entry->getLinkage() == body->getLinkage());
    CHECK(body->getFnAttribute("patchable-function-entry").getValueAsString() == "5");
    CHECK(body->getAlign().valueOrOne() >= 16);
  }
  for (Instruction &instruction : instructions(*module->getFunction("f$v1")))
    if (auto *call = dyn_cast<CallInst>(&instruction))
      CHECK(call->getCalledOperand() == module->getNamedAlias("g"));
}

TEST_CASE("names that somebody has stay where they are") {
  LLVMContext context;
  auto module = parsed(context);
  SymbolNames known;
  known.insert("f");
  addEntries(*module, {"f", "g"}, "1", known);
  CHECK_FALSE(module->getNamedAlias("f"));
  CHECK(module->getFunction("f")->isDeclaration());
  CHECK_FALSE(module->getFunction("f$v1")->hasFnAttribute("patchable-function-entry"));
  CHECK(module->getNamedAlias("g"));
}

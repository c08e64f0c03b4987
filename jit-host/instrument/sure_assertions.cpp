// What the library calls there becomes a copy of its own, without the branch that fails.
#include "sure_assertions.h"

#include "../compile/marker_names.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/Local.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr StringRef kFails = kFailedAssertionFunction; // what __glibcxx_assert_fail became

struct Insertion {
  StringRef name, result; // of a template and of a function without parameters, as they are mangled
};
constexpr Insertion kInsertions[] = {{"12emplace_backI", "4backEv"},
                                     {"13emplace_frontI", "5frontEv"}};

/// `std::vector<...>::back()` for `std::vector<...>::emplace_back<...>`; empty: it is something
/// else.
std::string resultOf(const Function &function) {
  StringRef name = function.getName();
  for (const Insertion &insertion : kInsertions)
    if (size_t at = name.find(insertion.name); at != StringRef::npos && name.starts_with("_ZNSt"))
      return (name.take_front(at) + insertion.result).str();
  return "";
}

std::vector<CallBase *> callsOf(Function &in, StringRef beginning) {
  std::vector<CallBase *> calls;
  for (Instruction &instruction : instructions(in))
    if (auto *call = dyn_cast<CallBase>(&instruction))
      if (const Function *callee = call->getCalledFunction();
          callee && callee->getName().starts_with(beginning))
        calls.push_back(call);
  return calls;
}

Function *withoutAssertions(Function &function) {
  ValueToValueMapTy values;
  Function *copy = CloneFunction(&function, values);
  copy->setName(function.getName() + ".sure");
  copy->setLinkage(GlobalValue::InternalLinkage);
  copy->setComdat(nullptr);
  copy->setVisibility(GlobalValue::DefaultVisibility);
  for (CallBase *call : callsOf(*copy, kFails))
    changeToUnreachable(call);
  return copy;
}

} // namespace

void dropSureAssertions(Module &module) {
  std::vector<Function *> functions;
  for (Function &function : module)
    if (!function.isDeclaration() && !resultOf(function).empty())
      functions.push_back(&function);
  for (Function *function : functions) {
    std::string result = resultOf(*function);
    Function *callee = module.getFunction(result);
    if (!callee || callee->isDeclaration())
      continue;
    Function *copy = nullptr;
    for (CallBase *call : callsOf(*function, result))
      if (call->getCalledFunction() == callee)
        call->setCalledFunction(copy ? copy : copy = withoutAssertions(*callee));
  }
}

} // namespace jithost

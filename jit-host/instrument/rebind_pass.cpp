// Public names, versioned bodies, and the parts of a module that a patch does not bring again.
#include "rebind_pass.h"

#include <llvm/ADT/DenseSet.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>

#include <algorithm>

using namespace llvm;

namespace jithost {
namespace {

struct Constructor {
  uint64_t priority;
  Function *function;
};

/// The entries of llvm.global_ctors or llvm.global_dtors, by priority.
std::vector<Constructor> entriesOf(Module &module, StringRef name) {
  std::vector<Constructor> result;
  GlobalVariable *list = module.getGlobalVariable(name);
  auto *entries =
      list && list->hasInitializer() ? dyn_cast<ConstantArray>(list->getInitializer()) : nullptr;
  if (!entries)
    return result;
  for (Value *entry : entries->operands()) {
    auto *fields = cast<ConstantStruct>(entry);
    if (auto *function = dyn_cast<Function>(fields->getOperand(1)->stripPointerCasts()))
      result.push_back({cast<ConstantInt>(fields->getOperand(0))->getZExtValue(), function});
  }
  std::stable_sort(result.begin(), result.end(), [](const Constructor &a, const Constructor &b) {
    return a.priority < b.priority;
  });
  return result;
}

void deleteVariable(Module &module, StringRef name) {
  if (GlobalVariable *variable = module.getGlobalVariable(name))
    variable->eraseFromParent();
}

/// clang gathers initialisers of a file in one function that calls one per variable.
void initialisersIn(Function &function, SmallVectorImpl<CallBase *> &calls) {
  for (Instruction &instruction : instructions(function))
    if (auto *call = dyn_cast<CallBase>(&instruction))
      if (Function *callee = call->getCalledFunction())
        if (callee->getName().starts_with("__cxx_global_var_init") ||
            callee->getName().starts_with("__cxx_global_array_dtor"))
          calls.push_back(call);
}

/// True when the initialiser touches a variable this module still defines: one that is new.
bool initialisesNew(Function &initialiser) {
  for (Instruction &instruction : instructions(initialiser))
    for (Value *operand : instruction.operands())
      if (auto *variable = dyn_cast<GlobalVariable>(operand->stripInBoundsOffsets()))
        if (!variable->isDeclaration() && !variable->isConstant() &&
            !variable->getName().starts_with("_ZGV") && !variable->hasPrivateLinkage())
          return true;
  return false;
}

void keepNewInitialisers(Module &module) {
  std::vector<Constructor> kept;
  for (Constructor constructor : entriesOf(module, "llvm.global_ctors")) {
    if (constructor.function->isDeclaration())
      continue;
    SmallVector<CallBase *, 8> calls;
    initialisersIn(*constructor.function, calls);
    if (calls.empty()) {
      if (initialisesNew(*constructor.function))
        kept.push_back(constructor);
      continue;
    }
    bool any = false;
    for (CallBase *call : calls) {
      if (initialisesNew(*call->getCalledFunction()))
        any = true;
      else
        call->eraseFromParent();
    }
    if (any)
      kept.push_back(constructor);
  }
  deleteVariable(module, "llvm.global_ctors");
  for (const Constructor &constructor : kept)
    appendToGlobalCtors(module, constructor.function, constructor.priority);
}

/// Objects define the control objects of emulated TLS instead of thread_local variables.
bool isKnown(const GlobalVariable &variable, const SymbolNames &known) {
  std::string name = variable.getName().str();
  return known.contains(variable.isThreadLocal() ? "__emutls_v." + name : name);
}

/// An alias cannot be a declaration: its users get a function of its name instead.
void declareKnownAliases(Module &module, const SymbolNames &known) {
  for (GlobalAlias &alias : make_early_inc_range(module.aliases())) {
    auto *type = dyn_cast<FunctionType>(alias.getValueType());
    if (alias.hasLocalLinkage() || !type || !known.contains(alias.getName().str()))
      continue;
    Function *declaration = Function::Create(type, GlobalValue::ExternalLinkage, "", &module);
    alias.replaceAllUsesWith(declaration);
    declaration->takeName(&alias);
    alias.eraseFromParent();
  }
}

} // namespace

std::string publishedName(const std::string &symbol, uint32_t unit) {
  return symbol + ".u" + std::to_string(unit);
}

void referToPublished(Module &module, const SymbolNames &known, uint32_t unit) {
  for (GlobalValue &value : module.global_values()) {
    std::string name = value.getName().str(), published = publishedName(name, unit);
    if (!value.isDeclaration() || known.contains(name))
      continue;
    if (known.contains(published) ||
        (value.isThreadLocal() && known.contains("__emutls_v." + published)))
      value.setName(published);
  }
}

/// A table of a function's labels belongs to that body. (Where it is in another object, LLVM also
/// takes the jumps for unreachable.)
static bool holdsLabels(const GlobalVariable &variable) {
  SmallVector<const Constant *, 8> open{variable.getInitializer()};
  while (!open.empty()) {
    const Constant *constant = open.pop_back_val();
    if (isa<BlockAddress>(constant))
      return true;
    if (isa<ConstantAggregate, ConstantExpr>(constant))
      for (const Use &operand : constant->operands())
        open.push_back(cast<Constant>(operand));
  }
  return false;
}

void externaliseInternals(Module &module, StatementTable &table, uint32_t unit) {
  auto publish = [&](GlobalValue &value) {
    value.setName(publishedName(value.getName().str(), unit));
    value.setLinkage(GlobalValue::ExternalLinkage);
    value.setDSOLocal(false);
  };
  for (FunctionTable &entry : table.functions) {
    Function *function = module.getFunction(entry.symbol);
    if (!function || !function->hasLocalLinkage())
      continue;
    publish(*function);
    entry.symbol = function->getName().str();
  }
  // Objects of a JIT lie anywhere: hidden symbols would be reached by 32 bit distances.
  for (GlobalValue &value : module.global_values())
    if (!value.hasLocalLinkage() && !value.hasDefaultVisibility()) {
      value.setVisibility(GlobalValue::DefaultVisibility);
      value.setDSOLocal(false);
    }
  // What __cxa_atexit knows a library by: the process's own end is the only one there is.
  if (GlobalVariable *handle = module.getGlobalVariable("__dso_handle")) {
    handle->setInitializer(Constant::getNullValue(handle->getValueType()));
    handle->setLinkage(GlobalValue::PrivateLinkage);
  }
  // Constants stay inside: a version may have its own copy. What can change must be one for all
  // versions.
  for (GlobalVariable &variable : module.globals())
    if (variable.hasInternalLinkage() && !variable.isConstant() &&
        !variable.getName().starts_with("llvm."))
      publish(variable);
}

/// An alias leads to one body for ever: a function of its name that calls on leads to the newest.
void replaceAliases(Function &function) {
  Module &module = *function.getParent();
  for (GlobalAlias &alias : make_early_inc_range(module.aliases())) {
    if (alias.getAliasee()->stripPointerCasts() != &function)
      continue;
    Function *caller =
        Function::Create(function.getFunctionType(), alias.getLinkage(), "", &module);
    caller->setAttributes(function.getAttributes());
    caller->setCallingConv(function.getCallingConv());
    alias.replaceAllUsesWith(caller);
    caller->takeName(&alias);
    alias.eraseFromParent();
    IRBuilder<> builder(BasicBlock::Create(module.getContext(), "", caller));
    SmallVector<Value *, 8> arguments;
    for (Argument &argument : caller->args())
      arguments.push_back(&argument);
    CallInst *call = builder.CreateCall(&function, arguments);
    call->setTailCallKind(CallInst::TCK_MustTail);
    call->setAttributes(function.getAttributes().removeFnAttributes(module.getContext()));
    call->setIsNoInline(); // nobody would bring its own name to the newest body
    call->setCallingConv(function.getCallingConv());
    call->getType()->isVoidTy() ? builder.CreateRetVoid() : builder.CreateRet(call);
  }
}

void renameBody(Function &function, const std::string &label) {
  Module &module = *function.getParent();
  std::string name = function.getName().str();
  AttributeList attributes = function.getAttributes();
  Function *name_only = Function::Create(function.getFunctionType(), GlobalValue::ExternalLinkage,
                                         function.getAddressSpace(), "", &module);
  name_only->setAttributes(attributes);
  name_only->removeFnAttr(Attribute::NoRecurse);
  name_only->setCallingConv(function.getCallingConv());
  function.replaceAllUsesWith(name_only);
  function.setName(bodyName(name, label));
  name_only->setName(name);
  function.setComdat(nullptr);
  function.removeFnAttr(Attribute::NoRecurse);
  // An inline function may stand in several units: the first body is as good as the others.
  function.setLinkage(function.isWeakForLinker() ? GlobalValue::WeakODRLinkage
                                                 : GlobalValue::ExternalLinkage);
  function.setVisibility(GlobalValue::DefaultVisibility);
  function.setDSOLocal(false);
}

bool collectConstructors(Module &module, const std::string &name) {
  std::vector<Constructor> constructors = entriesOf(module, "llvm.global_ctors");
  std::vector<Constructor> destructors = entriesOf(module, "llvm.global_dtors");
  if (constructors.empty() && destructors.empty())
    return false;
  auto *type = FunctionType::get(Type::getVoidTy(module.getContext()), false);
  Function *all = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  IRBuilder<> builder(BasicBlock::Create(module.getContext(), "", all));
  // Registered before anything is constructed, so run after everything is destroyed.
  FunctionCallee at_exit = module.getOrInsertFunction(
      "atexit", FunctionType::get(builder.getInt32Ty(), {builder.getPtrTy()}, false));
  for (const Constructor &destructor : destructors)
    builder.CreateCall(at_exit, {destructor.function});
  for (const Constructor &constructor : constructors)
    builder.CreateCall(constructor.function);
  builder.CreateRetVoid();
  deleteVariable(module, "llvm.global_ctors");
  deleteVariable(module, "llvm.global_dtors");
  return true;
}

std::string newThreadLocal(Module &module, const SymbolNames &known) {
  bool constructed = false;
  for (GlobalVariable &variable : module.globals())
    constructed |= variable.getName().starts_with("__tls_guard") && isKnown(variable, known);
  for (GlobalAlias &alias : module.aliases())
    if (constructed && alias.getName().starts_with("_ZTH") &&
        !known.contains(alias.getName().str())) {
      std::string name = demangle(("_Z" + alias.getName().drop_front(4)).str());
      return name.substr(0, name.find("[abi:"));
    }
  return "";
}

void cutToPatch(Module &module, const StatementTable &table, const std::set<std::string> &kept,
                const std::set<std::string> &copies, const SymbolNames &known) {
  std::set<std::string> program;
  for (const FunctionTable &entry : table.functions)
    program.insert(entry.symbol);
  for (Function &function : module) {
    std::string name = function.getName().str();
    if (function.isDeclaration() || kept.count(name))
      continue;
    bool of_program = program.count(name) != 0;
    if (!of_program && (function.hasLocalLinkage() || !known.contains(name)))
      continue;
    function.setComdat(nullptr);
    bool of_library = function.hasLinkOnceODRLinkage() || function.hasWeakODRLinkage();
    if (of_program ? copies.count(name) != 0 : of_library)
      function.setLinkage(GlobalValue::AvailableExternallyLinkage); // may still be inlined
    else
      function.deleteBody();
  }
  std::set<std::string> constants;
  for (const ProgramVariable &variable : table.globals)
    if (variable.constant)
      constants.insert(variable.symbol);
  for (GlobalVariable &variable : module.globals())
    if (!variable.isDeclaration() && !variable.hasLocalLinkage() && isKnown(variable, known)) {
      if (holdsLabels(variable) ||
          (variable.isConstant() && constants.count(variable.getName().str()))) {
        variable.setLinkage(GlobalValue::InternalLinkage); // each version has its own value
        variable.setComdat(nullptr);
        continue;
      }
      variable.setInitializer(nullptr);
      variable.setLinkage(GlobalValue::ExternalLinkage);
      variable.setComdat(nullptr);
    }
  declareKnownAliases(module, known);
  keepNewInitialisers(module);
  deleteVariable(module, "llvm.used");
  deleteVariable(module, "llvm.compiler.used");
  deleteVariable(module, "llvm.global_dtors");
}

} // namespace jithost

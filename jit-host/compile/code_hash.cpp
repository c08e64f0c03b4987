// Hashes IR by what it does: opcodes, types, constants, callees by name, locals by order of
// appearance.
#include "code_hash.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

using namespace llvm;

namespace jithost {
namespace {

class FunctionHasher {
public:
  uint64_t hash(const Function &function) {
    for (const Argument &argument : function.args())
      number(&argument);
    for (const BasicBlock &block : function)
      for (const Instruction &instruction : block)
        if (!isa<DbgInfoIntrinsic>(instruction))
          add(instruction);
    return state_;
  }

private:
  void mix(uint64_t value) { state_ = (state_ ^ value) * 0x9E3779B97F4A7C15ull + (state_ >> 29); }
  void mix(StringRef text) { mix(xxh3_64bits(text)); }
  /// Classes count by what they consist of: clang tells instances of a template, and closures,
  /// apart by numbers that depend on everything in front of them.
  void mix(const Type *type) {
    if (auto *record = dyn_cast<StructType>(type)) {
      mix(record->isOpaque() ? 0 : 1 + record->getNumElements());
      for (const Type *element : record->elements())
        mix(element);
      return;
    }
    if (auto *array = dyn_cast<ArrayType>(type)) {
      mix(array->getNumElements());
      return mix(array->getElementType());
    }
    std::string text;
    raw_string_ostream stream(text);
    type->print(stream, false, true);
    mix(StringRef(text));
  }
  uint64_t number(const Value *value) {
    return numbers_.try_emplace(value, numbers_.size()).first->second;
  }

  void add(const Instruction &instruction) {
    mix(instruction.getOpcode());
    mix(instruction.getType());
    if (auto *compare = dyn_cast<CmpInst>(&instruction))
      mix(compare->getPredicate());
    if (auto *slot = dyn_cast<AllocaInst>(&instruction))
      mix(slot->getAllocatedType());
    if (auto *element = dyn_cast<GetElementPtrInst>(&instruction))
      mix(element->getSourceElementType());
    if (auto *extract = dyn_cast<ExtractValueInst>(&instruction))
      for (unsigned index : extract->indices())
        mix(index);
    if (auto *insert = dyn_cast<InsertValueInst>(&instruction))
      for (unsigned index : insert->indices())
        mix(index);
    for (const Value *operand : instruction.operands())
      add(operand, 0);
    mix(number(&instruction));
  }

  void add(const Value *operand, unsigned depth) {
    if (auto *variable = dyn_cast<GlobalVariable>(operand)) {
      // String literals and tables have numbered names: what counts is what they hold.
      if (variable->hasPrivateLinkage() && variable->hasInitializer() && depth < 8)
        return add(variable->getInitializer(), depth + 1);
      mix(variable->getName());
      // So does a constant of the program that is used by its address.
      if (variable->isConstant() && variable->hasInitializer() && depth < 8 &&
          !variable->getName().starts_with("_ZT"))
        add(variable->getInitializer(), depth + 1);
      return;
    }
    if (auto *global = dyn_cast<GlobalValue>(operand))
      return mix(global->getName());
    if (auto *integer = dyn_cast<ConstantInt>(operand))
      return mix(integer->getValue().getLimitedValue() ^ integer->getBitWidth());
    if (auto *constant = dyn_cast<Constant>(operand))
      return addConstant(constant, depth);
    if (isa<MetadataAsValue>(operand))
      return;
    mix(number(operand));
  }

  void addConstant(const Constant *constant, unsigned depth) {
    if (auto *data = dyn_cast<ConstantDataSequential>(constant))
      return mix(data->getRawDataValues());
    if (auto *real = dyn_cast<ConstantFP>(constant))
      return mix(real->getValueAPF().bitcastToAPInt().getLimitedValue());
    if (auto *expression = dyn_cast<ConstantExpr>(constant))
      mix(expression->getOpcode());
    mix(constant->getValueID());
    mix(constant->getType());
    if (depth < 8)
      for (const Use &use : constant->operands())
        add(use.get(), depth + 1);
  }

  uint64_t state_ = 0x243F6A8885A308D3ull;
  DenseMap<const Value *, uint64_t> numbers_;
};

} // namespace

void hashCode(const Module &module, StatementTable &table) {
  for (FunctionTable &entry : table.functions)
    if (const Function *function = module.getFunction(entry.symbol))
      if (!function->isDeclaration()) {
        entry.code_hash = FunctionHasher().hash(*function);
        entry.address_taken =
            function->hasAddressTaken(nullptr, false, true, /*IgnoreLLVMUsed=*/true);
      }
}

} // namespace jithost

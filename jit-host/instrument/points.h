// Reads the marks that the statement marker left in unoptimised IR: which storage holds which
// variable at which statement. Both sides, capture and continuation, see a function through this.
#pragma once

#include "../compile/statement_table.h"

#include <llvm/IR/ValueHandle.h>

#include <map>
#include <string>
#include <vector>

namespace llvm {
class Function;
} // namespace llvm

namespace jithost {

/// Storage that is alive at a point. The name is the same in every version of a function.
struct Storage {
  std::string name; // "x", "x#1" (the second x in scope), "<this>", "<sret>", "x.tmp0"
  llvm::WeakTrackingVH
      place; // an alloca, or a value that is itself an address; follows replacements
};

struct Point {
  llvm::WeakVH call; // null once its block is gone
  std::vector<Storage> storage;
};

/// The marks of one function. Handles, not pointers: a continuation deletes and replaces what they
/// name.
struct Marks {
  std::map<uint32_t, Point> points;         // by statement id; none where clang emitted no code
  std::map<llvm::Value *, uint32_t> guards; // guard slot -> statement id
};

Marks collectMarks(llvm::Function &function, const FunctionTable &table);

/// How a value travels from a frame to a continuation, as one 64 bit word.
enum class CaptureKind : char {
  Address = 'a', // the storage stays where it is, the word is its address
  Word = 'w',    // an integer or pointer of up to 64 bits
  Float = 'f',   // bits of a float
  Double = 'd',  // bits of a double
};

/// A scalar whose address nobody has but the marks: it may live in a register.
CaptureKind captureKind(const llvm::Value *place);

/// Name that `index`, an element of `scope`, has in captures: occurrences of one name are numbered
/// from outside.
std::string captureName(const FunctionTable &table, const std::vector<uint32_t> &scope,
                        size_t index);

} // namespace jithost

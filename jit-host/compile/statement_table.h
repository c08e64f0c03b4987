// Plain data that describes one version of a program: its functions, their statements, and the
// variables in scope at each of them. Written by the statement marker, read by everything after it.
#pragma once

#include "local_names.h"

#include <cstdint>
#include <string>
#include <vector>

namespace jithost {

enum class StatementKind : uint8_t {
  Expression,
  Declaration,
  Compound, // a nested { ... }
  If,
  For,
  RangeFor,
  While,
  Do,
  Switch,
  Try,
  Return,
  Jump,      // break, continue, goto
  Condition, // of for, range-for and do: evaluated in every iteration
  Increment, // of for and range-for
  End,       // the closing brace of a block: where a run goes on when nothing is left of the block
};

/// A local variable, parameter, range-for helper (`__range1`) or the pseudo variable `<catch>` that
/// stands for "an exception is being handled here".
struct Variable {
  std::string name;
  std::string type;               // canonical spelling, empty for `<catch>`
  std::string spelling;           // as the user wrote it, for the screen
  std::vector<std::string> bases; // canonical base classes at offset 0, nearest first; of the
                                  // pointee for pointers, with " *"
  uint64_t layout = 0; // hash of what objects of the type look like; 0: see StatementTable::classes
  uint64_t size = 0;   // bytes
  bool trivial_destruction = true;
  bool reference = false;
  uint32_t declared_by = 0; // id of the declaring statement, 0 for parameters
};

/// What a handler does with an exception; decides whether what it catches is a failure.
enum class HandlerRole : uint8_t {
  Handles,
  Rethrows,   // ends in `throw;` on every path
  LeavesMain, // stands in main and leads only out of it
};

/// One `catch` of a try.
struct Handler {
  std::string type; // symbol of the caught type's type_info; empty: catches everything
  HandlerRole role = HandlerRole::Handles;
};

/// One statement at which a run can pause and go on. Statements with the same `parent` and `block`
/// are siblings; their order is that of their ids (ids are given in source order, parents first).
struct Statement {
  uint32_t id = 0;     // unique within its function, counted from 1
  uint32_t parent = 0; // enclosing statement, 0 = the function's body
  uint32_t block = 0;  // which block of the parent: if: 0 then, 1 else; try: 0 body, 1.. handlers
  StatementKind kind = StatementKind::Expression;
  uint32_t begin_line = 0, begin_column = 0, end_line = 0, end_column = 0; // counted from 1
  std::string file;                                                        // absolute path
  std::string text;   // its own tokens, joined by one blank; without those of statements inside it
                      // and of lambda bodies
  std::string labels; // in front of it: "case 1 :"
  bool calls = false; // calls or assigns: running it twice can have effects (of its own tokens)
  bool resume_mark = false;      // a `// jit-host: resume` comment stands at its line
  std::vector<Handler> handlers; // of a try, in order: blocks 1, 2, ...
  std::vector<uint32_t> scope; // variables alive before it, outermost first: indices into variables
};

/// Statements in the header of a loop (range, begin, end, condition, increment) stand in this
/// block.
inline constexpr uint32_t kHeaderBlock = 1000;

struct FunctionTable {
  std::string symbol; // mangled name
  std::string name;   // for the screen, as `Net::forward`
  std::string file;   // absolute path
  uint32_t begin_line = 0, end_line = 0;
  std::string signature;             // canonical type, with class and const
  bool address_taken = false;        // in its unit: somebody may have kept a pointer to it
  uint64_t code_hash = 0;            // of the normalised unoptimised IR; 0 = not known
  std::string lambda_owner;          // of a lambda: its entry in local_names
  uint32_t lambda_number = 0;        // 0: it is no lambda
  bool resumable = true;             // has guards
  bool terminates = false;           // noexcept: an exception that leaves it ends the program
  std::vector<Handler> handlers;     // of a function try block, whose body is block 0
  bool restart_mark = false;         // a `// jit-host: restart` comment stands at its opening line
  std::string not_resumable_because; // why it has no guards
  std::vector<Variable> variables;
  std::vector<Statement> statements; // sorted by id
  const Statement *statement(uint32_t id) const {
    return id == 0 || id > statements.size() ? nullptr : &statements[id - 1];
  }
};

/// A class of the program and a hash of what its objects look like: size, bases, fields, virtual
/// functions.
struct ClassLayout {
  std::string name;
  std::string file;
  uint32_t line = 0;
  uint64_t layout = 0;
  bool module = false;               // derived from torch::nn::Module
  std::vector<std::string> contents; // "member double scale", "base Model", "virtual forward"
};

/// A variable of the program with static storage that is no local one.
struct ProgramVariable {
  std::string symbol, name;
  std::string type;               // canonical
  std::vector<std::string> bases; // as of Variable
  bool reference = false;
  std::string file;
  uint32_t line = 0;
  std::string initialiser; // tokens
  bool constant = false;   // each version has its own
};

/// All program functions of one translation unit, in source order.
struct StatementTable {
  std::vector<FunctionTable> functions;
  std::vector<ClassLayout> classes;
  std::vector<LocalName> local_names;
  std::vector<ProgramVariable> globals;
  const FunctionTable *function(const std::string &symbol) const {
    for (const FunctionTable &f : functions)
      if (f.symbol == symbol)
        return &f;
    return nullptr;
  }
};

} // namespace jithost

// Statement tables written as nested calls, for tests:
//
//     function("f", {decl("auto x = f()", {value("x", "int")}),
//                    whileLoop("while (x)", {expr("g(x)")})})
//
// Ids are given in preorder, every block gets its End, every statement the scope of its place, and
// a line of its own.
#pragma once

#include "compile/statement_table.h"

#include <map>
#include <string>
#include <vector>

namespace jithost::test {

struct Node {
  StatementKind kind = StatementKind::Expression;
  std::string text;
  std::vector<Variable> variables; // it declares; those of a block statement live inside it
  std::map<uint32_t, std::vector<Node>> blocks;
  bool resume_mark = false;
  std::string labels;
};
using Nodes = std::vector<Node>;

/// A variable without a destructor.
inline Variable value(std::string name, std::string type = "int", uint64_t layout = 0) {
  Variable variable;
  variable.name = std::move(name);
  variable.type = variable.spelling = std::move(type);
  variable.layout = layout;
  variable.reference = variable.type.ends_with("&");
  return variable;
}

/// A variable with a destructor.
inline Variable object(std::string name, std::string type = "at::Tensor", uint64_t layout = 0) {
  Variable variable = value(std::move(name), std::move(type), layout);
  variable.trivial_destruction = false;
  return variable;
}

inline Node node(StatementKind kind, std::string text, std::map<uint32_t, Nodes> blocks = {},
                 std::vector<Variable> variables = {}) {
  return {kind, std::move(text), std::move(variables), std::move(blocks), false, ""};
}

inline Node expr(std::string text) { return node(StatementKind::Expression, std::move(text)); }
inline Node jump(std::string text) { return node(StatementKind::Jump, std::move(text)); }
inline Node decl(std::string text, std::vector<Variable> variables) {
  return node(StatementKind::Declaration, std::move(text), {}, std::move(variables));
}
inline Node block(Nodes body) { return node(StatementKind::Compound, "", {{0, std::move(body)}}); }
inline Node ifThen(std::string text, Nodes then) {
  return node(StatementKind::If, std::move(text), {{0, std::move(then)}});
}
inline Node ifElse(std::string text, Nodes then, Nodes otherwise) {
  return node(StatementKind::If, text + " else", {{0, std::move(then)}, {1, std::move(otherwise)}});
}
inline Node switchOver(std::string text, Nodes body) {
  return node(StatementKind::Switch, std::move(text), {{0, std::move(body)}});
}
inline Node whileLoop(std::string text, Nodes body) {
  return node(StatementKind::While, std::move(text), {{0, std::move(body)}});
}
inline Node tryCatch(Nodes body, Nodes handler) {
  return node(StatementKind::Try, "try catch ( ... )",
              {{0, std::move(body)}, {1, std::move(handler)}});
}
inline Node forLoop(std::string init, std::string condition, std::string increment, Nodes body,
                    std::vector<Variable> variables = {value("i")}) {
  Nodes header{node(StatementKind::Condition, condition)};
  if (!increment.empty())
    header.push_back(node(StatementKind::Increment, increment));
  return node(StatementKind::For, "for (" + init + "; " + condition + "; " + increment + ")",
              {{kHeaderBlock, std::move(header)}, {0, std::move(body)}}, std::move(variables));
}
inline Node rangeFor(std::string variable, std::string range, Nodes body, int number = 1) {
  std::string digit = std::to_string(number);
  Nodes header{decl("auto && __range = " + range, {value("__range" + digit, "Loader &")}),
               decl("auto __begin = begin()", {value("__begin" + digit, "Iterator")}),
               decl("auto __end = end()", {value("__end" + digit, "Iterator")}),
               node(StatementKind::Condition, "__begin != __end"),
               node(StatementKind::Increment, "++ __begin")};
  body.insert(body.begin(), decl("auto " + variable + " = * __begin()", {object(variable)}));
  return node(StatementKind::RangeFor, "for (auto " + variable + " : " + range + ")",
              {{kHeaderBlock, std::move(header)}, {0, std::move(body)}});
}
inline Node marked(Node node) {
  node.resume_mark = true;
  return node;
}

/// Fills a function table from nodes.
class TableBuilder {
public:
  explicit TableBuilder(FunctionTable &table) : table_(table) {}

  void declare(std::vector<Variable> variables, uint32_t by) {
    for (Variable &variable : variables) {
      variable.declared_by = by;
      scope_.push_back(table_.variables.size());
      table_.variables.push_back(std::move(variable));
    }
  }

  void addBlock(const Nodes &nodes, uint32_t parent, uint32_t block) {
    auto scope = scope_;
    for (const Node &node : nodes)
      add(node, parent, block);
    if (block != kHeaderBlock) {
      addStatement(node(StatementKind::End, ""), parent, block);
      scope_ = scope;
    }
  }

private:
  uint32_t addStatement(const Node &node, uint32_t parent, uint32_t block) {
    Statement statement;
    statement.id = table_.statements.size() + 1;
    statement.parent = parent;
    statement.block = block;
    statement.kind = node.kind;
    statement.begin_line = statement.end_line = ++line_;
    statement.file = "/src/train.cpp";
    statement.text = node.text;
    statement.labels = node.labels;
    statement.calls = node.kind != StatementKind::For && node.kind != StatementKind::RangeFor &&
                      node.text.find("()") != std::string::npos;
    statement.resume_mark = node.resume_mark;
    statement.scope = scope_;
    table_.statements.push_back(std::move(statement));
    return table_.statements.back().id;
  }

  void add(const Node &node, uint32_t parent, uint32_t block) {
    uint32_t id = addStatement(node, parent, block);
    auto scope = scope_;
    declare(node.variables, id);
    if (node.kind == StatementKind::Declaration)
      return;
    if (auto header = node.blocks.find(kHeaderBlock); header != node.blocks.end())
      addBlock(header->second, id, kHeaderBlock);
    for (const auto &[number, body] : node.blocks) {
      if (number == kHeaderBlock)
        continue;
      auto outside = scope_;
      if (node.kind == StatementKind::Try && number > 0)
        declare({value("<catch>", "")}, 0);
      addBlock(body, id, number);
      scope_ = outside;
    }
    scope_ = scope;
  }

  FunctionTable &table_;
  std::vector<uint32_t> scope_;
  uint32_t line_ = 10;
};

inline FunctionTable function(std::string name, const Nodes &body,
                              std::vector<Variable> parameters = {}) {
  FunctionTable table;
  table.symbol = "_Z" + name;
  table.name = std::move(name);
  table.file = "/src/train.cpp";
  table.begin_line = 10;
  table.signature = "void ()";
  TableBuilder builder(table);
  builder.declare(std::move(parameters), 0);
  builder.addBlock(body, 0, 0);
  return table;
}

inline StatementTable version(std::vector<FunctionTable> functions) {
  StatementTable table;
  table.functions = std::move(functions);
  return table;
}

/// Id of the statement with this text: of the last one when there are several.
inline uint32_t at(const FunctionTable &table, const std::string &text) {
  uint32_t found = 0;
  for (const Statement &statement : table.statements)
    if (statement.text == text)
      found = statement.id;
  return found;
}

} // namespace jithost::test

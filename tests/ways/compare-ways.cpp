// Compiles a program after a patch in two ways, as a whole and by the bodies that changed, and
// compares what comes out: tables, hashes of code, symbols.
//
//   compare-ways OLD NEW [FLAG ...]
//
// Both are texts of one file. Ends with 0 when both ways agree, 2 when the patch is more than
// bodies, 1 when they differ.
#include "compile/parsed_unit.h"
#include "compile/table_json.h"
#include "compile/table_update.h"

#include <llvm/IR/Module.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <unistd.h>

using namespace jithost;
using nlohmann::json;

namespace {

std::string readFile(const std::string &path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

CompiledUnit whole(const CompileJob &job) {
  CompiledUnit unit = compileUnit(job, false, nullptr);
  if (!unit.ok) {
    std::cerr << unit.diagnostics;
    _exit(3);
  }
  return unit;
}

/// The numbers in clang's names for the parts of a range-for say how deep the parser was.
std::string plain(const std::string &text) {
  static const std::regex number("__(range|begin|end)[0-9]+");
  return std::regex_replace(text, number, "__$1");
}

/// From a little before the place where two texts part.
std::string from(const std::string &text, const std::string &other) {
  size_t at =
      std::mismatch(text.begin(), text.end(), other.begin(), other.end()).first - text.begin();
  return text.substr(at < 60 ? 0 : at - 60, 160);
}

/// Entries by a key, as text; the order of functions is no matter.
std::map<std::string, std::string> entries(const json &table) {
  std::map<std::string, std::string> result;
  for (const json &function : table["functions"])
    result["function " + function["symbol"].get<std::string>()] = plain(function.dump());
  for (const char *kind : {"classes", "globals", "local_names"})
    for (const json &entry : table[kind]) {
      std::string key = std::string(kind) + " " + entry["name"].get<std::string>();
      if (entry.contains("owner"))
        key += " " + entry["owner"].get<std::string>() + " " + entry["number"].dump();
      result[key] = entry.dump();
    }
  return result;
}

int compare(const StatementTable &expected, const StatementTable &found) {
  auto a = entries(json(expected)), b = entries(json(found));
  int result = 0;
  for (auto &[key, text] : a)
    if (text.find("\"code_hash\":0,") != std::string::npos) // nothing uses it any more
      continue;
    else if (!b.count(key) || b[key] != text) {
      std::cout << "differs: " << key << "\n  whole:  " << from(text, b[key])
                << "\n  bodies: " << from(b[key], text) << "\n";
      result = 1;
    }
  for (auto &[key, text] : b)
    if (!a.count(key)) {
      std::cout << "too much: " << key << "\n";
      result = 1;
    }
  return result;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3)
    return 3;
  CompileJob job;
  job.source = std::string("/program/program.cpp");
  job.flags.assign(argv + 3, argv + argc);
  job.checks = true;
  job.sources = {{job.source, readFile(argv[1])}};
  StatementTable before = whole(job).table;
  CompileJob after = job;
  after.sources = {{job.source, readFile(argv[2])}};
  after.names_before = before.local_names;
  StatementTable expected = whole(after).table;
  int result = 3;
  int held = 3;
  parseUnit(after, false, [&](ParsedUnit &unit) {
    unit.makeReady();
    held = compare(expected, unit.generate(nullptr).table);
  });
  if (held != 0) {
    std::cout << "after makeReady\n" << std::flush;
    _exit(1);
  }
  parseUnit(job, false, [&](ParsedUnit &unit) {
    unit.makeReady();
    ChangedBodies changed = unit.generateChanged(
        after.sources, before.local_names,
        [](const std::vector<std::string> &) { return std::vector<std::string>(); },
        [&](const std::string &symbol) { return before.function(symbol) != nullptr; });
    if (!changed.why_not.empty()) {
      std::cout << changed.unit.diagnostics << "more than bodies: " << changed.why_not << "\n";
      result = 2;
      return;
    }
    result = compare(
        expected, updatedTable(before, {changed.unit.table, changed.encodings, {}, changed.moved}));
  });
  std::cout.flush();
  _exit(result);
}

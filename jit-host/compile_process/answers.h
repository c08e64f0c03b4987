// What several requests to the compile process have in common.
#pragma once

#include "compile/frontend.h"
#include "compile/messages.h"
#include "compile/symbol_names.h"

#include <nlohmann/json.hpp>

namespace jithost {

Message failure(llvm::Error error);

/// The folder that relative paths in the flags start from, and the precompiled header: another run
/// may have dropped it.
llvm::Error getReady(const CompileJob &job);
/// For a child that does one job and ends.
void enterFolder(const CompileJob &job);

/// Nobody waits for this, and the program computes meanwhile.
void giveWay();

/// Table and code of `unit` into `text` and `bitcode`.
void addCode(CompiledUnit &unit, const CompileJob &job, nlohmann::json &text, std::string &bitcode);

/// A unit that was read as a whole.
Message answerWith(CompiledUnit unit, const CompileJob &job);

/// What the process has: symbols, and library functions made for interim code.
struct Available {
  SymbolNames known, support;
  uint32_t unit;
  Available(const std::vector<std::string> &texts, const CompileJob &job)
      : known(texts.at(0)), support(texts.at(1)), unit(job.unit) {}
  bool operator()(const std::string &symbol) const;
};

} // namespace jithost

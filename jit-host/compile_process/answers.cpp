// Flags, folders and the parts of an answer.
#include "answers.h"

#include "../versions/work_json.h"
#include "compile/precompiled_header.h"
#include "instrument/call_steps.h"
#include "instrument/checks.h"
#include "instrument/rebind_pass.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <sys/resource.h>

using namespace llvm;
using nlohmann::json;

namespace jithost {

Message failure(Error error) { return {json{{"error", toString(std::move(error))}}.dump(), {}}; }

void enterFolder(const CompileJob &job) {
  if (!job.folder.empty())
    sys::fs::set_current_path(job.folder); // not there: clang names what it does not find
}

Error getReady(const CompileJob &job) {
  enterFolder(job);
  return job.precompiled_header.empty() ? Error::success()
                                        : ensurePrecompiledHeader(job, job.precompiled_header);
}

void giveWay() { setpriority(PRIO_PROCESS, 0, 10); }

void addCode(CompiledUnit &unit, const CompileJob &job, json &text, std::string &bitcode) {
  if (job.checks)
    lowerChecks(*unit.module);
  if (job.injection)
    addCallSteps(*unit.module, unit.table);
  externaliseInternals(*unit.module, unit.table, job.unit);
  text["table"] = unit.table;
  raw_string_ostream stream(bitcode);
  WriteBitcodeToFile(*unit.module, stream);
}

Message answerWith(CompiledUnit unit, const CompileJob &job) {
  Message answer;
  answer.blobs.resize(1);
  json text = {{"ok", unit.ok},
               {"partial", unit.partial},
               {"diagnostics", unit.diagnostics},
               {"program_files", unit.program_files}};
  if (unit.ok)
    addCode(unit, job, text, answer.blobs[0]);
  answer.text = dump(text);
  return answer;
}

bool Available::operator()(const std::string &symbol) const {
  return known.contains(symbol) || support.contains(symbol) ||
         known.contains(publishedName(symbol, unit));
}

} // namespace jithost

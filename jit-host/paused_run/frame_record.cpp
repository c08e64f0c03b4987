// Variables of the statement's scope, with the words of the capture.
#include "frame_record.h"

#include "compile/marker_names.h"

namespace jithost {

std::vector<HeldVariable> variablesIn(const FrameRecord &record) {
  std::vector<HeldVariable> found;
  const FunctionTable &code = *record.frame.code;
  const Statement *statement = code.statement(record.frame.statement);
  for (size_t i = 0; statement && i < statement->scope.size(); ++i) {
    const Variable &variable = code.variables[statement->scope[i]];
    if (variable.name.starts_with("__") || variable.name == kCatchName)
      continue;
    std::string name =
        variable.name == kThisName ? "<this>" : captureName(code, statement->scope, i);
    HeldVariable held{&variable};
    for (size_t k = 0; k < record.captured.size(); ++k)
      if (record.captured[k].name == name) {
        held.kind = record.captured[k].kind;
        held.word = &record.words[k];
      }
    found.push_back(held);
  }
  return found;
}

} // namespace jithost

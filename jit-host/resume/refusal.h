// Every "no" to a patch, with the sentence that says what to do instead.
#pragma once

#include <string>
#include <string_view>

namespace jithost {

enum class RefusalReason {
  VariableChangedType,
  VariableWithoutValue,
  VariableRemoved,
  ClassChangedLayout,
  ModuleChangedLayout,
  GlobalChangedType,
  SignatureChanged,
  ResultChangedType,
  FunctionRemoved,
  LoopRemoved,
  NoStatementLeft,
  NotResumable,
  WouldRunAgain,
  StorageNotInitialised,
  LambdaChangedCaptures,
  ThreadLocalAdded,
  LeavesBlock,
  AddressKept,
  EmptyFile,
  NameMatchesNothing,
  NameAmbiguous,
};

/// A patch that cannot be taken over. `subject` names the thing (a variable, a function, a file)
/// and `detail` the facts that led to the refusal ("double before, float now").
struct Refusal {
  RefusalReason reason;
  std::string subject;
  std::string detail;
  std::string place; // FILE:LINE in the patch, may be empty
};

/// One line: what is refused, why, and what to do instead.
std::string sentence(const Refusal &refusal);

/// The enumerator's name, as it stands in the journal: "variable-changed-type".
std::string_view reasonName(RefusalReason reason);

} // namespace jithost

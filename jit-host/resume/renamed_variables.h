// Variables that a patch gives another name and leaves as they are otherwise: their values go on
// under the new name.
#pragma once

#include "continuation.h"

#include <map>
#include <string>
#include <vector>

namespace jithost {

/// Old name -> new name.
using Renaming = std::map<std::string, std::string>;

/// A variable was renamed when its old name is gone, the new one was not there, and type and
/// declaration are the same but for the names (for a parameter: type and place).
Renaming renamedVariables(const FunctionTable &before, const FunctionTable &after);

/// `before` as if it had been written with the new names.
FunctionTable withNames(FunctionTable before, const Renaming &renaming);

/// What a frame of the old code holds, by the new names.
std::vector<CapturedName> withNames(std::vector<CapturedName> captured, const Renaming &renaming);

} // namespace jithost

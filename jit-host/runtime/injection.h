// Injection: exceptions thrown at chosen executions of chosen statements. Only for tests.
#pragma once

#include <string>

namespace jithost {

/// Reads what is to be thrown from `path`, lines of `EXECUTION SITE`, behind a line
/// `cause NAME` if it is to be a fault, and writes `path`.report at
/// the end of exit(): one line `EXECUTIONS OUTCOME HARMLESS SITE` for each site that was reached.
/// \return an empty string, or what is wrong
std::string startInjection(const std::string &path);

} // namespace jithost

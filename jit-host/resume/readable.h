// Places and statements as a user reads them.
#pragma once

#include "../compile/statement_table.h"

#include <string>
#include <string_view>

namespace jithost {

/// "train.cpp:41": without the folder.
std::string placeText(std::string_view file, uint32_t line);

/// The tokens of a statement, set as a person would write them and cut when long:
/// "optimizer.step()".
std::string readableTokens(std::string_view tokens);

/// "optimizer.step()", "{ ... }", "}"
std::string statementText(const Statement &statement);

/// "train.cpp:41: optimizer.step()"
std::string placeAndText(const Statement &statement);

} // namespace jithost

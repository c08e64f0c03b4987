// What has elements in an order: vectors, arrays, deques, lists, and views of them.
#pragma once

#include "value_view.h"

namespace jithost {

/// Null for other names.
View findSequenceView(const std::string &name);

/// `T[N]`; text for characters.
std::optional<std::string> describeArray(const Value &value);

} // namespace jithost

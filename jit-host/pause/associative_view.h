// Maps and sets, ordered and not.
#pragma once

#include "value_view.h"

namespace jithost {

/// Null for other names.
View findAssociativeView(const std::string &name);

} // namespace jithost

// What holds other objects, one or several, of types that are known: pairs, tuples, optionals,
// variants, smart pointers, and what is nothing but a number with a meaning.
#pragma once

#include "value_view.h"

namespace jithost {

/// Null for other names.
View findHolderView(const std::string &name);

} // namespace jithost

// A process that keeps one unit parsed for the next patch of bodies.
#pragma once

#include "compile/messages.h"

#include <nlohmann/json.hpp>

namespace jithost {

/// Reads the unit, says so by `socket`, and stays for as long as somebody holds the other end.
/// Asked for `everything`, or for an evaluation, it forks. What has `changed` it reads into the
/// unit it holds, once and without a fork, which would cost milliseconds and a fault for every page
/// touched; then it emits code of that.
/// \return what is wrong with the unit
Message holdUnit(const Message &message, const nlohmann::json &request, int socket);

} // namespace jithost

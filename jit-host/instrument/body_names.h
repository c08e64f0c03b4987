// Names of versioned bodies, as they stand in objects.
#pragma once

#include <cstdint>
#include <string>

namespace jithost {

/// Name of the body that `symbol` has under `label`: its version, "3", or a continuation of it,
/// "3c1".
std::string bodyName(const std::string &symbol, const std::string &label);

/// The byte that makes a body's polls ask, once the body is outdated.
std::string pollFlagName(const std::string &body);

/// The byte that a continuation made for a retry sets when it begins its statement again: by then
/// it had got past it.
std::string againFlagName(const std::string &body);

/// What interim code calls the library function `symbol`.
std::string supportName(const std::string &symbol);

/// The inverse of `bodyName`. \return false when `body` is no body's name.
bool parseBodyName(const std::string &body, std::string &symbol, std::string &label);

/// Version of a label.
uint32_t versionOf(const std::string &label);

} // namespace jithost

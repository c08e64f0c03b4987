// Names of versioned bodies, as they stand in objects.
#pragma once

#include <cstdint>
#include <string>

namespace jithost {

/// Name of the body that `symbol` has under `label`: its version, "3", or a continuation of it,
/// "3c1". Under an inner label that of the body around.
std::string bodyName(const std::string &symbol, const std::string &label);

/// Label of the copy of itself that a body under `label` contains, "3i": both are in one frame of
/// the machine, and a capture has to tell whose it is.
std::string innerLabel(const std::string &label);

/// 0: the body itself.
unsigned innerLevel(const std::string &label);

/// The label of the body that code under `label` is part of.
std::string outerLabel(const std::string &label);

/// What the line table calls code of `symbol` under `label`, an inner copy by its own label.
std::string nameOfCode(const std::string &symbol, const std::string &label);

/// The byte that makes a body's polls ask, once the body is outdated.
std::string pollFlagName(const std::string &body);

/// The byte that a continuation made for a retry sets when it begins its statement again: by then
/// it had got past it.
std::string againFlagName(const std::string &body);

/// What interim code calls the library function `symbol`.
std::string supportName(const std::string &symbol);

/// The inverse of `nameOfCode`. \return false when `body` is no body's name.
bool parseBodyName(const std::string &body, std::string &symbol, std::string &label);

/// Version of a label.
uint32_t versionOf(const std::string &label);

} // namespace jithost

// What the console's commands say of the program's versions.
#pragma once

#include "versions/version_store.h"

namespace jithost {

/// One line for each version, the newest marked.
std::string versionList(const VersionStore &versions);

/// What a version changed in its sources. \param argument its number; empty: the newest
std::string versionChanges(const VersionStore &versions, const std::string &argument);

} // namespace jithost

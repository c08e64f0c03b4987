// What compiles: so that a cache knows what another compiler or another host has made.
#pragma once

#include <string>

namespace jithost {

/// The installed clang.
std::string compilerIdentity();

/// Everything that a result depends on besides what is asked for: the compiler, the executable of
/// the compile process (the very file: no version number has to be kept), the processor
/// (`-march=native`), and the environment that the compiler heeds.
std::string compileIdentity(const std::string &executable);

} // namespace jithost

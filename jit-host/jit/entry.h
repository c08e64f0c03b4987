// The first instruction of a body, where a jump to another body can stand.
#pragma once

#include <llvm/Support/Error.h>

#include <cstdint>

namespace jithost {

/// Whether a body can be led elsewhere at `address`: it begins with an instruction of five bytes
/// that does nothing (see instrument/entries), or with a jump that was written there.
bool isEntry(uint64_t address);

/// Whether code there may be changed, found out by writing what stands there. A system may forbid
/// it.
bool canBeWritten(uint64_t entry);

/// From here on who calls what lies at `entry` comes to `body`; to `entry` itself: as at first. One
/// store: calls that are in progress, on other threads too, are not disturbed.
llvm::Error leadEntry(uint64_t entry, uint64_t body);

} // namespace jithost

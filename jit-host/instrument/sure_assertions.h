// Assertions of the C++ library that cannot fail where they stand.
#pragma once

namespace llvm {
class Module;
}

namespace jithost {

/// `emplace_back` and `emplace_front` return what they have just inserted, by way of `back()` and
/// `front()`, which assert that there is something. LLVM cannot see that there is: the container
/// would be kept in memory, in every round of a loop that fills it, for an exception that never
/// comes.
void dropSureAssertions(llvm::Module &module);

} // namespace jithost

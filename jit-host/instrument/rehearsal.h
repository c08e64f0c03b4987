// What code generation does once in a process, done ahead: it costs milliseconds, in which somebody
// would wait for a patch.
#pragma once

namespace jithost {

/// Generates interim code for a function that nobody needs, so that targets are known, lazily bound
/// functions bound, and memory is at hand.
void rehearseInterimCode();

} // namespace jithost

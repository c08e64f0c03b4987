// Names that the marked code and the passes over it agree on.
#pragma once

namespace jithost {

/// Two functions that stand in the marked code until the capture pass removes them:
/// `unsigned point(unsigned id, ...)` names the variables in scope by their addresses,
/// `void cleanup(unsigned *guard)` marks where clang runs the cleanups of the guard's scope.
inline constexpr const char *kPointFunction = "__jit_host_point";
inline constexpr const char *kGuardCleanupFunction = "__jit_host_guard_cleanup";
/// `void step(const char *site, unsigned harmless)` stands behind each guard when exceptions are to
/// be injected (tests only); defined in runtime/.
inline constexpr const char *kStepFunction = "__jit_host_step";
/// Called by captured code on the exception path; defined in runtime/.
inline constexpr const char *kResumeFunction = "__jit_host_resume";
/// Called by captured code at polls: is there new code for this frame? And: go on in it.
inline constexpr const char *kPollFunction = "__jit_host_poll";
inline constexpr const char *kSwitchFunction = "__jit_host_switch";
/// `bool outdated(const char *flag, int at)`: stands for the test of a body's flag until nothing is
/// inlined any more (instrument/outdated_tests).
inline constexpr const char *kOutdatedFunction = "__jit_host_outdated";
/// `int passes()`, asked at the begin of every handler; defined in runtime/.
inline constexpr const char *kPassesHandlerFunction = "__jit_host_passes_handler";
/// `[[noreturn]] void terminates()`, called where an exception would leave a noexcept function.
inline constexpr const char *kTerminatesFunction = "__jit_host_terminates";
/// Module flag: the program wants multiplications and additions fused wherever that pays.
inline constexpr const char *kContractFlag = "jit.host.contract";
/// Pseudo variables of the statement table.
inline constexpr const char *kThisName = "this";
inline constexpr const char *kCatchName = "<catch>";

} // namespace jithost

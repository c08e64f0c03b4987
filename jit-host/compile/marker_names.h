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
/// `bool outdated(const char *flag, int at, int level)`: stands for the test of a body's flag until
/// nothing is inlined any more (instrument/outdated_tests).
inline constexpr const char *kOutdatedFunction = "__jit_host_outdated";
/// `int passes()`, asked at the begin of every handler; defined in runtime/.
inline constexpr const char *kPassesHandlerFunction = "__jit_host_passes_handler";
/// `[[noreturn]] void terminates()`, called where an exception would leave a noexcept function.
inline constexpr const char *kTerminatesFunction = "__jit_host_terminates";
/// Checks of a value: each stands around the value and gives it back, until instrument/checks makes
/// a comparison of it and a call of the function that fails. `text` names the value.
/// `void *check(const volatile void *pointer, const char *text)`
inline constexpr const char *kCheckPointerFunction = "__jit_host_check_pointer";
/// `T check(T divisor, const char *text)`
inline constexpr const char *kCheckDivisor32Function = "__jit_host_check_divisor32";
inline constexpr const char *kCheckDivisor64Function = "__jit_host_check_divisor64";
/// `long check(long index, long count, long allowed, const char *text)`: must be below `allowed`
inline constexpr const char *kCheckIndexFunction = "__jit_host_check_index";
/// What checks that fail call: they throw; defined in runtime/checks.cpp.
inline constexpr const char *kFailedPrefix = "__jit_host_failed_";
inline constexpr const char *kFailedPointerFunction = "__jit_host_failed_pointer";
inline constexpr const char *kFailedDivisorFunction = "__jit_host_failed_divisor";
inline constexpr const char *kFailedIndexFunction = "__jit_host_failed_index";
inline constexpr const char *kFailedReturnFunction = "__jit_host_failed_return";
inline constexpr const char *kFailedUnreachableFunction = "__jit_host_failed_unreachable";
inline constexpr const char *kFailedAssertionFunction = "__jit_host_failed_assertion";
/// What an assertion of libstdc++ calls: `std::__glibcxx_assert_fail`.
inline constexpr const char *kLibraryAssertionFunction = "_ZSt21__glibcxx_assert_failPKciS0_S0_";
/// Module flag: the program wants multiplications and additions fused wherever that pays.
inline constexpr const char *kContractFlag = "jit.host.contract";
/// Pseudo variables of the statement table.
inline constexpr const char *kThisName = "this";
inline constexpr const char *kCatchName = "<catch>";

} // namespace jithost

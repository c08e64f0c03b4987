// The signal's handler does what a handler may: it notes the frames, starts a copy of the process
// that unwinds (frame_probe.h), and waits for an order. A thread that is inside the C library but
// not in a system call may be in malloc, whose lock everybody needs: it is let go and stopped again
// a little later. So is one that stands where nothing says how to unwind.
#include "thread_stop.h"

#include "fault.h"
#include "internal.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

namespace jithost {

enum StopState : int {
  Free,
  Asked,    // a signal is on its way to the thread
  Standing, // everything is noted
  NotHere,  // it may stand somewhere else in a moment
  Busy,     // with the host's own work
  GoOn,     // orders
  Leave,
  Left, // what became of Leave
  CannotLeave,
};

struct StopBox {
  static constexpr size_t kMaxFrames = 4096;
  std::atomic<int> state = Free; // a futex
  pid_t thread = 0;
  RawFrame frames[kMaxFrames];
  size_t count = 0;
  ProbeCopy copy;
  const char *what = nullptr, *message = nullptr;
};

namespace {

constexpr int kAnswer_ms = 500;    // for a signal to be answered
constexpr int kTries = 2000;       // to find it where it can be looked at, 1 ms apart
constexpr int kRescue_ms = 20'000; // for a rescue that a dying thread waits for
constexpr size_t kAllFrames = 100'000;

StopBox boxes[3];
StopBox waits_for_rescue;

int stopSignal() { return SIGRTMAX - 2; }

void set(StopBox &box, int state) {
  box.state = state;
  syscall(SYS_futex, &box.state, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

/// Until the state is another one. \return false: it has taken too long
bool await(StopBox &box, int while_state, int patience_ms) {
  timespec until{};
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += patience_ms / 1000;
  until.tv_nsec += patience_ms % 1000 * 1'000'000L;
  if (until.tv_nsec >= 1'000'000'000) {
    until.tv_nsec -= 1'000'000'000;
    ++until.tv_sec;
  }
  while (box.state == while_state)
    if (syscall(SYS_futex, &box.state, FUTEX_WAIT_BITSET_PRIVATE, while_state,
                patience_ms < 0 ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY) != 0 &&
        errno == ETIMEDOUT)
      return box.state != while_state;
  return true;
}

/// Where a thread stands: at an instruction that was interrupted, or in a function that was called.
struct Place {
  void *context = nullptr; // of a signal's handler
  uintptr_t function = 0;  // where there is none

  uintptr_t instruction() const {
    return static_cast<ucontext_t *>(context)->uc_mcontext.gregs[REG_RIP];
  }
};

struct Noting {
  StopBox &box;
  const Place &place;
  bool begun = false;
  bool lost = false;
};

_Unwind_Reason_Code note(_Unwind_Context *context, void *argument) {
  auto &noting = *static_cast<Noting *>(argument);
  StopBox &box = noting.box;
  uintptr_t address = _Unwind_GetIP(context), begin = functionAt(address - 1);
  if (!noting.begun) { // the handler, and the frame that the kernel has made for it
    bool interrupted = noting.place.context && address == noting.place.instruction();
    noting.begun = interrupted || (!noting.place.context && begin == noting.place.function);
    if (interrupted) {
      box.frames[box.count++] = {address + 1, 0, false}; // it is not behind a call
      noting.lost = functionAt(address) == 0;            // then nothing more is told
    }
    return _URC_NO_REASON;
  }
  uintptr_t callee = 0;
  if (box.count != 0) {
    RawFrame &inner = box.frames[box.count - 1];
    inner.address = _Unwind_GetCFA(context);
    callee = functionAt(inner.return_address - 1);
  }
  noting.lost = begin == 0 && address != 0;
  if (begin == 0 || begin == programTrampoline() || begin == threadTrampoline() ||
      box.count == StopBox::kMaxFrames)
    return _URC_END_OF_STACK;
  box.frames[box.count++] = {address, 0, callee == resumeHook() || callee == switchHook()};
  return _URC_NO_REASON;
}

void *libraryOf(const void *address) {
  Dl_info info{};
  return dladdr(const_cast<void *>(address), &info) ? info.dli_fbase : nullptr;
}

/// Where locks may be held that everybody needs: malloc's, the unwinder's. What waits in a system
/// call holds none of them.
struct LockingLibraries {
  void *c_library = libraryOf(reinterpret_cast<void *>(&malloc));
  void *unwinder = libraryOf(reinterpret_cast<void *>(&_Unwind_Backtrace));
};
LockingLibraries *locking = nullptr;

/// \return false: the way out is lost at a function without unwind information, such as the
/// kernels of OpenBLAS that are written in assembly; what calls them has it
bool noteFrames(StopBox &box, const Place &place) {
  box.count = 0;
  Noting noting{box, place};
  _Unwind_Backtrace(note, &noting);
  return !noting.lost;
}

bool isSystemCall(const unsigned char *at) { return at[0] == 0x0f && at[1] == 0x05; }

bool mayHoldLocks(uintptr_t address) {
  const auto *at = reinterpret_cast<const unsigned char *>(address);
  void *library = libraryOf(at);
  if (!library || (library != locking->c_library && library != locking->unwinder))
    return false;
  return !isSystemCall(at) && !isSystemCall(at - 2); // begins again, or has ended early
}

/// \return true in the copy, which is to go on at once: it unwinds
bool startCopy(StopBox &box, const Place &place) {
  box.copy = startProbe(kAllFrames);
  if (box.copy.process != 0)
    return false;
  if (!place.context)
    throwInsteadOf(place.function, /*anywhere=*/true);
  if (!place.context || !throwFromContext(place.context, "copy", "", /*anywhere=*/true))
    _exit(0);
  return true;
}

void obey(StopBox &box, void *context) {
  if (box.state != Leave)
    return set(box, Free);
  bool left = throwFromContext(context, box.what, box.message, /*anywhere=*/false);
  set(box, left ? Left : CannotLeave);
}

void onStop(int, siginfo_t *, void *context) {
  int saved = errno;
  Place here{context, 0};
  for (StopBox &box : boxes) {
    if (box.state != Asked || box.thread != gettid())
      continue;
    if (host_sections > 0 || !hooks.can_pause) {
      set(box, Busy);
    } else if (mayHoldLocks(here.instruction()) || !noteFrames(box, here)) {
      set(box, NotHere);
    } else {
      if (startCopy(box, here))
        return;
      set(box, Standing);
      await(box, Standing, -1);
      obey(box, context);
    }
    break;
  }
  errno = saved;
}

bool ask(StopBox &box) {
  set(box, Asked);
  if (tgkill(getpid(), box.thread, stopSignal()) != 0 || !await(box, Asked, kAnswer_ms)) {
    int asked = Asked; // else it answers right now
    if (box.state.compare_exchange_strong(asked, Free))
      return false;
  }
  return true;
}

void handleStops() {
  static const bool done = [] {
    locking = new LockingLibraries;
    struct sigaction action{};
    action.sa_sigaction = onStop;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    return sigaction(stopSignal(), &action, nullptr) == 0;
  }();
  static_cast<void>(done);
}

} // namespace

ThreadStop::ThreadStop(StopBox &box)
    : box_(box), frames_(box.frames, box.frames + box.count), guards_(readProbe(box.copy)) {}

std::unique_ptr<ThreadStop> ThreadStop::stop(pid_t thread) {
  handleStops();
  for (StopBox &box : boxes) {
    int free = Free;
    if (!box.state.compare_exchange_strong(free, Busy))
      continue;
    box.thread = thread;
    for (int i = 0; i < kTries && ask(box) && box.state == NotHere; ++i)
      usleep(1000);
    if (box.state == Standing)
      return std::unique_ptr<ThreadStop>(new ThreadStop(box));
    set(box, Free);
    return nullptr;
  }
  return nullptr;
}

std::unique_ptr<ThreadStop> ThreadStop::standing() {
  return waits_for_rescue.state == Standing
             ? std::unique_ptr<ThreadStop>(new ThreadStop(waits_for_rescue))
             : nullptr;
}

ThreadStop::~ThreadStop() {
  if (box_.state == Standing)
    set(box_, GoOn);
}

bool ThreadStop::leave(const char *what, const char *message) {
  box_.what = what;
  box_.message = message;
  set(box_, Leave);
  await(box_, Leave, -1);
  bool left = box_.state == Left;
  set(box_, Free);
  return left;
}

bool standForRescue(void *context, uintptr_t function) {
  int free = Free;
  StopBox &box = waits_for_rescue;
  if (!hooks.lost || !box.state.compare_exchange_strong(free, Asked))
    return false;
  Place here{context, function};
  box.thread = gettid();
  noteFrames(box, here);
  if (startCopy(box, here))
    return true;
  set(box, Standing);
  if (hooks.lost())
    await(box, Standing, kRescue_ms);
  return false;
}

} // namespace jithost

// The copy may use memory, locks and the clock, and write to one pipe. A destructor that wants more
// gets EPERM; one that waits for a thread, of which the copy has none, waits until the copy is
// killed.
#include "frame_probe.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace jithost {
namespace {

int told_by = -1; // in the copy: the pipe
size_t left_to_tell = 0;
std::string last_body; // whose guard was met last, and the frame it stands in
uintptr_t last_address = 0;

constexpr int kPatience_ms = 1000;
constexpr uint32_t kMaxText = 1 << 20;

constexpr uint32_t kAllowed[] = {
    SYS_mmap,          SYS_munmap,       SYS_mremap,         SYS_mprotect,
    SYS_madvise,       SYS_brk,          SYS_futex,          SYS_exit,
    SYS_exit_group,    SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_rt_sigaction,
    SYS_gettid,        SYS_getpid,       SYS_tgkill,         SYS_sched_yield,
    SYS_clock_gettime, SYS_gettimeofday, SYS_nanosleep,      SYS_clock_nanosleep,
    SYS_sigaltstack,   SYS_membarrier};

/// \return false where the kernel has no such filters: then nothing must run.
bool confine(int pipe) {
  constexpr uint32_t kNumber = offsetof(seccomp_data, nr);
  constexpr uint32_t kFirstArgument = offsetof(seccomp_data, args);
  constexpr size_t kCount = std::size(kAllowed);
  sock_filter filter[kCount + 8];
  size_t at = 0;
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber);
  for (size_t i = 0; i < kCount; ++i) // on to the last statement but one
    filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kAllowed[i],
                            static_cast<uint8_t>(kCount - i - 1 + 4), 0);
  filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2);
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kFirstArgument);
  filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(pipe), 1, 0);
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  sock_fprog program{static_cast<unsigned short>(at), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool writeAll(int to, const void *from, size_t size) {
  auto *bytes = static_cast<const char *>(from);
  while (size > 0) {
    ssize_t written = write(to, bytes, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes += written;
    size -= written;
  }
  return true;
}

double now_ms() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/// All of `size` bytes, or false: the copy has ended, or its time is over.
bool readAll(int from, void *to, size_t size, double until_ms) {
  auto *bytes = static_cast<char *>(to);
  while (size > 0) {
    double left = until_ms - now_ms();
    pollfd source{from, POLLIN, 0};
    if (left <= 0 || poll(&source, 1, static_cast<int>(left) + 1) < 0)
      return false;
    if (source.revents == 0)
      continue;
    ssize_t got = read(from, bytes, size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    bytes += got;
    size -= got;
  }
  return true;
}

bool readFrame(int from, ProbedFrame &frame, double until_ms) {
  uint32_t text = 0, count = 0;
  uint64_t address = 0;
  if (!readAll(from, &text, sizeof text, until_ms) || text > kMaxText ||
      !readAll(from, &count, sizeof count, until_ms) || count > kMaxText ||
      !readAll(from, &address, sizeof address, until_ms))
    return false;
  frame.site.resize(text);
  frame.words.resize(count);
  frame.frame_address = address;
  return readAll(from, frame.site.data(), text, until_ms) &&
         readAll(from, frame.words.data(), count * sizeof(uint64_t), until_ms);
}

/// Function and label in front of a site's text.
std::string bodyOf(const char *site) {
  std::string text = site;
  return text.substr(0, text.find('|', text.find('|') + 1));
}

/// \return false for one more guard of the same frame
bool isNext(const CapturedFrame &frame) {
  std::string body = bodyOf(frame.site);
  if (frame.frame_address == last_address && body == last_body)
    return false;
  last_address = frame.frame_address;
  last_body = std::move(body);
  return true;
}

} // namespace

bool isProbe() { return told_by >= 0; }

ProbeCopy startProbe(size_t expected) {
  int ends[2];
  if (expected == 0 || pipe2(ends, O_CLOEXEC) != 0)
    return {-1, -1};
  // Without the handlers of pthread_atfork: the thread may hold what they lock.
  pid_t copy = _Fork();
  if (copy != 0) {
    close(ends[1]);
    return {copy, ends[0]};
  }
  close(ends[0]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGUSR1})
    signal(fault, SIG_DFL); // handlers of the program are not for this
  if (!confine(ends[1]))
    _exit(1);
  told_by = ends[1];
  left_to_tell = expected;
  return {0, -1};
}

std::vector<ProbedFrame> readProbe(const ProbeCopy &copy) {
  std::vector<ProbedFrame> frames;
  if (copy.told_by < 0)
    return frames;
  double until_ms = now_ms() + kPatience_ms;
  for (ProbedFrame frame; copy.process > 0 && readFrame(copy.told_by, frame, until_ms);)
    frames.push_back(std::move(frame));
  close(copy.told_by);
  if (copy.process > 0) {
    kill(copy.process, SIGKILL);
    while (waitpid(copy.process, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return frames;
}

bool probeFrames(const CapturedFrame &from, size_t expected, std::vector<ProbedFrame> &frames) {
  ProbeCopy copy = startProbe(expected);
  if (copy.process == 0) {
    isNext(from);
    return true;
  }
  frames = readProbe(copy);
  return false;
}

void tellFrame(const CapturedFrame &frame) {
  if (!isNext(frame))
    return;
  uint32_t text = std::strlen(frame.site), count = frame.count;
  uint64_t address = frame.frame_address;
  bool told = writeAll(told_by, &text, sizeof text) && writeAll(told_by, &count, sizeof count) &&
              writeAll(told_by, &address, sizeof address) && writeAll(told_by, frame.site, text) &&
              writeAll(told_by, frame.words, count * sizeof(uint64_t));
  if (!told || --left_to_tell == 0)
    _exit(0);
}

} // namespace jithost

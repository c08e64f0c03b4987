// posix_spawn, a pipe for what the command says, a pidfd for its end, one epoll for both.
#include "command_process.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

constexpr int kGrace_ms = 1000; // between SIGTERM and SIGKILL
constexpr size_t kLongestLine = 4000;

/// $1 is the group to end, $2 the folder to remove. It reads nothing before its input ends.
constexpr const char *kGuardian =
    "read line; kill -s KILL -- \"-$1\" 2>/dev/null; [ -z \"$2\" ] || rm -rf -- \"$2\"";

Error fault(const std::string &what, int number = errno) {
  return createStringError("cannot " + what + ": " + std::strerror(number));
}

void closeOnce(int &descriptor) {
  if (descriptor >= 0)
    close(descriptor);
  descriptor = -1;
}

/// What a process is started with: descriptors 0 to 2 and nothing else, signals as at a login.
class Spawn {
public:
  Spawn() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                               POSIX_SPAWN_SETPGROUP);
  }
  Spawn(const Spawn &) = delete;
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  void use(int descriptor, int as) { posix_spawn_file_actions_adddup2(&actions_, descriptor, as); }
  void openNull(int as) { posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDWR, 0); }
  void in(const std::string &folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }

  /// \return its process, -1 with errno when there is none
  pid_t run(const std::vector<std::string> &arguments,
            const std::vector<std::string> &environment = {}) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3); // the program's files are its own
    std::vector<char *> argv, envp;
    for (const std::string &argument : arguments)
      argv.push_back(const_cast<char *>(argument.c_str()));
    argv.push_back(nullptr);
    for (const std::string &variable : environment)
      envp.push_back(const_cast<char *>(variable.c_str()));
    for (char **inherited = environ; *inherited; ++inherited)
      if (none_of(environment, [&](const std::string &own) { return sameName(own, *inherited); }))
        envp.push_back(*inherited);
    envp.push_back(nullptr);
    pid_t process = -1;
    int number = posix_spawnp(&process, argv[0], &actions_, &attributes_, argv.data(), envp.data());
    if (number == 0)
      return process;
    errno = number;
    return -1;
  }

private:
  static bool sameName(StringRef variable, StringRef other) {
    return variable.split('=').first == other.split('=').first;
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

void sleepMs(int ms) {
  timespec time{ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, nullptr);
}

void writeAt(int descriptor, StringRef text, off_t at) {
  while (!text.empty()) {
    ssize_t written = pwrite(descriptor, text.data(), text.size(), at);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return;
    text = text.drop_front(written);
    at += written;
  }
}

} // namespace

Expected<std::unique_ptr<CommandProcess>> CommandProcess::start(const CommandRequest &request,
                                                                Say say) {
  std::unique_ptr<CommandProcess> process(new CommandProcess);
  process->say_ = std::move(say);
  if (Error error = process->open(request.input))
    return std::move(error);
  if (Error error = process->spawn(request))
    return std::move(error);
  if (Error error = process->spawnGuardian(request.temporary_folder))
    return std::move(error);
  return process;
}

Error CommandProcess::open(const std::string &input) {
  int output[2], guard[2];
  // A file, not a pipe: a command that never reads it must not block us.
  input_ = memfd_create("failure.json", MFD_CLOEXEC);
  if (input_ < 0)
    return fault("make the repair command's input");
  writeAt(input_, input, 0);
  if (pipe2(output, O_CLOEXEC) != 0)
    return fault("make a pipe");
  output_ = output[0], output_end_ = output[1];
  fcntl(output_, F_SETFL, O_NONBLOCK);
  if (pipe2(guard, O_CLOEXEC) != 0)
    return fault("make a pipe");
  guard_read_ = guard[0], guard_write_ = guard[1];
  return Error::success();
}

Error CommandProcess::spawn(const CommandRequest &request) {
  Spawn spawn;
  spawn.use(input_, 0);
  spawn.use(output_end_, 1);
  spawn.use(output_end_, 2);
  spawn.in(request.folder);
  process_ = spawn.run({"/bin/sh", "-c", request.command}, request.environment);
  if (process_ < 0)
    return fault("start the repair command");
  closeOnce(output_end_);
  closeOnce(input_);
  exit_event_ = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
  events_ = epoll_create1(EPOLL_CLOEXEC);
  if (exit_event_ < 0 || events_ < 0)
    return fault("watch the repair command");
  fcntl(exit_event_, F_SETFD, FD_CLOEXEC);
  for (int descriptor : {output_, exit_event_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ctl(events_, EPOLL_CTL_ADD, descriptor, &event) != 0)
      return fault("watch the repair command");
  }
  return Error::success();
}

Error CommandProcess::spawnGuardian(const std::string &temporary_folder) {
  Spawn spawn;
  spawn.use(guard_read_, 0);
  spawn.openNull(1);
  spawn.openNull(2);
  spawn.in("/");
  guardian_ = spawn.run(
      {"/bin/sh", "-c", kGuardian, "guardian", std::to_string(process_), temporary_folder});
  if (guardian_ < 0)
    return fault("guard the repair command");
  closeOnce(guard_read_);
  return Error::success();
}

CommandProcess::~CommandProcess() {
  if (process_ >= 0 && !ended_)
    end();
  if (guardian_ >= 0) { // first: it must not find a group of that number made anew
    kill(-guardian_, SIGKILL);
    waitpid(guardian_, nullptr, 0);
  }
  for (int *descriptor :
       {&input_, &output_, &output_end_, &events_, &exit_event_, &guard_read_, &guard_write_})
    closeOnce(*descriptor);
}

void CommandProcess::sayLines(bool last) {
  for (size_t end; (end = partial_.find('\n')) != std::string::npos;) {
    say_(partial_.substr(0, end));
    partial_.erase(0, end + 1);
  }
  if (partial_.size() > kLongestLine || (last && !partial_.empty())) {
    say_(partial_);
    partial_.clear();
  }
}

void CommandProcess::readOutput() {
  char buffer[4096];
  while (output_ >= 0) {
    ssize_t got = read(output_, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR)
      continue;
    if (got == 0)
      closeOnce(output_); // its end would be told for ever
    if (got <= 0)
      break;
    partial_.append(buffer, got);
    sayLines(false);
  }
}

/// With WNOWAIT first: its number stays taken until its group has been ended.
bool CommandProcess::hasExited() {
  siginfo_t info{};
  int result = waitid(P_PID, process_, &info, WEXITED | WNOHANG | WNOWAIT);
  return (result == 0 && info.si_pid == process_) || (result != 0 && errno == ECHILD);
}

bool CommandProcess::update() {
  if (ended_)
    return true;
  readOutput();
  if (!hasExited())
    return false;
  kill(-process_, SIGKILL); // what it has left running
  readOutput();
  sayLines(true);
  int status = 0;
  if (waitpid(process_, &status, 0) == process_) {
    if (WIFEXITED(status))
      exit_code_ = WEXITSTATUS(status);
    else if (WIFSIGNALED(status))
      signal_ = WTERMSIG(status);
  }
  return ended_ = true;
}

void CommandProcess::end() {
  kill(-process_, SIGTERM);
  kill(-process_, SIGCONT);
  for (int waited_ms = 0; waited_ms < kGrace_ms; waited_ms += 10) {
    if (update())
      return;
    sleepMs(10);
  }
  kill(-process_, SIGKILL);
  while (!update())
    sleepMs(1);
}

std::string CommandProcess::howItEnded() const {
  if (exit_code_)
    return "ended with exit code " + std::to_string(*exit_code_);
  if (signal_)
    return std::string("was ended by a signal (") + strsignal(signal_) + ")";
  return "ended, and its exit code is not known: the program has taken it";
}

std::optional<std::string> outputOf(const std::vector<std::string> &arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return std::nullopt;
  Spawn spawn;
  spawn.openNull(0);
  spawn.openNull(2);
  spawn.use(ends[1], 1);
  pid_t process = spawn.run(arguments);
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 1; process >= 0 && got != 0;) {
    got = read(ends[0], buffer, sizeof buffer);
    if (got > 0)
      text.append(buffer, got);
    else if (got < 0 && errno != EINTR)
      break;
  }
  close(ends[0]);
  if (process < 0)
    return std::nullopt;
  waitpid(process, nullptr, 0);
  return text;
}

} // namespace jithost

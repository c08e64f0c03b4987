// Each request travels over a socket pair of its own, whose other end the compile process receives
// and hands to the child it forks. So requests run side by side without any protocol between them.
#include "compile_server.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace jithost {
namespace {

bool sendDescriptor(int socket, int descriptor) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

/// \return -1 when the host is gone.
int receiveDescriptor(int socket) {
  char byte;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got;
  do
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  cmsghdr *header = got == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (!header || header->cmsg_type != SCM_RIGHTS)
    return -1;
  int descriptor;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

/// The host's end of a socket pair, and the server's.
struct SocketPair {
  int host = -1, server = -1;
  bool open() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return false;
    host = ends[0];
    server = ends[1];
    return true;
  }
};

Error noTalk() {
  return createStringError("cannot talk to a compile process: %s", std::strerror(errno));
}

} // namespace

void CompileServer::serve(int socket, const Handler &handler) {
  for (;;) {
    int request = receiveDescriptor(socket);
    if (request < 0)
      _exit(0);
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(socket);
      Expected<Message> message = receiveMessage(request);
      if (!message)
        _exit(1);
      Error error = sendMessage(request, handler(*message, request));
      _exit(error ? 1 : 0);
    }
    close(request);
  }
}

void CompileServer::serveHere(int socket, const std::function<Message(const Message &)> &handler,
                              const std::function<bool(const Message &)> &aside) {
  for (;;) {
    int request = receiveDescriptor(socket);
    if (request < 0)
      _exit(0);
    Expected<Message> message = receiveMessage(request);
    bool in_child = message && aside(*message);
    if (message && (!in_child || fork() == 0)) {
      if (in_child) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(socket);
      }
      Error error = sendMessage(request, handler(*message));
      if (in_child)
        _exit(error ? 1 : 0);
      consumeError(std::move(error)); // nobody waits for it any more
    } else if (!message) {
      consumeError(message.takeError());
    }
    close(request);
  }
}

void serveRequests(int socket, const CompileServer::Handler &handler) {
  fcntl(socket, F_SETFD, FD_CLOEXEC);
  // Not in the terminal's foreground group: Ctrl-C is for the program. When the host is gone, so is
  // its end of the socket. (PR_SET_PDEATHSIG would mean the thread that started this process.)
  setpgid(0, 0);
  std::signal(SIGCHLD, SIG_IGN);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO); // a pipe behind the program must see its end when the program ends
  CompileServer::serve(socket, handler);
}

/// Runs `program` with one end of a new socket pair. \return the other end
static Expected<int> spawn(const std::string &program) {
  SocketPair ends;
  if (!ends.open())
    return noTalk();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends.server, kCompileSocket);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes); // the program may have signals blocked here
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string name = program;
  char *arguments[] = {name.data(), nullptr};
  pid_t child;
  int trouble = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends.server);
  if (trouble == 0)
    return ends.host;
  close(ends.host);
  return createStringError("cannot start %s: %s", program.c_str(), std::strerror(trouble));
}

Expected<std::unique_ptr<CompileServer>> CompileServer::start(const std::string &program) {
  Expected<int> socket = spawn(program);
  if (!socket)
    return socket.takeError();
  return std::unique_ptr<CompileServer>(new CompileServer(*socket, program));
}

Expected<std::unique_ptr<CompileServer>> CompileServer::start(Handler handler) {
  SocketPair ends;
  if (!ends.open())
    return noTalk();
  pid_t child = fork();
  if (child < 0)
    return createStringError("cannot start the compile process: %s", std::strerror(errno));
  if (child == 0) {
    close(ends.host);
    serveRequests(ends.server, handler);
  }
  close(ends.server);
  return std::unique_ptr<CompileServer>(new CompileServer(ends.host, ""));
}

Error CompileServer::restart() {
  Expected<int> socket = spawn(program_);
  if (!socket)
    return socket.takeError();
  close(socket_);
  socket_ = *socket;
  return Error::success();
}

CompileServer::~CompileServer() { close(socket_); }

Expected<int> CompileServer::openChild() {
  SocketPair ends;
  if (!ends.open())
    return noTalk();
  std::lock_guard lock(mutex_);
  bool sent = sendDescriptor(socket_, ends.server);
  if (!sent && !program_.empty()) {
    if (Error error = restart()) {
      close(ends.server);
      close(ends.host);
      return std::move(error);
    }
    sent = sendDescriptor(socket_, ends.server);
  }
  close(ends.server);
  if (sent)
    return ends.host;
  close(ends.host);
  return createStringError("the compile process is gone");
}

Expected<int> CompileServer::begin(const Message &request) {
  Expected<int> socket = openChild();
  if (!socket)
    return socket;
  if (Error error = sendMessage(*socket, request)) {
    close(*socket);
    return std::move(error);
  }
  return socket;
}

Expected<CompileServer::Stayed> CompileServer::open(const Message &request) {
  Expected<int> socket = begin(request);
  if (!socket)
    return socket.takeError();
  Stayed stayed{std::unique_ptr<CompileServer>(new CompileServer(*socket, "")), {}};
  Expected<Message> answer = receiveMessage(*socket);
  if (!answer)
    return answer.takeError();
  stayed.answer = std::move(*answer);
  return stayed;
}

/// Waits until one of the children has something to say, or is gone.
static size_t firstReady(const std::vector<std::pair<size_t, int>> &running) {
  std::vector<pollfd> sockets;
  for (auto [index, socket] : running)
    sockets.push_back({socket, POLLIN, 0});
  while (poll(sockets.data(), sockets.size(), -1) < 0 && errno == EINTR) {
  }
  for (size_t i = 0; i < sockets.size(); ++i)
    if (sockets[i].revents)
      return i;
  return 0;
}

std::vector<Expected<Message>> CompileServer::call(const std::vector<Message> &requests,
                                                   unsigned parallel) {
  std::vector<std::optional<Expected<Message>>> answers(requests.size());
  std::vector<std::pair<size_t, int>> running; // request and its child's socket
  std::vector<unsigned> tries(requests.size());
  for (size_t next = 0; next < requests.size() || !running.empty();) {
    if (next < requests.size() && running.size() < parallel) {
      Expected<int> socket = begin(requests[next]);
      if (!socket && !program_.empty()) { // gone between two words: once more
        consumeError(socket.takeError());
        socket = begin(requests[next]);
      }
      if (socket)
        running.push_back({next, *socket});
      else
        answers[next].emplace(socket.takeError());
      ++next;
      continue;
    }
    size_t ready = firstReady(running);
    auto [index, socket] = running[ready];
    running.erase(running.begin() + ready);
    Expected<Message> answer = receiveMessage(socket);
    close(socket);
    if (!answer && tries[index]++ == 0 && !program_.empty()) { // killed, perhaps: once more
      consumeError(answer.takeError());
      if (Expected<int> again = begin(requests[index])) {
        running.push_back({index, *again});
        continue;
      } else {
        answer = again.takeError();
      }
    }
    answers[index].emplace(std::move(answer));
  }
  std::vector<Expected<Message>> result;
  for (std::optional<Expected<Message>> &answer : answers)
    result.push_back(std::move(*answer));
  return result;
}

Expected<Message> CompileServer::call(const Message &request) {
  return std::move(call(std::vector<Message>{request}, 1).front());
}

} // namespace jithost

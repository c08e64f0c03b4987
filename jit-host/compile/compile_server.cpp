// Each request travels over a socket pair of its own, whose other end the compile process receives
// and hands to the child it forks. So requests run side by side without any protocol between them.
#include "compile_server.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
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

[[noreturn]] void serve(int socket, const CompileServer::Handler &handler) {
  // Not in the terminal's foreground group: Ctrl-C is for the program. Gone when the host is.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGCHLD, SIG_IGN);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO); // a pipe behind the program must see its end when the program ends
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
      Error error = sendMessage(request, handler(*message));
      _exit(error ? 1 : 0);
    }
    close(request);
  }
}

} // namespace

Expected<std::unique_ptr<CompileServer>> CompileServer::start(Handler handler) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return createStringError("cannot talk to a compile process: %s", std::strerror(errno));
  pid_t child = fork();
  if (child < 0)
    return createStringError("cannot start the compile process: %s", std::strerror(errno));
  if (child == 0) {
    close(ends[0]);
    serve(ends[1], handler);
  }
  close(ends[1]);
  return std::unique_ptr<CompileServer>(new CompileServer(ends[0]));
}

CompileServer::~CompileServer() { close(socket_); }

Expected<int> CompileServer::openChild() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return createStringError("cannot talk to a compile process: %s", std::strerror(errno));
  bool sent = sendDescriptor(socket_, ends[1]);
  close(ends[1]);
  if (!sent) {
    close(ends[0]);
    return createStringError("the compile process is gone");
  }
  return ends[0];
}

std::vector<Expected<Message>> CompileServer::call(const std::vector<Message> &requests,
                                                   unsigned parallel) {
  std::vector<Expected<Message>> answers;
  for (size_t first = 0; first < requests.size(); first += parallel) {
    std::vector<Expected<int>> sockets;
    size_t end = std::min(requests.size(), first + parallel);
    for (size_t i = first; i < end; ++i) {
      sockets.push_back(openChild());
      if (sockets.back())
        if (Error error = sendMessage(*sockets.back(), requests[i])) {
          close(*sockets.back());
          sockets.back() = std::move(error);
        }
    }
    for (Expected<int> &socket : sockets) {
      if (!socket) {
        answers.push_back(socket.takeError());
        continue;
      }
      answers.push_back(receiveMessage(*socket));
      close(*socket);
    }
  }
  return answers;
}

Expected<Message> CompileServer::call(const Message &request) {
  return std::move(call(std::vector<Message>{request}, 1).front());
}

} // namespace jithost

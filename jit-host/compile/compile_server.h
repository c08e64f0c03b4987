// The compile process, an executable of its own: it forks one child per request. A child that
// crashes costs its request and nothing else; when the process itself is gone it is started again
// and asked again.
#pragma once

#include "messages.h"

#include <functional>
#include <memory>
#include <mutex>

namespace jithost {

class CompileServer {
public:
  /// Runs in a child of the compile process, once. A handler that wants to stay for more requests
  /// answers by `socket` itself and then serves there.
  using Handler = std::function<Message(const Message &, int socket)>;

  /// Starts `program`, which is to call `serveRequests`.
  static llvm::Expected<std::unique_ptr<CompileServer>> start(const std::string &program);
  /// The same in a fork of this process, which is not started again. Only the parent returns.
  static llvm::Expected<std::unique_ptr<CompileServer>> start(Handler handler);
  ~CompileServer();

  /// Takes requests from `socket`, each in a child of its own, until the other end is closed.
  [[noreturn]] static void serve(int socket, const Handler &handler);
  /// The same in this process, one after the other; but what `aside` says in a child.
  [[noreturn]] static void serveHere(int socket,
                                     const std::function<Message(const Message &)> &handler,
                                     const std::function<bool(const Message &)> &aside);

  /// Sends all requests, each to a child of its own, at most `parallel` at a time: the next starts
  /// as soon as one is done. Answers in the order of the requests.
  std::vector<llvm::Expected<Message>> call(const std::vector<Message> &requests,
                                            unsigned parallel);
  llvm::Expected<Message> call(const Message &request);

  /// A child that stays for more requests, and what it says first.
  struct Stayed;
  llvm::Expected<Stayed> open(const Message &request);

private:
  CompileServer(int socket, std::string program) : socket_(socket), program_(std::move(program)) {}
  llvm::Error restart();
  llvm::Expected<int> openChild();
  /// Hands `request` to a child. \return the socket its answer comes by
  llvm::Expected<int> begin(const Message &request);

  std::mutex mutex_; // guards socket_; requests run side by side
  int socket_;
  std::string program_; // to start again; empty: it holds what a new process would not
};

struct CompileServer::Stayed {
  std::unique_ptr<CompileServer> server;
  Message answer;
};

inline constexpr int kCompileSocket = 3; // of the program started, to the host

/// What `program` does: answers what comes by `socket` until the host is gone.
[[noreturn]] void serveRequests(int socket, const CompileServer::Handler &handler);

} // namespace jithost

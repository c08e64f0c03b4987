// The compile process, an executable of its own: it forks one child per request. A child that
// crashes costs its request and nothing else.
#pragma once

#include "messages.h"

#include <functional>
#include <memory>

namespace jithost {

class CompileServer {
public:
  /// Runs in a child of the compile process.
  using Handler = std::function<Message(const Message &)>;

  /// Starts `program`, which is to call `serveRequests`.
  static llvm::Expected<std::unique_ptr<CompileServer>> start(const std::string &program);
  /// The same in a fork of this process. Only the parent returns.
  static llvm::Expected<std::unique_ptr<CompileServer>> start(Handler handler);
  ~CompileServer();

  /// Sends all requests, each to a child of its own, at most `parallel` at a time: the next starts
  /// as soon as one is done. Answers in the order of the requests.
  std::vector<llvm::Expected<Message>> call(const std::vector<Message> &requests,
                                            unsigned parallel);
  llvm::Expected<Message> call(const Message &request);

private:
  explicit CompileServer(int socket) : socket_(socket) {}
  llvm::Expected<int> openChild();
  /// Hands `request` to a child. \return the socket its answer comes by
  llvm::Expected<int> begin(const Message &request);
  int socket_;
};

inline constexpr int kCompileSocket = 3; // of the program started, to the host

/// Answers what comes by `socket` until the host is gone.
[[noreturn]] void serveRequests(int socket, const CompileServer::Handler &handler);

} // namespace jithost

// Which exceptions are failures (--pause-on): a handler may catch an exception and still lose the
// run.
#pragma once

#include "jit/session.h"
#include "versions/active_stack.h"

#include <map>
#include <mutex>
#include <optional>

namespace jithost {

enum class PauseOn {
  Uncaught, // what nothing catches
  Fatal,    // also what is caught only to be thrown again, to end main, or to be carried elsewhere
  All,      // everything that leaves a statement of the program
};

class PausePolicy {
public:
  PausePolicy(PauseOn pause_on, Session &session, const VersionStore &versions)
      : pause_on_(pause_on), session_(session), versions_(versions) {}

  /// Any thread. Programs may throw a lot that they handle: answers are kept by place and type.
  HandlerVerdict judge(const HandlerFrame &handler);

private:
  HandlerVerdict decide(const HandlerFrame &handler);
  std::optional<HandlerVerdict> inProgram(const ProgramPlace &place, const HandlerFrame &handler,
                                          bool &rethrows);
  HandlerVerdict inLibrary(bool carries, const HandlerFrame &handler) const;
  HandlerVerdict verdict(HandlerRole role, const HandlerFrame &handler) const;
  bool catches(const Handler &handler, const HandlerFrame &frame);
  const Handler *handlerAround(const FunctionTable &code, const Statement &inside,
                               const HandlerFrame &frame);

  PauseOn pause_on_;
  Session &session_;
  const VersionStore &versions_;
  std::mutex mutex_; // guards the answers
  std::map<std::pair<uintptr_t, const std::type_info *>, HandlerVerdict> answers_;
};

} // namespace jithost

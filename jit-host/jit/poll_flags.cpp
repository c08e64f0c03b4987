// A byte beside each body that polls.
#include "poll_flags.h"

#include "../instrument/body_names.h"

namespace jithost {

/// Null: a body without polls.
static volatile uint8_t *flagOf(Session &session, const std::string &body) {
  std::string flag = pollFlagName(body);
  if (!session.knows(flag))
    return nullptr;
  if (auto address = session.lookup(flag))
    return reinterpret_cast<volatile uint8_t *>(*address);
  else
    llvm::consumeError(address.takeError());
  return nullptr;
}

void markOutdated(Session &session, const std::vector<std::string> &bodies) {
  for (const std::string &body : bodies)
    if (volatile uint8_t *flag = flagOf(session, body))
      *flag = 1;
}

bool isMarked(Session &session, const std::string &body) {
  volatile uint8_t *flag = flagOf(session, body);
  return !flag || *flag != 0;
}

void unmark(Session &session, const std::string &body) {
  if (volatile uint8_t *flag = flagOf(session, body))
    *flag = 0;
}

} // namespace jithost

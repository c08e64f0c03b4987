// A byte beside each body that polls.
#include "poll_flags.h"

#include "../instrument/body_names.h"

namespace jithost {

void markOutdated(Session &session, const std::vector<std::string> &bodies) {
  for (const std::string &body : bodies) {
    std::string flag = pollFlagName(body);
    if (!session.knows(flag))
      continue; // a body without polls
    if (auto address = session.lookup(flag))
      *reinterpret_cast<volatile uint8_t *>(*address) = 1;
    else
      llvm::consumeError(address.takeError());
  }
}

} // namespace jithost

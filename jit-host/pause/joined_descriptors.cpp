// An epoll descriptor can be polled itself.
#include "joined_descriptors.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace jithost {

JoinedDescriptors::JoinedDescriptors(int first, int second) : first_(first), second_(second) {
  if (first < 0 || second < 0)
    return;
  joined_ = epoll_create1(EPOLL_CLOEXEC);
  for (int descriptor : {first, second}) {
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(joined_, EPOLL_CTL_ADD, descriptor, &event);
  }
}

JoinedDescriptors::~JoinedDescriptors() {
  if (joined_ >= 0)
    close(joined_);
}

int JoinedDescriptors::descriptor() const {
  return joined_ >= 0 ? joined_ : first_ >= 0 ? first_ : second_;
}

bool isReadable(int descriptor) {
  pollfd source{descriptor, POLLIN, 0};
  return descriptor >= 0 && poll(&source, 1, 0) > 0;
}

} // namespace jithost

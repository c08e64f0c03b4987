#include "read_ahead.h"

#include <algorithm>

namespace jithost {

/// While no version comes, everything but the sources and the frame is always the same.
static bool areSame(const WantedBodies &a, const WantedBodies &b) {
  return a.unit == b.unit && a.version == b.version &&
         a.along.may_continue == b.along.may_continue &&
         std::equal(a.sources.begin(), a.sources.end(), b.sources.begin(), b.sources.end(),
                    [](const SourceFile &x, const SourceFile &y) {
                      return x.path == y.path && x.text == y.text;
                    });
}

std::vector<ReadAhead::Begun>::iterator ReadAhead::find(const WantedBodies &wanted) {
  return std::find_if(begun_.begin(), begun_.end(), [&](const Begun &begun) {
    return begun.task.isBegun() && areSame(begun.wanted, wanted);
  });
}

void ReadAhead::begin(WantedBodies wanted, const Read &read) {
  if (find(wanted) != begun_.end())
    return;
  std::erase_if(begun_, [&](const Begun &begun) { return begun.wanted.unit == wanted.unit; });
  HostTask<ReadBodies> task;
  task.begin([wanted, read] { return read(wanted); });
  begun_.push_back({std::move(wanted), std::move(task)});
}

std::optional<llvm::Expected<ReadBodies>> ReadAhead::take(const WantedBodies &wanted) {
  auto found = find(wanted);
  if (found == begun_.end())
    return std::nullopt;
  HostTask<ReadBodies> task = std::move(found->task);
  begun_.erase(found);
  return task.take();
}

} // namespace jithost

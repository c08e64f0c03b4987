// What a patch of bodies changes, read while its files may still be joined by others: that takes as
// long as files settle.
#pragma once

#include "compile_work.h"
#include "host_task.h"

#include <memory>
#include <optional>
#include <vector>

namespace jithost {

/// What is to be read in which unit.
struct WantedBodies {
  uint32_t unit = 0, version = 0; // the version that the unit is held as
  std::vector<SourceFile> sources;
  std::vector<LocalName> names_before;
  ComingAlong along;
};

/// A unit that is not held any more, and what was read in it.
struct ReadBodies {
  std::shared_ptr<HeldUnit> held;
  ChangedAnswer answer;
};

class ReadAhead {
public:
  using Read = std::function<llvm::Expected<ReadBodies>(const WantedBodies &)>;

  /// `read` gets along without the turn. What has been begun goes on, if the same is wanted.
  void begin(WantedBodies wanted, const Read &read);

  /// Waits for it. \return nothing when it has not been begun
  std::optional<llvm::Expected<ReadBodies>> take(const WantedBodies &wanted);

  /// What nobody has taken is of no use any more.
  void clear() { begun_.clear(); }

private:
  struct Begun {
    WantedBodies wanted;
    HostTask<ReadBodies> task;
  };
  std::vector<Begun>::iterator find(const WantedBodies &wanted);
  std::vector<Begun> begun_;
};

} // namespace jithost

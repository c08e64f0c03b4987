// A patches folder that is watched, and somebody who writes to it.
#pragma once

#include "pause/patch_watcher.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace jithost {

using Strings = std::vector<std::string>;

struct Watched {
  TemporaryFolder root;
  std::string folder = root / "patches";
  Strings warnings;
  std::unique_ptr<PatchWatcher> watcher;

  explicit Watched(bool start_now = true) {
    if (start_now)
      start();
  }
  void start() { watcher = llvm::cantFail(PatchWatcher::create(folder, warnings)); }
  std::string in(const std::string &name) const { return folder + "/" + name; }
  void drop(const std::string &name, const std::string &text) { write(in(name), text); }

  /// As the console waits: until a patch or complaints, or until nothing has come for `limit_ms`.
  DroppedPatch next(double limit_ms = 3000) {
    for (double begin_ms = nowMs(); nowMs() - begin_ms < limit_ms;) {
      int settle_ms = watcher->update();
      if (settle_ms == 0) {
        DroppedPatch patch = watcher->take();
        if (!patch.files.empty() || !patch.complaints.empty())
          return patch;
        continue;
      }
      pollfd source{watcher->descriptor(), POLLIN, 0};
      poll(&source, 1, settle_ms > 0 ? settle_ms : 10);
    }
    return {};
  }
  /// Long enough for everything that is going to settle.
  bool nothingComes() {
    DroppedPatch patch = next(150);
    return patch.files.empty() && patch.complaints.empty();
  }
};

inline Strings namesOf(const DroppedPatch &patch) {
  Strings names;
  for (const PatchFile &file : patch.files)
    names.push_back(file.name);
  return names;
}

/// Something that keeps a file open for writing.
struct Writer {
  int file;
  explicit Writer(const std::string &path) : file(open(path.c_str(), O_WRONLY | O_CREAT, 0644)) {}
  ~Writer() { finish(); }
  void put(const std::string &text) { REQUIRE(::write(file, text.data(), text.size()) > 0); }
  void finish() {
    if (file >= 0)
      close(file);
    file = -1;
  }
};

} // namespace jithost

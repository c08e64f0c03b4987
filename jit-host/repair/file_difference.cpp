// Has diffutils compare.
#include "file_difference.h"

#include "command_process.h"

#include <sys/mman.h>
#include <unistd.h>

namespace jithost {
namespace {

/// A text as a file that other processes can open while this one holds it.
class TextFile {
public:
  explicit TextFile(const std::string &text) : descriptor_(memfd_create("text", MFD_CLOEXEC)) {
    for (size_t at = 0; descriptor_ >= 0 && at < text.size();) {
      ssize_t written = write(descriptor_, text.data() + at, text.size() - at);
      if (written <= 0)
        break;
      at += written;
    }
  }
  TextFile(const TextFile &) = delete;
  ~TextFile() {
    if (descriptor_ >= 0)
      close(descriptor_);
  }
  std::string path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor_);
  }

private:
  int descriptor_;
};

} // namespace

std::string unifiedDifference(const std::string &path, const std::string &before,
                              const std::string &after) {
  TextFile old_text(before), new_text(after);
  auto difference = outputOf({"diff", "-u", "--label", path, "--label", path + " (repaired)", "--",
                              old_text.path(), new_text.path()});
  if (!difference || (difference->empty() && before != after))
    return path + ": the difference cannot be shown, diff (diffutils) is missing or failed\n";
  return *difference;
}

} // namespace jithost

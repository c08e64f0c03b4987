// Commands of this run and of earlier ones, oldest first, bounded and without duplicates.
#pragma once

#include <string>
#include <vector>

namespace jithost {

class History {
public:
  /// \param path its file; empty: remembered in this run only
  explicit History(std::string path) : path_(std::move(path)) {}

  /// The file in the user's folder for such things; empty where there is none.
  static std::string userPath();

  /// Read from the file at the first call. Runs side by side see each other's at their start.
  const std::vector<std::string> &entries();
  /// One line; nothing is said when the file cannot be written.
  void add(const std::string &line);

private:
  void load();
  void append(const std::string &line) const;
  void rewrite() const;

  std::string path_;
  std::vector<std::string> entries_;
  size_t lines_in_file_ = 0;
  bool loaded_ = false;
};

} // namespace jithost

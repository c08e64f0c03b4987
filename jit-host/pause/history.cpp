// A text file, a line each. New lines are appended, so that runs side by side lose nothing; when it
// has grown to twice what is kept it is written anew and renamed into place.
#include "history.h"

#include "terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace jithost {
namespace {

constexpr size_t kKept = 500;

void insert(std::vector<std::string> &entries, const std::string &line) {
  entries.erase(std::remove(entries.begin(), entries.end(), line), entries.end());
  entries.push_back(line);
  if (entries.size() > kKept)
    entries.erase(entries.begin());
}

bool isLine(const std::string &text) {
  return !text.empty() && text.find_first_of("\n\r") == text.npos && text.find('\0') == text.npos;
}

} // namespace

std::string History::userPath() {
  if (const char *state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::string(state) + "/jit-host/history";
  if (const char *home = std::getenv("HOME"); home && *home == '/')
    return std::string(home) + "/.local/state/jit-host/history";
  return "";
}

const std::vector<std::string> &History::entries() {
  if (!loaded_)
    load();
  return entries_;
}

void History::load() {
  loaded_ = true;
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line); ++lines_in_file_)
    if (isLine(line))
      insert(entries_, line);
}

void History::add(const std::string &line) {
  if (!loaded_)
    load();
  if (!isLine(line) || (!entries_.empty() && entries_.back() == line))
    return;
  insert(entries_, line);
  if (path_.empty())
    return;
  if (++lines_in_file_ <= 2 * kKept)
    return append(line);
  History now(path_); // with what other runs have added
  now.load();
  insert(now.entries_, line);
  now.rewrite();
  lines_in_file_ = now.entries_.size();
}

void History::append(const std::string &line) const {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  writeAll(file, line + "\n");
  close(file);
}

void History::rewrite() const {
  std::string fresh = path_ + "." + std::to_string(getpid());
  int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  std::string text;
  for (const std::string &line : entries_)
    text += line + "\n";
  writeAll(file, text);
  close(file);
  std::error_code ignored;
  std::filesystem::rename(fresh, path_, ignored);
}

} // namespace jithost

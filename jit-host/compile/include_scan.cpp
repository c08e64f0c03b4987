// A quick look at #include lines: decides whether a precompiled torch header is worth having.
#include "include_scan.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

namespace fs = std::filesystem;

namespace jithost {

std::vector<std::string> includeFolders(const std::vector<std::string> &flags) {
  std::vector<std::string> folders;
  for (size_t i = 0; i < flags.size(); ++i)
    for (const std::string option : {"-I", "-iquote", "-isystem"}) {
      if (flags[i].rfind(option, 0) != 0)
        continue;
      if (flags[i] != option)
        folders.push_back(flags[i].substr(option.size()));
      else if (i + 1 < flags.size())
        folders.push_back(flags[++i]);
      break;
    }
  return folders;
}

bool includesReach(const std::string &source, const std::vector<std::string> &flags,
                   const std::vector<std::string> &prefixes) {
  static const std::regex include_line(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  const std::vector<std::string> folders = includeFolders(flags);
  std::vector<fs::path> open{source};
  std::set<fs::path> seen;
  while (!open.empty()) {
    fs::path file = open.back();
    open.pop_back();
    if (!seen.insert(file.lexically_normal()).second)
      continue;
    std::ifstream stream(file);
    std::string line;
    while (std::getline(stream, line)) {
      std::smatch match;
      if (line.find("include") == std::string::npos ||
          !std::regex_search(line, match, include_line))
        continue;
      std::string name = match[1];
      for (const std::string &prefix : prefixes)
        if (name.rfind(prefix, 0) == 0)
          return true;
      std::vector<fs::path> places{file.parent_path() / name};
      for (const fs::path folder : folders)
        places.push_back(folder / name);
      for (const fs::path &place : places)
        if (std::error_code error; fs::is_regular_file(place, error))
          open.push_back(place);
    }
  }
  return false;
}

} // namespace jithost

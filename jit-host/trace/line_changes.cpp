// The longest common subsequence of lines, after what both texts begin and end with.
#include "line_changes.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <vector>

namespace jithost {
namespace {

using Lines = std::vector<std::string>;

constexpr size_t kAround = 2;
constexpr size_t kCompared = 4'000'000; // pairs of lines; beyond, all of the middle is called new

struct Line {
  char mark; // ' ', '-', '+'
  std::string text;
};

Lines linesOf(const std::string &text) {
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

/// `length[i][j]`: of the longest common subsequence of what follows line i and line j.
std::vector<std::vector<uint32_t>> commonLengths(const Lines &before, const Lines &after) {
  std::vector<std::vector<uint32_t>> length(before.size() + 1,
                                            std::vector<uint32_t>(after.size() + 1));
  for (size_t i = before.size(); i-- > 0;)
    for (size_t j = after.size(); j-- > 0;)
      length[i][j] = before[i] == after[j] ? length[i + 1][j + 1] + 1
                                           : std::max(length[i + 1][j], length[i][j + 1]);
  return length;
}

void addMiddle(const Lines &before, const Lines &after, std::vector<Line> &script) {
  size_t i = 0, j = 0;
  if (before.size() * after.size() <= kCompared) {
    auto length = commonLengths(before, after);
    while (i < before.size() && j < after.size())
      if (before[i] == after[j])
        script.push_back({' ', before[i++]}), ++j;
      else if (length[i + 1][j] >= length[i][j + 1])
        script.push_back({'-', before[i++]});
      else
        script.push_back({'+', after[j++]});
  }
  for (; i < before.size(); ++i)
    script.push_back({'-', before[i]});
  for (; j < after.size(); ++j)
    script.push_back({'+', after[j]});
}

/// All lines of both texts, in order.
std::vector<Line> editScript(const Lines &before, const Lines &after) {
  size_t begin = 0, end = 0, shorter = std::min(before.size(), after.size());
  while (begin < shorter && before[begin] == after[begin])
    ++begin;
  while (end < shorter - begin && before[before.size() - 1 - end] == after[after.size() - 1 - end])
    ++end;
  std::vector<Line> script;
  for (size_t i = 0; i < begin; ++i)
    script.push_back({' ', before[i]});
  addMiddle(Lines(before.begin() + begin, before.end() - end),
            Lines(after.begin() + begin, after.end() - end), script);
  for (size_t i = after.size() - end; i < after.size(); ++i)
    script.push_back({' ', after[i]});
  return script;
}

} // namespace

std::string lineChanges(const std::string &before, const std::string &after) {
  std::vector<Line> script = editScript(linesOf(before), linesOf(after));
  std::vector<bool> shown(script.size());
  for (size_t i = 0; i < script.size(); ++i)
    if (script[i].mark != ' ')
      std::fill(shown.begin() + (i < kAround ? 0 : i - kAround),
                shown.begin() + std::min(script.size(), i + kAround + 1), true);
  std::string text;
  size_t line = 1; // of `after`
  for (size_t i = 0; i < script.size(); ++i) {
    if (shown[i] && (i == 0 || !shown[i - 1]))
      text += "@@ line " + std::to_string(line) + "\n";
    if (shown[i])
      text += script[i].mark + script[i].text + "\n";
    line += script[i].mark != '-';
  }
  return text;
}

} // namespace jithost

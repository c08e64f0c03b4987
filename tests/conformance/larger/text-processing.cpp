// Text: words, an inverted index, Levenshtein distances, run-length coding, justified paragraphs.
// levels: 0 2 3
#include <algorithm>
#include <cctype>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

const char *const kText =
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the "
    "age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the "
    "season of Light, it was the season of Darkness, it was the spring of hope, it was the winter "
    "of despair.";

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  std::string word;
  for (char letter : text)
    if (std::isalpha(static_cast<unsigned char>(letter)))
      word += std::tolower(static_cast<unsigned char>(letter));
    else if (!word.empty())
      result.push_back(std::exchange(word, {}));
  if (!word.empty())
    result.push_back(std::move(word));
  return result;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t next = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = std::exchange(row[j], next);
    }
  }
  return row.back();
}

std::string pack(std::string_view text) {
  std::ostringstream out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = text.find_first_not_of(text[i], i);
    if (end == std::string_view::npos)
      end = text.size();
    out << end - i << text[i];
    i = end;
  }
  return out.str();
}

std::string unpack(const std::string &packed) {
  std::istringstream in(packed);
  std::string result;
  for (std::size_t count; in >> count;) {
    char letter;
    if (!in.get(letter))
      throw std::runtime_error("the packed text ends in a number");
    result.append(count, letter);
  }
  if (!in.eof())
    throw std::runtime_error("no number where one is expected");
  return result;
}

void justify(const std::vector<std::string> &list, std::size_t width) {
  for (std::size_t begin = 0; begin < list.size();) {
    std::size_t length = 0, end = begin;
    while (end < list.size() && length + list[end].size() + (end - begin) <= width)
      length += list[end++].size();
    if (end == begin)
      throw std::length_error("the word " + list[begin] + " is too long");
    std::size_t gaps = end - begin - 1, spaces = width - length;
    std::cout << "|";
    for (std::size_t i = begin; i < end; ++i) {
      std::cout << list[i];
      std::size_t pad = i - begin < gaps ? (spaces + gaps - 1 - (i - begin)) / gaps : 0;
      std::cout << std::string(end == list.size() && pad ? 1 : pad, ' ');
    }
    std::cout << "|\n";
    begin = end;
  }
}

int main() {
  std::vector<std::string> list = words(kText);
  std::map<std::string, std::set<std::size_t>> index;
  for (std::size_t i = 0; i < list.size(); ++i)
    index[list[i]].insert(i);
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const auto &[word, places] : index)
    counts.emplace_back(word, places.size());
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto &a, const auto &b) { return a.second > b.second; });
  for (std::size_t i = 0; i < 6; ++i)
    std::cout << std::left << std::setw(8) << counts[i].first << std::right << std::setw(3)
              << counts[i].second << "\n";
  std::cout << distance("kitten", "sitting") << " " << distance("", "abc") << "\n";
  std::string nearest = *std::min_element(list.begin(), list.end(), [](auto &a, auto &b) {
    return distance(a, "reason") < distance(b, "reason");
  });
  std::cout << nearest << "\n" << pack("aaabccdddd") << " " << unpack(pack("aaabccdddd")) << "\n";
  for (const char *bad : {"3a4", "3ax"})
    try {
      std::cout << unpack(bad) << "\n";
    } catch (const std::runtime_error &error) {
      std::cout << error.what() << "\n";
    }
  for (std::size_t width : {36, 10})
    try {
      justify(list, width);
    } catch (const std::length_error &error) {
      std::cout << "\n" << error.what() << "\n";
    }
}

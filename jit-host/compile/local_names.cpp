// Lambdas and static locals of two versions, paired by what they are.
#include "local_names.h"

#include "best_pairs.h"

#include <iterator>
#include <optional>
#include <set>
#include <sstream>

namespace jithost {
namespace {

constexpr unsigned kEqual = 1000; // more than any number of tokens in common

unsigned commonTokens(const std::string &before, const std::string &after) {
  std::istringstream old_text(before), new_text(after);
  using Token = std::istream_iterator<std::string>;
  std::multiset<std::string> old_tokens(Token(old_text), {}), new_tokens(Token(new_text), {});
  std::vector<std::string> common;
  std::set_intersection(old_tokens.begin(), old_tokens.end(), new_tokens.begin(), new_tokens.end(),
                        std::back_inserter(common));
  return 100 * common.size() / std::max<size_t>({old_tokens.size(), new_tokens.size(), 1});
}

/// The pairing of one group.
class GroupPairs {
public:
  GroupPairs(const std::vector<LocalName> &before, std::vector<LocalName> &after)
      : before_(before), after_(after), new_of_(before.size()), old_of_(after.size()) {}

  void number() {
    pairAlike(true);
    pairMoved();
    std::vector<std::optional<size_t>> same = old_of_;
    pairAlike(false); // what is left over in another shape
    uint32_t last = 0;
    for (const LocalName &then : before_)
      last = std::max(last, then.number);
    for (size_t j = 0; j < after_.size(); ++j) {
      after_[j].number = same[j] ? before_[*same[j]].number : ++last;
      after_[j].instead_of = !same[j] && old_of_[j] ? before_[*old_of_[j]].number : 0;
    }
  }

private:
  bool free(size_t i, size_t j) const { return !before_[i].gone && !new_of_[i] && !old_of_[j]; }
  void pair(size_t i, size_t j) {
    new_of_[i] = j;
    old_of_[j] = i;
  }

  void pairAlike(bool same_shape) {
    auto pairs = bestPairs(before_.size(), after_.size(), [&](size_t i, size_t j) -> unsigned {
      const LocalName &then = before_[i], &now = after_[j];
      if (!free(i, j) || (same_shape && then.shape != now.shape))
        return 0;
      return then.text == now.text ? kEqual : 1 + commonTokens(then.text, now.text);
    });
    for (auto [i, j] : pairs)
      pair(i, j);
  }

  /// Equal ones that stand in another order now.
  void pairMoved() {
    for (size_t i = 0; i < before_.size(); ++i)
      for (size_t j = 0; j < after_.size(); ++j)
        if (free(i, j) && before_[i].shape == after_[j].shape && before_[i].text == after_[j].text)
          pair(i, j);
  }

  const std::vector<LocalName> &before_;
  std::vector<LocalName> &after_;
  std::vector<std::optional<size_t>> new_of_, old_of_;
};

} // namespace

void takeOverNumbers(const std::vector<LocalName> &before, std::vector<LocalName> &after) {
  GroupPairs(before, after).number();
}

} // namespace jithost

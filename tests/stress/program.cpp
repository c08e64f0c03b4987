// The program of the remap matrix: fails in a nested statement, with objects alive in every scope around it.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

static int alive = 0;
struct Counted {
  int value;
  explicit Counted(int value) : value(value) { ++alive; }
  Counted(const Counted &other) : value(other.value) { ++alive; }
  ~Counted() { --alive; }
};

struct Worker {
  Counted own{1};
  std::vector<int> values{10, 20};
  int work(int round, const std::string &label) {
    Counted first(round);
    auto [low, high] = std::pair<int, Counted>(round, Counted(round + 1));
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
      Counted inner(i);
      std::string text = label + std::to_string(i);
      if (i + round > 1) {
        Counted deep(i);
        int value = values.at(i); // FAILS
        sum += value + deep.value;
      } else {
        sum += int(text.size());
      }
      sum += inner.value;
    }
    return sum + low + high.value + first.value;
  }
};

int main() {
  {
    Worker worker;
    Counted outer(5);
    const std::string &extended = std::string("la") + "bel";
    for (int round = 0; round < 3; ++round) {
      int result = worker.work(round, extended);
      std::cout << round << " " << result << " " << alive << "\n";
    }
  }
  std::cout << alive << std::endl;
}

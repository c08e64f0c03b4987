// Sums tables whose index is one too large in the second epoch.
#include <cstdint>
#include <cstdio>
#include <vector>

int weigh(const std::vector<int> &table, int step) {
  // The tables of all epochs are equally long.
  return table.at(step % table.size());
}

int main() {
  const std::vector<int> table{3, 1, 4, 1};
  uint64_t sum = 0;
  for (int epoch = 1; epoch <= 3; ++epoch) {
    for (int step = 0; step < 3 + epoch / 2; ++step) {
      sum = sum * 31 + weigh(table, step + epoch / 2);
    }
    std::printf("epoch %d\n", epoch);
  }
  std::printf("parameters %016llx\n", static_cast<unsigned long long>(sum));
  std::printf("quality sum %llu\n", static_cast<unsigned long long>(sum % 1000));
}

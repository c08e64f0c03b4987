#include <core/series.h>
#include <iostream>

int main(int argc, char **argv) {
  std::cout << STAGE << " on " << core::stage() << std::endl;
  for (int seed : seedsFrom(argc, argv)) {
    std::string line = report("series" + std::to_string(seed), seed);
    std::cout << line << std::endl;
  }
  std::cout << core::scaled << " scaled" << std::endl;
}

// Generates the data the cases train on, so that none has to be downloaded or shipped. The same
// bytes come out on every machine: the generator of random numbers is written out, and only +, -,
// *, / and sqrt are used, which IEEE 754 defines exactly.
//
//   make-data FORMAT FOLDER [ARGUMENTS]

#include "formats.h"

#include <functional>
#include <iostream>
#include <map>

namespace {

using Writer = std::function<void(const std::filesystem::path &, const Arguments &)>;

const std::map<std::string, Writer> Writers = {
    {"babi", writeBabi},   {"cifar", writeCifar}, {"faces", writeFaces},
    {"mnist", writeMnist}, {"sonar", writeSonar}, {"text", writeText},
};

int usage() {
  std::cerr << "usage: make-data FORMAT FOLDER [ARGUMENTS], FORMAT one of\n";
  for (const auto &[format, write] : Writers)
    std::cerr << "  " << format << '\n';
  return 2;
}

} // namespace

int main(int argc, char **argv) try {
  const auto writer = argc < 3 ? Writers.end() : Writers.find(argv[1]);
  if (writer == Writers.end())
    return usage();
  std::filesystem::create_directories(argv[2]);
  writer->second(argv[2], Arguments(argv + 3, argv + argc));
  return 0;
} catch (const std::exception &error) {
  std::cerr << "make-data: " << error.what() << '\n';
  return 1;
}

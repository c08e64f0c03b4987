// `sonar.all-data`, the UCI repository's echoes of rocks and mines: 208 lines of 60 energies
// from 0 to 1, in bands of rising frequency, then R or M.

#include "formats.h"
#include "random.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <stdexcept>

namespace {

constexpr int Bands = 60;
constexpr int Rocks = 97, Mines = 111;

struct Peak {
  double band, width, height;
};

/// An echo is a few peaks over noise. Those of metal lie higher and are narrower, but both vary
/// so much that some rocks sound like mines.
void writeEcho(std::ofstream &file, bool mine, Random &random) {
  const Peak peaks[] = {
      {random.between(6, 14), random.between(3, 6),
       mine ? random.between(.2, .5) : random.between(.05, .3)},
      {mine ? random.between(20, 34) : random.between(14, 28), random.between(4, mine ? 8 : 12),
       random.between(.6, 1)},
      {random.between(34, 46), random.between(3, 8),
       mine ? random.between(.1, .5) : random.between(.2, .7)},
  };
  for (int band = 0; band < Bands; ++band) {
    double energy = random.between(0, .05);
    for (const Peak &peak : peaks) {
      const double off = (band - peak.band) / peak.width;
      energy += peak.height / (1 + off * off) * random.between(.8, 1);
    }
    char text[8];
    std::snprintf(text, sizeof text, "0.%04d", static_cast<int>(std::min(energy, .9999) * 10000));
    file << text << ',';
  }
  file << (mine ? 'M' : 'R') << '\n';
}

} // namespace

void writeSonar(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty())
    throw std::invalid_argument("sonar takes no arguments");
  std::ofstream file = createFile(folder / "sonar.all-data");
  Random random(21);
  for (int i = 0; i < Rocks; ++i)
    writeEcho(file, false, random);
  for (int i = 0; i < Mines; ++i)
    writeEcho(file, true, random);
}

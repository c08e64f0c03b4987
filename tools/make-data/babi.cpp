// Task 4 of bAbI as graphs, in the text format that programs for gated graph networks read: an edge
// a line (`NODE RELATION NODE`, from 1), then a question (`? RELATION NODE ANSWER`), then an empty
// line.

#include "formats.h"
#include "random.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

constexpr int Nodes = 6;     // Six rooms, three of which a story is about.
constexpr int Relations = 4; // North, south, east and west of.

/// A number from 1 to `count`.
int pick(Random &random, int count) { return 1 + static_cast<int>(random.bits() % count); }

/// "The office is north of the kitchen. The garden is west of the kitchen. What is north of the
/// kitchen?" Two rooms lie beside a third; the relation that is asked for leads to one of them, and
/// another relation, or the same one backwards, to the other.
void writeGraph(std::ofstream &file, Random &random) {
  int rooms[Nodes];
  for (int i = 0; i < Nodes; ++i)
    rooms[i] = i + 1;
  for (int i = 0; i < 3; ++i)
    std::swap(rooms[i], rooms[i + pick(random, Nodes - i) - 1]);

  const int asked = pick(random, Relations);
  const int other = (asked + pick(random, Relations - 1) - 1) % Relations + 1;
  std::string edges[] = {
      std::to_string(rooms[0]) + ' ' + std::to_string(asked) + ' ' + std::to_string(rooms[1]),
      std::to_string(rooms[0]) + ' ' + std::to_string(other) + ' ' + std::to_string(rooms[2])};
  if (random.bits() % 2)
    edges[1] =
        std::to_string(rooms[2]) + ' ' + std::to_string(asked) + ' ' + std::to_string(rooms[0]);
  if (random.bits() % 2)
    std::swap(edges[0], edges[1]);
  file << edges[0] << '\n' << edges[1] << '\n';
  file << "? " << asked << ' ' << rooms[0] << ' ' << rooms[1] << "\n\n";
}

void writeGraphs(const std::filesystem::path &folder, uint32_t count, uint64_t seed) {
  std::filesystem::create_directories(folder);
  std::ofstream file = createFile(folder / "4_graphs.txt");
  Random random(seed);
  for (uint32_t i = 0; i < count; ++i)
    writeGraph(file, random);
}

} // namespace

void writeBabi(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty())
    throw std::invalid_argument("babi takes no arguments");
  writeGraphs(folder / "train", 400, 11);
  writeGraphs(folder / "test", 400, 12);
}

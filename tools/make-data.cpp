// Generates the data the cases train on, so that none has to be downloaded or shipped: drawn digits
// in the IDX format of MNIST. The same bytes come out on every machine: the generator of random
// numbers is written out, and only +, -, *, / and sqrt are used, which IEEE 754 defines exactly.
//
//   make-data mnist FOLDER [TRAINING_IMAGES TEST_IMAGES]

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int ImageSide = 28;

/// SplitMix64. The distributions of the standard library differ between its implementations.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t bits() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) / 9007199254740992.0);
  }

private:
  uint64_t state;
};

struct Point {
  double x, y;
};

using Stroke = std::vector<Point>;

/// The digits as pen strokes in a square of 100 by 100, y downwards.
// clang-format off
const std::array<std::vector<Stroke>, 10> DigitStrokes = {{
    {{{50, 5}, {75, 18}, {82, 50}, {75, 82}, {50, 95}, {25, 82}, {18, 50}, {25, 18}, {50, 5}}},
    {{{32, 25}, {54, 5}, {54, 95}}},
    {{{22, 25}, {40, 6}, {66, 8}, {78, 28}, {66, 50}, {20, 94}, {82, 94}}},
    {{{22, 10}, {70, 8}, {78, 26}, {46, 46}, {76, 58}, {78, 80}, {54, 95}, {20, 86}}},
    {{{62, 95}, {62, 5}, {18, 66}, {84, 66}}},
    {{{78, 6}, {28, 6}, {24, 44}, {58, 40}, {80, 60}, {70, 88}, {44, 96}, {18, 86}}},
    {{{70, 6}, {38, 30}, {22, 64}, {34, 92}, {64, 94}, {78, 74}, {64, 54}, {26, 62}}},
    {{{18, 6}, {82, 6}, {44, 95}}, {{36, 50}, {74, 50}}},
    {{{50, 47}, {26, 30}, {34, 8}, {66, 8}, {74, 30}, {50, 47}, {22, 68}, {32, 94}, {68, 94},
      {78, 68}, {50, 47}}},
    {{{74, 40}, {44, 48}, {24, 30}, {38, 7}, {66, 8}, {75, 28}, {70, 66}, {46, 95}}},
}};
// clang-format on

double distanceToSegment(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy);
  const double t = std::min(1.0, std::max(0.0, along));
  const double ex = p.x - (a.x + t * dx), ey = p.y - (a.y + t * dy);
  return std::sqrt(ex * ex + ey * ey);
}

/// One hand's version of a digit: every pen point a little off, the whole scaled, slanted, turned
/// and shifted, drawn with a pen of some width, then noise over all pixels.
std::array<uint8_t, ImageSide * ImageSide> drawDigit(int digit, Random &random) {
  const double scale_x = random.between(0.13, 0.20), scale_y = random.between(0.16, 0.21);
  const double slant = random.between(-0.28, 0.28), turn = random.between(-0.18, 0.18);
  const double shift_x = random.between(-2.5, 2.5), shift_y = random.between(-2.5, 2.5);
  const double pen = random.between(0.7, 1.5);

  std::vector<Stroke> strokes = DigitStrokes[digit];
  for (Stroke &stroke : strokes) {
    for (Point &point : stroke) {
      const double x = (point.x - 50 + random.between(-7, 7)) * scale_x;
      const double y = (point.y - 50 + random.between(-7, 7)) * scale_y;
      point = {13.5 + shift_x + x - slant * y, 13.5 + shift_y + y + turn * x};
    }
  }

  std::array<uint8_t, ImageSide * ImageSide> pixels;
  for (int row = 0; row < ImageSide; ++row) {
    for (int column = 0; column < ImageSide; ++column) {
      const Point centre{static_cast<double>(column), static_cast<double>(row)};
      double distance = 1e9;
      for (const Stroke &stroke : strokes)
        for (size_t i = 1; i < stroke.size(); ++i)
          distance = std::min(distance, distanceToSegment(centre, stroke[i - 1], stroke[i]));
      const double ink = std::min(1.0, std::max(0.0, pen + 0.5 - distance));
      const double noise = random.between(-40, 40);
      const double value = std::min(255.0, std::max(0.0, ink * 235 + noise));
      pixels[row * ImageSide + column] = static_cast<uint8_t>(value);
    }
  }
  return pixels;
}

void writeBigEndian(std::ofstream &file, uint32_t value) {
  const char bytes[] = {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                        static_cast<char>(value >> 8), static_cast<char>(value)};
  file.write(bytes, sizeof bytes);
}

std::ofstream createFile(const std::filesystem::path &path) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  return file;
}

/// Writes `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte`, as MNIST names them.
void writeDigits(const std::filesystem::path &folder, const std::string &prefix, uint32_t count,
                 uint64_t seed) {
  std::ofstream images = createFile(folder / (prefix + "-images-idx3-ubyte"));
  writeBigEndian(images, 0x803);
  writeBigEndian(images, count);
  writeBigEndian(images, ImageSide);
  writeBigEndian(images, ImageSide);

  std::ofstream labels = createFile(folder / (prefix + "-labels-idx1-ubyte"));
  writeBigEndian(labels, 0x801);
  writeBigEndian(labels, count);

  Random random(seed);
  for (uint32_t i = 0; i < count; ++i) {
    const int digit = static_cast<int>(random.bits() % 10);
    const auto pixels = drawDigit(digit, random);
    images.write(reinterpret_cast<const char *>(pixels.data()), pixels.size());
    labels.put(static_cast<char>(digit));
  }
}

} // namespace

int main(int argc, char **argv) try {
  if ((argc != 3 && argc != 5) || std::string(argv[1]) != "mnist") {
    std::cerr << "usage: make-data mnist FOLDER [TRAINING_IMAGES TEST_IMAGES]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[2];
  const uint32_t training_images = argc == 5 ? std::stoul(argv[3]) : 10000;
  const uint32_t test_images = argc == 5 ? std::stoul(argv[4]) : 1000;
  std::filesystem::create_directories(folder);
  writeDigits(folder, "train", training_images, 1);
  writeDigits(folder, "t10k", test_images, 2);
  return 0;
} catch (const std::exception &error) {
  std::cerr << "make-data: " << error.what() << '\n';
  return 1;
}

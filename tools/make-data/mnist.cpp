// Drawn digits in the IDX format of MNIST.

#include "formats.h"
#include "random.h"
#include "strokes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace {

constexpr int ImageSide = 28;

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
      const double distance = distanceToStrokes(centre, strokes);
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

void writeMnist(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty() && arguments.size() != 2)
    throw std::invalid_argument("mnist takes two numbers: of training and of test images");
  const uint32_t training_images = arguments.empty() ? 10000 : std::stoul(arguments[0]);
  const uint32_t test_images = arguments.empty() ? 1000 : std::stoul(arguments[1]);
  writeDigits(folder, "train", training_images, 1);
  writeDigits(folder, "t10k", test_images, 2);
}

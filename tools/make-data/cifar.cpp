// Coloured patterns in the binary format of CIFAR-10: each class has a pattern and a colour, and
// every picture its own place, size, background, shade and noise.

#include "formats.h"
#include "random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace {

constexpr int ImageSide = 32;
constexpr int Channels = 3;
constexpr int TrainingBatches = 5;

using Colour = std::array<double, Channels>;

/// One for each class. Some are close to each other, so that the pattern counts as well.
const std::array<Colour, 10> ClassColours = {{{{200, 70, 60}},
                                              {{70, 180, 80}},
                                              {{70, 90, 210}},
                                              {{210, 190, 70}},
                                              {{180, 80, 190}},
                                              {{80, 190, 190}},
                                              {{210, 130, 60}},
                                              {{120, 160, 60}},
                                              {{190, 90, 120}},
                                              {{100, 110, 170}}}};

/// The place within a period of stripes, from 0 to 1.
double phase(double value, double period) { return value / period - std::floor(value / period); }

/// Whether the pattern of a class covers a point, (0, 0) its middle, (1, 1) its lower right corner.
bool covers(int pattern, double x, double y) {
  const double across = std::abs(x), down = std::abs(y), distance = std::sqrt(x * x + y * y);
  const bool in_square = across < 1 && down < 1;
  switch (pattern) {
  case 0: // disc
    return distance < 1;
  case 1: // ring
    return distance < 1 && distance > 0.55;
  case 2: // square
    return across < 0.85 && down < 0.85;
  case 3: // frame
    return in_square && (across > 0.6 || down > 0.6);
  case 4: // upright cross
    return in_square && (across < 0.3 || down < 0.3);
  case 5: // cross of the diagonals
    return in_square && (std::abs(x - y) < 0.4 || std::abs(x + y) < 0.4);
  case 6: // lying stripes
    return in_square && phase(y, 0.7) < 0.5;
  case 7: // standing stripes
    return in_square && phase(x, 0.7) < 0.5;
  case 8: // chessboard
    return in_square && (phase(x, 1) < 0.5) == (phase(y, 1) < 0.5);
  default: // triangle
    return down < 1 && across < (y + 1) / 2;
  }
}

/// Red, then green, then blue, each row by row.
std::array<uint8_t, Channels * ImageSide * ImageSide> drawPattern(int pattern, Random &random) {
  const double size_x = random.between(8, 14), size_y = random.between(8, 14);
  const double centre_x = 15.5 + random.between(-4, 4), centre_y = 15.5 + random.between(-4, 4);
  Colour colour, background;
  for (int channel = 0; channel < Channels; ++channel) {
    colour[channel] = ClassColours[pattern][channel] + random.between(-50, 50);
    background[channel] = random.between(30, 190);
  }

  std::array<uint8_t, Channels * ImageSide * ImageSide> pixels;
  for (int channel = 0; channel < Channels; ++channel) {
    for (int row = 0; row < ImageSide; ++row) {
      for (int column = 0; column < ImageSide; ++column) {
        const bool covered =
            covers(pattern, (column - centre_x) / size_x, (row - centre_y) / size_y);
        const double noise = random.between(-40, 40);
        const double value = (covered ? colour : background)[channel] + noise;
        pixels[(channel * ImageSide + row) * ImageSide + column] =
            static_cast<uint8_t>(std::min(255.0, std::max(0.0, value)));
      }
    }
  }
  return pixels;
}

/// Records of one byte for the class and 3072 for the picture.
void writeBatch(const std::filesystem::path &path, uint32_t count, uint64_t seed) {
  std::ofstream file = createFile(path);
  Random random(seed);
  for (uint32_t i = 0; i < count; ++i) {
    const int pattern = static_cast<int>(random.bits() % ClassColours.size());
    const auto pixels = drawPattern(pattern, random);
    file.put(static_cast<char>(pattern));
    file.write(reinterpret_cast<const char *>(pixels.data()), pixels.size());
  }
}

} // namespace

void writeCifar(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty() && arguments.size() != 2)
    throw std::invalid_argument("cifar takes two numbers: of images in each of the five training "
                                "batches, and of test images");
  const uint32_t batch_images = arguments.empty() ? 400 : std::stoul(arguments[0]);
  const uint32_t test_images = arguments.empty() ? 500 : std::stoul(arguments[1]);
  for (int batch = 1; batch <= TrainingBatches; ++batch)
    writeBatch(folder / ("data_batch_" + std::to_string(batch) + ".bin"), batch_images, 10 + batch);
  writeBatch(folder / "test_batch.bin", test_images, 20);
}

// Drawn faces with an expression, as PGM pictures.

#include "formats.h"
#include "random.h"
#include "strokes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace {

constexpr int FaceSide = 48;

/// What tells one expression from another, in pixels; y downwards.
struct Expression {
  const char *name;
  double brow_height; // Above its usual place.
  double brow_slant;  // How much higher the inner end is.
  double eye_opening;
  double mouth_curve; // How much lower its middle is than its corners.
  double mouth_opening;
};

constexpr std::array<Expression, 7> Expressions = {{
    {"angry", -1.5, -3.0, 1.2, -1.5, 0.0},
    {"disgust", -1.0, -1.5, 0.4, -3.0, 1.2},
    {"fear", 2.0, 2.0, 2.6, -1.0, 1.8},
    {"happy", 0.5, 0.0, 1.2, 4.0, 1.5},
    {"sad", 0.0, 3.0, 0.7, -3.5, 0.0},
    {"surprise", 3.0, 0.0, 2.8, 0.5, 4.5},
    {"neutral", 0.0, 0.0, 1.3, 0.0, 0.0},
}};

/// A closed line around `centre`.
Stroke oval(Point centre, double half_width, double half_height) {
  // Sines of 30 and 60 degrees, since no two libraries agree on all bits of a sine.
  constexpr double Sine30 = 0.5, Sine60 = 0.8660254037844386;
  constexpr std::array<Point, 13> Circle = {{{1, 0},
                                             {Sine60, Sine30},
                                             {Sine30, Sine60},
                                             {0, 1},
                                             {-Sine30, Sine60},
                                             {-Sine60, Sine30},
                                             {-1, 0},
                                             {-Sine60, -Sine30},
                                             {-Sine30, -Sine60},
                                             {0, -1},
                                             {Sine30, -Sine60},
                                             {Sine60, -Sine30},
                                             {1, 0}}};
  Stroke stroke;
  for (const Point &point : Circle)
    stroke.push_back({centre.x + point.x * half_width, centre.y + point.y * half_height});
  return stroke;
}

/// The lines of a face in a square of 48 by 48, with everybody's small differences.
std::vector<Stroke> faceStrokes(const Expression &expression, Random &random) {
  const double x = 24 + random.between(-2, 2), y = 24 + random.between(-2, 2);
  const double scale = random.between(0.85, 1.1);
  const auto at = [&](double right, double down) {
    return Point{x + right * scale + random.between(-0.4, 0.4),
                 y + down * scale + random.between(-0.4, 0.4)};
  };

  std::vector<Stroke> strokes = {oval({x, y}, 17 * scale, 21 * scale)};
  for (const double side : {-1.0, 1.0}) {
    strokes.push_back(oval(at(side * 7, -4), 3 * scale, expression.eye_opening * scale));
    const double brow = -10 - expression.brow_height, slant = expression.brow_slant / 2;
    strokes.push_back({at(side * 11, brow + slant), at(side * 4, brow - slant)});
  }
  strokes.push_back({at(0, -2), at(-1.5, 4), at(1, 4)}); // The nose.

  const double corners = 10 - expression.mouth_curve / 2, middle = 10 + expression.mouth_curve / 2;
  for (const double lip : {-expression.mouth_opening / 2, expression.mouth_opening / 2})
    strokes.push_back({at(-7, corners), at(-3, middle + lip), at(3, middle + lip), at(7, corners)});
  return strokes;
}

/// A face with light from somewhere, and noise.
void writeFace(const std::filesystem::path &path, const Expression &expression, Random &random) {
  const std::vector<Stroke> strokes = faceStrokes(expression, random);
  const double skin = random.between(140, 210), lines = random.between(20, 70);
  const double light = random.between(-0.8, 0.8), pen = random.between(0.5, 0.9);

  std::string pixels;
  for (int row = 0; row < FaceSide; ++row) {
    for (int column = 0; column < FaceSide; ++column) {
      const Point centre{static_cast<double>(column), static_cast<double>(row)};
      const double distance = distanceToStrokes(centre, strokes);
      const double ink = std::min(1.0, std::max(0.0, pen + 0.5 - distance));
      const double lit = skin + light * (column - FaceSide / 2);
      const double value = lit + ink * (lines - lit) + random.between(-15, 15);
      pixels += static_cast<char>(static_cast<uint8_t>(std::min(255.0, std::max(0.0, value))));
    }
  }
  std::ofstream file = createFile(path);
  file << "P5\n" << FaceSide << ' ' << FaceSide << "\n255\n" << pixels;
}

std::string number(size_t value, size_t digits) {
  const std::string text = std::to_string(value);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

} // namespace

void writeFaces(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty() && arguments.size() != 2)
    throw std::invalid_argument("faces takes two numbers: of training pictures and of frames");
  const size_t training_pictures = arguments.empty() ? 420 : std::stoul(arguments[0]);
  const size_t frames = arguments.empty() ? 2000 : std::stoul(arguments[1]);
  std::filesystem::create_directories(folder / "train");
  std::filesystem::create_directories(folder / "frames");

  Random random(3);
  for (size_t i = 0; i < training_pictures; ++i) {
    const Expression &expression = Expressions[i % Expressions.size()];
    writeFace(folder / "train" / (expression.name + ("-" + number(i, 4)) + ".pgm"), expression,
              random);
  }
  size_t shown = 0;
  for (size_t i = 0; i < frames; ++i) {
    if (random.bits() % 20 == 0)
      shown = random.bits() % Expressions.size();
    writeFace(folder / "frames" / (number(i, 5) + ".pgm"), Expressions[shown], random);
  }
}

// Drawings as pen strokes.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

struct Point {
  double x, y;
};

/// A line through all of its points.
using Stroke = std::vector<Point>;

inline double distanceToSegment(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy);
  const double t = std::min(1.0, std::max(0.0, along));
  const double ex = p.x - (a.x + t * dx), ey = p.y - (a.y + t * dy);
  return std::sqrt(ex * ex + ey * ey);
}

/// To the nearest of all strokes.
inline double distanceToStrokes(Point p, const std::vector<Stroke> &strokes) {
  double distance = 1e9;
  for (const Stroke &stroke : strokes)
    for (size_t i = 1; i < stroke.size(); ++i)
      distance = std::min(distance, distanceToSegment(p, stroke[i - 1], stroke[i]));
  return distance;
}

// Short loops without a library call that would hide what the host costs.

#include "microbenchmarks.h"

#include <algorithm>
#include <memory>

// ---------------------------------------------------------------------------------------------
// A leaf that can throw

int64_t checked(int64_t x, int64_t limit) {
  if (x > limit) {
    throw std::out_of_range("beyond the limit");
  }
  return 3 * x + 1;
}

int64_t leaf_that_can_throw(int64_t n) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    sum ^= checked(i, n - 1);
  }
  return sum;
}

// ---------------------------------------------------------------------------------------------
// Growing a vector

int64_t push_back(int64_t n) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    std::vector<int64_t> values;
    for (int64_t j = 0; j < 1000; ++j) {
      values.push_back(i * j);
    }
    sum += values.back();
  }
  return sum;
}

// ---------------------------------------------------------------------------------------------
// A counted loop that vectorises

int64_t counted_loop(int64_t n) {
  static std::vector<float> values(4096, 1.5f);
  for (int64_t i = 0; i < n; ++i) {
    const float added = 0.001f * static_cast<float>(i % 100);
    for (size_t j = 0; j < values.size(); ++j) {
      values[j] = 0.5f * values[j] + added;
    }
  }
  return static_cast<int64_t>(1000.0f * values.front());
}

// ---------------------------------------------------------------------------------------------
// Recursion

int64_t fibonacci(int64_t n) {
  if (n < 2) {
    return n;
  }
  return fibonacci(n - 1) + fibonacci(n - 2);
}

int64_t recursion(int64_t n) { return fibonacci(n); }

int64_t depth_of(int64_t n) { // can throw
  if (n < 0) {
    throw std::invalid_argument("negative depth");
  }
  return n < 2 ? 1 : depth_of(n / 2) + depth_of(n - n / 2);
}

int64_t recursion_that_can_throw(int64_t n) { return depth_of(n); }

// ---------------------------------------------------------------------------------------------
// std::sort with a lambda

int64_t sort_with_lambda(int64_t n) {
  std::vector<uint32_t> values;
  values.reserve(static_cast<size_t>(n));
  uint32_t state = 12345;
  for (int64_t i = 0; i < n; ++i) {
    state = state * 1664525u + 1013904223u;
    values.push_back(state);
  }
  std::sort(values.begin(), values.end(), [](uint32_t a, uint32_t b) { return a > b; });
  return values.front() - values.back();
}

// ---------------------------------------------------------------------------------------------
// Virtual calls in a loop

struct Shape {
  virtual ~Shape() = default;
  virtual int64_t area() const = 0;
};

struct Square : Shape {
  explicit Square(int64_t side) : side(side) {}
  int64_t area() const override { return side * side; }
  int64_t side;
};

struct Rectangle : Shape {
  Rectangle(int64_t width, int64_t height) : width(width), height(height) {}
  int64_t area() const override { return width * height; }
  int64_t width, height;
};

int64_t virtual_calls(int64_t n) {
  static std::vector<std::unique_ptr<Shape>> shapes;
  while (shapes.size() < 64) {
    const int64_t size = static_cast<int64_t>(shapes.size());
    if (size % 3 == 0) {
      shapes.push_back(std::make_unique<Square>(size));
    } else {
      shapes.push_back(std::make_unique<Rectangle>(size, 2));
    }
  }
  int64_t sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    sum += shapes[static_cast<size_t>(i) % 64]->area();
  }
  return sum;
}

int main(int argc, char **argv) {
  return run_microbenchmarks({{"leaf_that_can_throw", leaf_that_can_throw, 4000000},
                              {"push_back", push_back, 2000},
                              {"counted_loop", counted_loop, 8000},
                              {"recursion", recursion, 30},
                              {"recursion_that_can_throw", recursion_that_can_throw, 1500000},
                              {"sort_with_lambda", sort_with_lambda, 120000},
                              {"virtual_calls", virtual_calls, 4000000}},
                             argc, argv);
}

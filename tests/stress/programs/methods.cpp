// flags: -std=c++17
// Methods, static and virtual ones, constructors' bodies, operators, default arguments, inline variables.
#include "counted.h"
#include <iostream>
#include <memory>
#include <string>
#include <vector>

inline int made = 0;

struct Shape {
  Counted id;
  std::vector<double> sides;
  std::string name = "shape";
  Shape(std::initializer_list<double> given) : id(int(given.size())), sides(given) {
    Counted local(3);
    int stress_local = ++made;
    name += std::to_string(stress_local);
    for (double &side : sides)
      side *= local.value;
  }
  virtual ~Shape() = default;
  virtual double area() const {
    double product = 1;
    for (double side : sides) {
      Counted factor{int(side)};
      product *= factor.value;
    }
    return product;
  }
  static int total(int first, int second = made, Counted third = Counted(7)) {
    int stress_local = first + second;
    return stress_local * third.value;
  }
  Shape &grow(double by) {
    for (double &side : sides)
      side += by;
    return *this;
  }
};

struct Square : Shape {
  double unit;
  explicit Square(double side) : Shape({side, side}), unit(side) {
    Counted local(1);
    unit += local.value;
    grow(1).grow(2);
  }
  double area() const override {
    double stress_local = Shape::area();
    return stress_local + unit;
  }
};

struct Vector {
  int x, y;
  Counted mark;
  Vector(int x, int y) : x(x), y(y) {}
  Vector operator+(const Vector &other) const {
    Vector sum(x, y);
    sum.x += other.x;
    sum.y += other.y;
    return sum;
  }
  Vector &operator+=(const Vector &other) {
    Vector stress_local = *this + other;
    *this = stress_local;
    return *this;
  }
  int operator[](int index) const {
    Counted at(index);
    return at.value == 0 ? x : y;
  }
  int operator()(int a, int b = 4) const {
    int product = x * a;
    product += y * b;
    return product;
  }
  explicit operator bool() const { return x != 0; }
  Vector &operator++() {
    ++x;
    ++y;
    return *this;
  }
  friend bool operator<(const Vector &a, const Vector &b) {
    if (a.x != b.x)
      return a.x < b.x;
    return a.y < b.y;
  }
  friend std::ostream &operator<<(std::ostream &stream, const Vector &v) {
    std::string text = "(" + std::to_string(v.x) + "," + std::to_string(v.y) + ")";
    return stream << text;
  }
};

struct Delegating {
  Counted first, second;
  Delegating(int a, int b) : first(a), second(b) { first.value += second.value; }
  explicit Delegating(int a) : Delegating(a, a + 1) {
    Counted extra(a);
    second.value += extra.value;
  }
};

template <typename T> T callMember(const Vector &v, T (Vector::*method)(int) const, int argument) {
  T result = (v.*method)(argument);
  return result;
}

int main() {
  {
    std::vector<std::unique_ptr<Shape>> shapes;
    shapes.push_back(std::make_unique<Shape>(std::initializer_list<double>{1, 2, 3}));
    shapes.push_back(std::make_unique<Square>(2));
    double sum = 0;
    for (const auto &shape : shapes) {
      sum += shape->area();
      std::cout << shape->name << " " << shape->sides.size() << "\n";
    }
    std::cout << sum << " " << Shape::total(1) << " " << Shape::total(1, 2) << "\n";
    Vector a(1, 2), b(3, 4);
    a += b;
    ++a;
    std::cout << a << b << (a < b) << a[0] << a[1] << a(2) << callMember(a, &Vector::operator[], 1) << "\n";
    if (a && b < a)
      std::cout << "greater\n";
    Delegating d(5);
    std::cout << d.first.value << " " << d.second.value << "\n";
  }
  return balance();
}

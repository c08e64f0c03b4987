// flags: -std=c++17
// Lifetimes: move-only temporaries, NRVO, extended temporaries, arrays, unions, bit-fields, conditional temporaries.
#include "counted.h"
#include <array>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using Owner = std::unique_ptr<Counted>;

Owner own(int value) {
  Owner result = std::make_unique<Counted>(value);
  result->value += 1;
  return result;
}

int consume(Owner owner, const Counted &beside) {
  int stress_local = owner->value + beside.value;
  return stress_local;
}

Counted named(int value, bool early) {
  Counted result(value);
  if (early)
    return result;
  result.value *= 2;
  return result;
}

Counted either(bool first) {
  Counted one(1), two(2);
  if (first)
    return one;
  return two;
}

std::vector<Counted> several(std::initializer_list<Counted> given) {
  std::vector<Counted> result;
  for (const Counted &one : given)
    result.push_back(one);
  return result;
}

struct Flags {
  unsigned low : 3;
  unsigned high : 5;
  bool on : 1;
  int rest;
};

union Word {
  int number;
  float real;
  unsigned char bytes[4];
};

struct Parts {
  Counted array[3] = {Counted(1), Counted(2), Counted(3)};
  std::array<Counted, 2> more{Counted(4), Counted(5)};
  const Counted &get(int index) const { return array[index]; }
};

int fields() {
  Flags flags{1, 2, false, 3};
  flags.low += 2;
  flags.high = flags.low * 3;
  flags.on = flags.high > 4;
  Word word;
  word.number = 0x3f800000;
  float real = word.real;
  word.real = 2.5f;
  int stress_local = word.number;
  Flags copy = flags;
  copy.low = 1;
  return flags.low + flags.high * 10 + flags.on * 1000 + int(real) + (stress_local >> 20) + copy.low;
}

int extended() {
  const Counted &temporary = Counted(7);
  Counted &&movable = named(3, false);
  const std::string &text = std::string("ab") + "cd";
  const Counted &member = Parts().array[1];
  const Counted &through = Parts().get(2).value > 2 ? Counted(20) : Counted(30);
  movable.value += temporary.value;
  auto &&list = {Counted(1), Counted(2)};
  int sum = 0;
  for (const Counted &one : list)
    sum += one.value;
  return sum + movable.value + int(text.size()) + member.value + through.value;
}

int conditional(bool first) {
  Counted given(5);
  const Counted &chosen = first ? given : Counted(6);
  Counted copy = first ? Counted(7) : given;
  std::string text = first ? std::string("yes") : std::string("no") + "t";
  int number = (first ? Counted(8) : Counted(9)).value + chosen.value;
  bool both = Counted(1).value == 1 && Counted(first).value == 1;
  return copy.value + int(text.size()) + number + both;
}

int containers() {
  Parts parts;
  std::optional<Counted> maybe;
  maybe.emplace(3);
  std::variant<int, Counted, std::string> any = Counted(4);
  int sum = std::get<Counted>(any).value;
  any = std::string("text");
  sum += int(std::get<std::string>(any).size());
  std::pair<Owner, Counted> pair(own(5), Counted(6));
  Owner moved = std::move(pair.first);
  sum += consume(std::move(moved), pair.second);
  sum += consume(own(1), Counted(2));
  Counted matrix[2][2] = {{Counted(1), Counted(2)}, {Counted(3)}};
  for (auto &row : matrix)
    for (auto &cell : row)
      sum += cell.value;
  sum += parts.array[2].value + parts.more[1].value + maybe->value;
  maybe.reset();
  auto heap = new Counted(3);
  sum += heap->value;
  delete heap;
  return sum + (pair.first ? 1 : 0);
}

long double numbers(float a, double b, long double c) {
  bool yes = a > 1;
  char letter = 'x';
  short small = short(a * 3);
  long long big = 1ll << 40;
  __int128 huge = __int128(big) * big;
  unsigned char byte = 250;
  byte += small;
  enum class Colour { Red = 3, Green } colour = Colour::Green;
  int *null = nullptr;
  const char *text = "literal";
  double (*function)(double) = nullptr;
  long double sum = c + b;
  sum += (long double)(huge >> 40);
  volatile int observed = 5;
  observed = observed + byte;
  sum += observed + yes + letter + (null == nullptr) + (function == nullptr) + int(colour);
  return sum + text[0];
}

int main() {
  {
    std::cout << fields() << " " << extended() << " " << conditional(true) << " " << conditional(false) << "\n";
    std::cout << named(4, true).value << named(4, false).value << either(true).value << either(false).value << "\n";
    std::cout << containers() << " " << several({Counted(1), Counted(2)}).size() << "\n";
    std::cout << numbers(1.5f, 2.25, 3.125L) << "\n";
  }
  return balance();
}

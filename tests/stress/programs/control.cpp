// flags: -std=c++17
// switch, do/while, goto, loops of every form, if and switch with initialiser, declarators, conditions that declare.
#include "counted.h"
#include <initializer_list>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

int calls = 0;
int call(int value) {
  ++calls;
  return value;
}

int switches(int kind) {
  int result = 0;
  switch (int doubled = kind * 2; doubled) {
  case 0:
    result = call(1);
    [[fallthrough]];
  case 2: {
    Counted inner(5);
    result += inner.value;
    break;
  }
  case 4:
    for (int i = 0; i < 3; ++i) {
      if (i == 1)
        continue;
      result += i;
    }
    break;
  default:
    int stress_local = call(doubled);
    result = stress_local;
  }
  switch (kind) {
  case 0:
    static Counted kept(call(kind));
    result += kept.value;
    break;
  case 1:
    int late;
    late = call(kind);
    result += late;
  case 2:
    result += call(5);
  }
  return result;
}

int loops() {
  int sum = 0, count = 0;
  do {
    Counted here(count);
    ++count;
    if (count == 2)
      continue;
    sum += here.value;
  } while (call(count) < 4);
  for (int i = 0, j = 10; i < j; i += call(2), --j) {
    Counted both(i + j);
    sum += both.value;
    for (int k = 0; k < 4; ++k) {
      if (k == 1)
        continue;
      if (k == 3)
        break;
      Counted deep(k);
      sum += deep.value;
    }
  }
  int left = 3;
  while (int now = left--) {
    Counted held(now);
    sum += held.value;
  }
  while (std::optional<Counted> maybe = left < 4 ? std::optional<Counted>(left) : std::nullopt) {
    sum += maybe->value;
    left += 2;
  }
  for (int i = 3; int now = call(i); --i) {
    if (now == 2)
      continue;
    sum += now;
  }
  for (;;) {
    if (++count > 8)
      break;
  }
#pragma clang loop unroll_count(2)
  for (int i = 0; i < 3; ++i)
    sum += call(i);
  return sum * 100 + count;
}

std::vector<Counted> makeRange(int count) {
  std::vector<Counted> result;
  for (int i = 0; i < count; ++i)
    result.emplace_back(i);
  return result;
}

struct Holder {
  std::vector<Counted> items = makeRange(3);
  std::vector<Counted> &all() { return items; }
};

int ranges() {
  int sum = 0;
  for (auto &object : makeRange(3)) {
    Counted copy(object);
    sum += copy.value;
  }
  Holder holder;
  for (Counted &object : holder.all())
    sum += object.value;
  for (int number : {4, 5, 6})
    sum += number;
  std::map<std::string, Counted> table{{"a", Counted(1)}, {"b", Counted(2)}};
  for (auto &[key, object] : table) {
    int stress_local = int(key.size());
    sum += object.value + stress_local;
  }
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
  for (auto &row : grid)
    for (int &cell : row) {
      cell += call(1);
      sum += cell;
    }
  return sum;
}

int jumps() {
  int rounds = 0;
  Counted outside(1);
again:
  Counted inside(rounds);
  rounds += inside.value + outside.value;
  if (rounds < 5)
    goto again;
  int after = call(rounds);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      Counted cell(i * j);
      if (cell.value == 2)
        goto out;
      after += cell.value;
    }
out:
  int end = call(after);
  return end + rounds;
}

int declarations() {
  int a = call(1), b = call(a + 1), *p = &a;
  Counted first(call(a)), second(call(b)), third[2] = {Counted(3), Counted(call(4))};
  if (Counted given(call(5)); given.value > 4)
    a += given.value;
  if (auto owner = std::make_unique<Counted>(call(2)))
    b += owner->value;
  else
    b = -1;
  switch (Counted chosen(2); int half = chosen.value / 2) {
  case 1:
    b += half;
  }
  auto [x, y] = std::pair<int, Counted>(call(7), Counted(8));
  const auto &[left, right] = std::make_pair(Counted(1), std::string("xy"));
  return a + b + *p + first.value + second.value + third[1].value + x + y.value + left.value + int(right.size());
}

int main() {
  {
    std::cout << switches(0) << switches(1) << switches(2) << switches(3) << "\n";
    std::cout << loops() << " " << ranges() << " " << jumps() << "\n";
    std::cout << declarations() << " " << calls << "\n";
  }
  std::printf("kept by a static: %d\n", alive);
  return 0;
}

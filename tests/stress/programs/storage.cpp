// flags: -std=c++17
// Globals with constructors, local statics (in loops too), thread_local objects, inline variables, static members.
#include "counted.h"
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

std::vector<std::string> makeNames() {
  std::vector<std::string> names{"first"};
  Counted local(1);
  for (int i = 0; i < 2; ++i)
    names.push_back("name" + std::to_string(i + local.value));
  return names;
}

struct Registry {
  std::map<std::string, int> entries;
  Registry() {
    for (const std::string &name : makeNames()) {
      int stress_local = int(entries.size());
      entries[name] = stress_local;
    }
  }
  int add(const std::string &name) {
    int next = int(entries.size());
    entries[name] = next;
    return next;
  }
};

Registry registry;
const std::vector<std::string> names = makeNames();
int registered = registry.add("global");
inline Registry other;
static const int table[] = {registry.add("a"), registry.add("b")};

struct Keeper {
  static inline int count = other.add("static member");
  static Keeper &instance() {
    static Keeper only;
    return only;
  }
  std::unique_ptr<Counted> held;
  Keeper() {
    Counted local(2);
    held = std::make_unique<Counted>(local.value);
    ++count;
  }
};

thread_local int depth = 3;
thread_local std::vector<int> trail = [] {
  std::vector<int> start;
  start.push_back(depth);
  return start;
}();

int next() {
  static int calls = 0;
  static std::vector<int> seen = [] {
    std::vector<int> begin{100};
    return begin;
  }();
  ++calls;
  seen.push_back(calls);
  return calls + int(seen.size());
}

int inLoop() {
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    static Counted first(i + 5);
    static std::string text = "t" + std::to_string(next());
    first.value += i;
    sum += first.value + int(text.size());
  }
  return sum;
}

int recursive(int n) {
  ++depth;
  trail.push_back(n);
  int below = n > 0 ? recursive(n - 1) : 0;
  --depth;
  return below + depth;
}

namespace {
struct Hidden {
  Counted value{4};
  int bump() {
    value.value += 1;
    return value.value;
  }
} hidden;
} // namespace

int main() {
  const int at_start = alive;
  {
    std::cout << registered << table[0] << table[1] << " " << registry.entries.size() << other.entries.size() << "\n";
    for (const std::string &name : names)
      std::cout << name << registry.entries[name] << " ";
    Keeper &keeper = Keeper::instance();
    std::cout << keeper.held->value << Keeper::count << "\n";
    int first = next(), second = next();
    std::cout << first << second << " " << inLoop() << " " << inLoop() << "\n";
    std::cout << recursive(3) << " " << depth << " " << trail.size() << " " << hidden.bump() << "\n";
  }
  std::printf("made by statics %d\n", alive - at_start);
  return 0;
}

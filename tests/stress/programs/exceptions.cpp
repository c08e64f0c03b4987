// flags: -std=c++17
// The program's own try and catch: nested, rethrown, by value and by reference, function try blocks, exception_ptr.
#include "counted.h"
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Problem : std::runtime_error {
  Counted weight;
  Problem(const std::string &what, int weight) : std::runtime_error(what), weight(weight) {}
};
struct Worse : Problem {
  using Problem::Problem;
  const char *what() const noexcept override { return "worse"; }
};

void raise(int kind) {
  Counted local(kind);
  if (kind == 0)
    throw Problem("plain", 3);
  if (kind == 1)
    throw Worse("hidden", 4);
  if (kind == 2)
    throw std::out_of_range("far");
  if (kind == 3)
    throw 42;
}

int handled(int kind) {
  int result = 0;
  try {
    Counted inside(kind);
    result += inside.value;
    raise(kind);
    result += 100;
  } catch (const Worse &worse) {
    Counted note(1);
    int stress_local = worse.weight.value;
    result += stress_local + note.value;
  } catch (Problem &problem) {
    problem.weight.value += 10;
    result += problem.weight.value;
    result += int(std::string(problem.what()).size());
  } catch (std::exception copy) {
    Counted note(2);
    result -= note.value;
  } catch (int number) {
    for (int i = 0; i < 2; ++i)
      result += number + i;
  }
  return result;
}

int nested() {
  std::string trace;
  try {
    try {
      raise(1);
    } catch (const Problem &problem) {
      trace += problem.what();
      try {
        Counted second(5);
        raise(2);
      } catch (const std::out_of_range &range) {
        Counted third(6);
        trace += range.what();
        trace += std::to_string(third.value);
      }
      trace += problem.weight.value == 4 ? "kept" : "lost";
      throw;
    }
  } catch (const Worse &worse) {
    trace += "again";
    trace += std::to_string(worse.weight.value);
  }
  std::cout << trace << "\n";
  return int(trace.size());
}

int returning(int kind) {
  Counted before(kind);
  try {
    Counted inside(2);
    if (kind == 0)
      return inside.value;
    raise(0);
  } catch (const Problem &) {
    Counted note(9);
    if (kind == 1)
      return note.value;
  }
  return before.value;
}

struct Guarded {
  Counted part;
  std::string state;
  Guarded(int kind) try : part(kind), state("fine") {
    Counted local(1);
    state += std::to_string(local.value);
    raise(kind);
  } catch (const Problem &problem) {
    std::cout << "constructor: " << problem.what() << "\n";
  }
};

int functionTry(int kind) try {
  Counted local(kind);
  raise(kind);
  return local.value;
} catch (int number) {
  Counted note(number);
  return note.value + kind;
}

int pointers() {
  std::exception_ptr stored;
  try {
    raise(0);
  } catch (...) {
    stored = std::current_exception();
  }
  int seen = 0;
  for (int i = 0; i < 2; ++i)
    try {
      std::rethrow_exception(stored);
    } catch (const Problem &problem) {
      Counted note(problem.weight.value);
      seen += note.value;
    }
  return seen;
}

int loop() {
  int sum = 0;
  for (int i = 0; i < 5; ++i) {
    try {
      Counted each(i);
      if (i == 1)
        continue;
      if (i == 4)
        break;
      raise(i == 2 ? 3 : 9);
      sum += each.value;
    } catch (int number) {
      sum += number;
      if (i == 2)
        continue;
      sum += 1000;
    }
    sum += 10;
  }
  return sum;
}

int main() {
  {
    for (int kind = 0; kind < 5; ++kind)
      std::cout << handled(kind) << " ";
    std::cout << nested() << "\n";
    std::cout << returning(0) << returning(1) << returning(2) << "\n";
    Guarded good(7);
    std::cout << good.state << "\n";
    try {
      Guarded bad(0);
    } catch (const std::runtime_error &error) {
      std::cout << "main: " << error.what() << "\n";
    }
    std::cout << functionTry(3) << functionTry(8) << " " << pointers() << " " << loop() << "\n";
  }
  return balance();
}

// A chain of causes: throw_with_nested and rethrow_if_nested.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

void load(const std::string &name) {
  try {
    throw std::out_of_range("no such key");
  } catch (...) {
    std::throw_with_nested(std::runtime_error("cannot load " + name));
  }
}

void start() {
  try {
    load("settings");
  } catch (...) {
    std::throw_with_nested(std::logic_error("cannot start"));
  }
}

void show(const std::exception &error, int depth) {
  std::printf("%*s%s\n", depth * 2, "", error.what());
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception &cause) {
    show(cause, depth + 1);
  }
}

int main() {
  try {
    start();
  } catch (const std::exception &error) {
    show(error, 0);
    std::printf("nested: %d\n", dynamic_cast<const std::nested_exception *>(&error) != nullptr);
  }
}

// The array of a std::initializer_list lives as long as the list that was made from braces.
#include "../object.h"
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

struct Many {
  std::vector<Object> objects;
  Many(std::initializer_list<Object> list) : objects(list) {
    std::printf("list of %zu\n", list.size());
  }
};

int sum(std::initializer_list<int> values) {
  int result = 0;
  for (int value : values)
    result += value;
  return result;
}

int fail() { throw 5; }

int main() {
  {
    auto list = {Object("first"), Object("second")};
    std::printf("kept: %s\n", list.begin()[1].name);
  }
  Many many{Object("a"), Object("b")};
  std::printf("sum %d\n", sum({1, 2, 3}));
  try {
    Many failing{Object("c"), Object("d"), Object(fail() ? "e" : "f")};
  } catch (int code) {
    std::printf("caught %d, alive %d\n", code, Object::alive);
  }
  std::map<std::string, std::vector<int>> table{{"one", {1}}, {"two", {1, 2}}};
  for (const auto &[key, values] : table)
    std::printf("%s %d\n", key.c_str(), static_cast<int>(values.size()));
  for (auto list : {std::initializer_list<int>{1, 2}, {3}})
    std::printf("%zu\n", list.size());
}

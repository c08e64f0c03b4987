// One line per variable, and never a fault: addresses are checked before they are read.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "pause/variable_view.h"

#include <cstring>
#include <string>
#include <vector>

using namespace jithost;

namespace {

Variable variable(const std::string &type, bool reference = false) {
  Variable result;
  result.type = type;
  result.reference = reference;
  return result;
}

std::string view(const Variable &shown, char kind, uint64_t word,
                 const ObjectDescriber &describer = {}) {
  return describeVariable(shown, kind, word, describer);
}

template <typename T> uint64_t address(const T &object) {
  return reinterpret_cast<uint64_t>(&object);
}

} // namespace

TEST_CASE("scalars by value and by address") {
  CHECK(view(variable("int"), 'w', uint32_t(-3)) == "-3");
  CHECK(view(variable("bool"), 'w', 1) == "true");
  double real = 2.5;
  uint64_t bits;
  std::memcpy(&bits, &real, sizeof bits);
  CHECK(view(variable("double"), 'd', bits) == "2.5");
  CHECK(view(variable("double"), 'a', address(real)) == "2.5");
  CHECK(view(variable("const double"), 'a', address(real)) == "2.5");
  CHECK(view(variable("int *"), 'w', 0x10) == "0x10");
}

TEST_CASE("references show what they refer to") {
  long value = 7;
  CHECK(view(variable("const long &", true), 'w', address(value)) == "7");
  long *slot = &value;
  CHECK(view(variable("long &", true), 'a', address(slot)) == "7");
}

TEST_CASE("strings and vectors of numbers") {
  std::string text = "hello";
  CHECK(view(variable("std::basic_string<char>"), 'a', address(text)) == "\"hello\"");
  std::vector<int> numbers(20, 4);
  CHECK(view(variable("std::vector<int>"), 'a', address(numbers)) ==
        "20 elements {4, 4, 4, 4, 4, 4, 4, 4, ...}");
}

TEST_CASE("addresses that cannot be read are said to be so") {
  CHECK(view(variable("int"), 'a', 8) == "(memory cannot be read)");
  CHECK(view(variable("std::basic_string<char>"), 'a', 8) == "(memory cannot be read)");
  struct {
    uint64_t data = 16, size = 5;
  } wild;
  CHECK(view(variable("std::basic_string<char>"), 'a', address(wild)) == "(memory cannot be read)");
}

TEST_CASE("the bridge is asked for the type, then for its bases") {
  ObjectDescriber bridge{[](const char *type) { return std::strcmp(type, "Base") == 0; },
                         [](const char *type, const void *, char *text, size_t size) {
                           std::strncpy(text, type, size);
                           return std::strlen(type);
                         }};
  Variable derived = variable("Derived");
  CHECK(view(derived, 'a', 64, bridge) == "object at 0x40");
  derived.bases = {"Middle", "Base"};
  CHECK(view(derived, 'a', 64, bridge) == "Base");
}

TEST_CASE("pointers are shown as what their bases are known for") {
  ObjectDescriber bridge{[](const char *type) { return std::strcmp(type, "Base") == 0; },
                         [](const char *, const void *, char *text, size_t size) {
                           std::strncpy(text, "a base", size);
                           return size_t(6);
                         }};
  long object = 0;
  Variable pointer = variable("Derived *");
  std::string leads = view(pointer, 'w', address(object), bridge);
  CHECK(leads.substr(0, 2) == "0x");
  pointer.bases = {"Middle *", "Base *"};
  CHECK(view(pointer, 'w', address(object), bridge) == leads + " -> a base");
  CHECK(view(pointer, 'w', 0, bridge) == "nullptr");
  CHECK(view(pointer, 'w', 16, bridge) == "0x10");
}

TEST_CASE("enumerators by value are numbers of their size") {
  Variable colour = variable("Colour");
  colour.size = 4;
  CHECK(view(colour, 'w', 0xfffffffe) == "-2");
  colour.size = 1;
  CHECK(view(colour, 'w', 0x1ff) == "255");
  colour.size = 2;
  CHECK(view(colour, 'w', 0x1ffff) == "65535");
  colour.size = 8;
  CHECK(view(colour, 'w', ~uint64_t(0)) == "-1");
}

TEST_CASE("the table's size confirms what the name leaves open") {
  std::vector<int> numbers{1, 2};
  Variable vector = variable("std::vector<int, Allocator<int>>");
  CHECK(view(vector, 'a', address(numbers)).substr(0, 9) == "object at");
  vector.size = sizeof numbers;
  CHECK(view(vector, 'a', address(numbers)) == "2 elements {1, 2}");
  vector.size = sizeof numbers + 8;
  CHECK(view(vector, 'a', address(numbers)).substr(0, 9) == "object at");
}

TEST_CASE("a reference in a register, to an array, to nothing") {
  int numbers[3] = {1, 2, 3};
  CHECK(view(variable("int (&)[3]", true), 'w', address(numbers)) == "{1, 2, 3}");
  CHECK(view(variable("const std::vector<int> &", true), 'w', 0) == "(memory cannot be read)");
  CHECK(view(variable("const std::vector<int> &", true), 'a', 8) == "(memory cannot be read)");
  float real = 1.5;
  uint32_t bits;
  std::memcpy(&bits, &real, sizeof bits);
  CHECK(view(variable("float"), 'f', bits) == "1.5");
}

TEST_CASE("a line is cut in whole characters") {
  std::vector<std::string> texts;
  for (int i = 0; i < 4; ++i) {
    std::string text = std::string(i, 'x');
    for (int k = 0; k < 40; ++k)
      text += "\u00fc";
    texts.push_back(text);
  }
  std::string line = view(variable("std::vector<std::basic_string<char>>"), 'a', address(texts));
  CHECK(line.size() <= 200);
  ObjectDescriber bridge{[](const char *) { return true; },
                         [](const char *, const void *, char *text, size_t size) {
                           for (size_t i = 0; i + 2 < size; i += 2)
                             std::memcpy(text + i, "\u00fc", 2);
                           return size - 1;
                         }};
  line = view(variable("Long"), 'a', 64, bridge);
  CHECK(line.size() == 199);
  CHECK(line.substr(line.size() - 5) == "\u00fc...");
}

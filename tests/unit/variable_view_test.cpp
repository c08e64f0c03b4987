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

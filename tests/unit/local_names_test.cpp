// Which lambda or static local variable of a new version is which of the old one.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/local_names.h"

using namespace jithost;

namespace {

LocalName lambda(uint32_t number, std::string shape, std::string text) {
  LocalName name;
  name.owner = "main";
  name.number = number;
  name.shape = std::move(shape);
  name.text = std::move(text);
  return name;
}

std::string numbersOf(std::vector<LocalName> before, std::vector<LocalName> after) {
  takeOverNumbers(before, after);
  std::string numbers;
  for (const LocalName &now : after)
    numbers += (numbers.empty() ? "" : " ") + std::to_string(now.number);
  return numbers;
}

const LocalName kFirst = lambda(1, "int ()", "[ ] { return first ; }");
const LocalName kSecond = lambda(2, "int ()", "[ ] { return second ; }");

} // namespace

TEST_CASE("unchanged ones keep their numbers, whatever comes or goes around them") {
  LocalName fresh = lambda(1, "int ()", "[ ] { log ( ) ; return 0 ; }");
  CHECK(numbersOf({kFirst, kSecond}, {kFirst, kSecond}) == "1 2");
  CHECK(numbersOf({kFirst, kSecond}, {fresh, kFirst, kSecond}) == "3 1 2");
  CHECK(numbersOf({kFirst, kSecond}, {kSecond}) == "2");
  CHECK(numbersOf({kFirst, kSecond}, {kSecond, kFirst}) == "2 1");
}

TEST_CASE("changed ones are known by what is most alike, in order") {
  LocalName first = lambda(1, "int ()", "[ ] { return first + 1 ; }");
  LocalName second = lambda(2, "int ()", "[ ] { return second + 1 ; }");
  LocalName fresh = lambda(3, "int ()", "[ ] { check ( ) ; }");
  CHECK(numbersOf({kFirst, kSecond}, {first, second}) == "1 2");
  CHECK(numbersOf({kFirst, kSecond}, {fresh, first, second}) == "3 1 2");
}

TEST_CASE("another shape is another one, and is said to stand in its place") {
  std::vector<LocalName> after{lambda(1, "int () =n:int;", "[ n ] { return first + n ; }"),
                               kSecond};
  takeOverNumbers({kFirst, kSecond}, after);
  CHECK(after[0].number == 3);
  CHECK(after[0].instead_of == 1);
  CHECK(after[1].number == 2);
  CHECK(after[1].instead_of == 0);
}

TEST_CASE("numbers are never used again") {
  LocalName gone = kSecond, fresh = lambda(1, "int ()", "[ ] { other ( ) ; }");
  gone.gone = true;
  CHECK(numbersOf({kFirst, gone}, {kFirst, fresh}) == "1 3");
  CHECK(numbersOf({kFirst, gone}, {kFirst, kSecond}) == "1 3");
}

// Streams that throw when asked to, from user-defined operators too.
#include <iostream>
#include <sstream>

struct Picky {
  int value = 0;
};
std::istream &operator>>(std::istream &in, Picky &picky) {
  in >> picky.value;
  if (picky.value == 13)
    in.setstate(std::ios::failbit);
  if (picky.value == 99)
    throw std::string("thrown inside the operator");
  return in;
}

int main() {
  std::istringstream in("1 13 2 x");
  in.exceptions(std::ios::failbit | std::ios::badbit);
  for (int i = 0; i < 4; ++i)
    try {
      Picky picky;
      in >> picky;
      std::cout << "read " << picky.value << "\n";
    } catch (const std::ios::failure &error) {
      std::cout << "failure, iostream category: " << (error.code() == std::io_errc::stream) << "\n";
      in.clear();
    }
  std::istringstream other("99");
  try {
    Picky picky;
    other >> picky;
  } catch (const std::string &text) {
    std::cout << text << ", good " << other.good() << "\n";
  }
  std::istringstream plain("word");
  int number = 7;
  plain >> number;
  std::cout << number << " " << plain.fail() << "\n";
  try {
    plain.exceptions(std::ios::failbit);
    std::cout << "not reached\n";
  } catch (const std::ios_base::failure &) {
    std::cout << "setting the mask throws at once\n";
  }
}

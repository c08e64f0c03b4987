// stdin is the program's: read by characters, lines and streams until its end.
// stdin: 3 1.5 word\nthe second line\n\nlast without newline
#include <cstdio>
#include <iostream>
#include <string>

int main() {
  int number;
  double real;
  std::string word, line;
  std::cin >> number >> real >> word;
  std::cout << number << " " << real << " " << word << "\n";
  std::cin.ignore(100, '\n');
  int lines = 0;
  while (std::getline(std::cin, line))
    std::cout << ++lines << " [" << line << "]\n";
  std::cout << std::cin.eof() << std::cin.fail() << (std::getchar() == EOF) << std::endl;
}

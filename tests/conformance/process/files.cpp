// Files, temporary ones, buffers and their order on stdout between C and C++ streams.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

int main() {
  std::FILE *file = std::tmpfile();
  std::fputs("line one\nline two\n", file);
  std::rewind(file);
  char buffer[64];
  while (std::fgets(buffer, sizeof buffer, file))
    std::cout << "C++ prints " << buffer;
  std::fclose(file);
  std::printf("C prints\n");
  std::cout << "C++ again\n";
  std::ofstream null("/dev/null");
  null << "gone" << std::endl;
  std::cout << null.good() << std::ifstream("/no/such/file").good() << "\n";
  std::cout.precision(3);
  std::cout << std::hex << 255 << std::dec << " " << 3.14159 << " " << std::boolalpha << true
            << "\n";
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  std::printf("unbuffered\n");
}

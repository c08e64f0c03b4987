// The program's terminate handler sees the uncaught exception and ends with a code of its own.
// ends: failure
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

int main() {
  std::set_terminate([] {
    try {
      std::rethrow_exception(std::current_exception());
    } catch (const std::string &text) {
      std::printf("handler: %s\n", text.c_str());
    }
    std::exit(8);
  });
  throw std::string("for the handler");
}

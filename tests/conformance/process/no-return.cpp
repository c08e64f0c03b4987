// main that ends without a return statement ends with 0; what was not flushed is written.
#include <cstdio>
#include <iostream>

int main() {
  std::printf("no newline at the end");
  std::cout << " nor here";
}

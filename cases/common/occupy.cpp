// Occupies all that is free of a simulated device until it is killed, as another user's job would;
// says `ready` when it does.
//
//   clang++ -std=c++17 -I cases cases/common/occupy.cpp -o occupy && ./occupy 0

#include "device_memory.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DEVICE\n", argv[0]);
    return 2;
  }
  const int device = std::atoi(argv[1]);
  const unsigned long long bytes = DeviceMemory::shared().take_rest(device);
  std::printf("device %d is occupied: %llu bytes\nready\n", device, bytes);
  std::fflush(stdout);
  while (true) {
    pause();
  }
}

// Code that is led to other code while threads call it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "jit/entry.h"

#include <atomic>
#include <cstring>
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <thread>
#include <vector>

using namespace jithost;

namespace {

/// Functions that return numbers, at distances of 64 bytes; each begins with five bytes of nothing.
struct Code {
  unsigned char *memory;
  explicit Code(std::vector<int> numbers) {
    memory = static_cast<unsigned char *>(
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    for (size_t i = 0; i < numbers.size(); ++i) {
      unsigned char code[] = {0x0f, 0x1f, 0x44, 0, 8, 0xb8, 0, 0, 0, 0, 0xc3}; // mov eax, N; ret
      std::memcpy(code + 6, &numbers[i], sizeof(int));
      std::memcpy(memory + 64 * i, code, sizeof code);
    }
    mprotect(memory, 4096, PROT_READ | PROT_EXEC);
  }
  ~Code() { munmap(memory, 4096); }
  uint64_t at(size_t i) const { return reinterpret_cast<uint64_t>(memory + 64 * i); }
  int call(size_t i) const { return reinterpret_cast<int (*)()>(at(i))(); }
};

bool done(llvm::Error error) {
  bool good = !error;
  llvm::consumeError(std::move(error));
  return good;
}

} // namespace

TEST_CASE("an entry leads where it is told, and back") {
  Code code({1, 2, 3});
  CHECK(isEntry(code.at(0)));
  CHECK(done(leadEntry(code.at(0), code.at(2))));
  CHECK(isEntry(code.at(0)));
  CHECK(code.call(0) == 3);
  CHECK(code.call(1) == 2);
  CHECK(done(leadEntry(code.at(0), code.at(1))));
  CHECK(code.call(0) == 2);
  CHECK(done(leadEntry(code.at(2), code.at(0)))); // backwards, to what leads elsewhere itself
  CHECK(code.call(2) == 2);
  CHECK(done(leadEntry(code.at(0), code.at(0))));
  CHECK(code.call(0) == 1);
  CHECK(code.call(2) == 1);
}

TEST_CASE("what is no entry is left alone") {
  Code code({1, 2});
  CHECK_FALSE(isEntry(code.at(0) + 5));
  CHECK_FALSE(isEntry(code.at(0) + 8));
  CHECK_FALSE(done(leadEntry(code.at(0) + 5, code.at(1))));
  CHECK_FALSE(done(leadEntry(code.at(0), code.at(0) + (uint64_t(1) << 32))));
  CHECK(code.call(0) == 1);
}

TEST_CASE("threads call it meanwhile") {
  Code code({1, 2, 3});
  std::atomic<bool> over{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (!over)
        if (int number = code.call(0); number < 1 || number > 3)
          ++wrong;
    });
  bool good = true;
  for (int i = 0; i < 20000; ++i)
    good &= done(leadEntry(code.at(0), code.at(i % 3)));
  over = true;
  for (std::thread &thread : threads)
    thread.join();
  CHECK(good);
  CHECK(wrong == 0);
}

// Code that is led to other code while threads call it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "jit/entry.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <doctest/doctest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
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

/// What is forbidden there stays forbidden.
template <typename Body> bool inChild(Body body) {
  pid_t child = fork();
  if (child == 0)
    _exit(body() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// As SELinux does it without execmem.
bool forbidWritableCode() {
  const uint32_t kBoth = PROT_WRITE | PROT_EXEC;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kBoth),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kBoth, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{sizeof filter / sizeof *filter, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

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

TEST_CASE("where memory must not be writable and executable at once") {
  Code code({1, 2});
  CHECK(inChild([&] {
    return forbidWritableCode() && canBeWritten(code.at(0)) &&
           done(leadEntry(code.at(0), code.at(1))) && code.call(0) == 2;
  }));
  CHECK(inChild([&] { // and the kernel does not write it either
    rlimit none{0, 0};
    return forbidWritableCode() && setrlimit(RLIMIT_NOFILE, &none) == 0 &&
           !canBeWritten(code.at(0)) && !done(leadEntry(code.at(0), code.at(1))) &&
           code.call(0) == 1;
  }));
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

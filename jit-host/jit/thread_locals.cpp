// What `thread_local` compiles to under -femulated-tls: a control object per variable and a call
// that returns the address for the calling thread. The layout is the one of libgcc and compiler-rt:
// {size, alignment, index, initial value}. A native variable has a control object whose alignment
// is 0 (no real one has) and whose value is its name; dlsym gives a thread_local's address for the
// calling thread.
#include "thread_locals.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <mutex>
#include <pthread.h>
#include <vector>

using namespace llvm;
using namespace llvm::orc;

namespace jithost {
namespace {

struct Control {
  size_t size;
  size_t alignment;             // 0: a native variable
  std::atomic<uintptr_t> index; // 0: none yet
  const char *value;
};

/// Blocks of one thread, by index. Freed after the thread's destructors have run.
struct ThreadBlocks {
  std::vector<void *> addresses;
  std::vector<void *> owned;
};

void freeBlocks(void *blocks) {
  auto *thread = static_cast<ThreadBlocks *>(blocks);
  for (void *block : thread->owned)
    std::free(block);
  delete thread;
}

pthread_key_t blocksKey() {
  static pthread_key_t key = [] {
    pthread_key_t fresh;
    pthread_key_create(&fresh, freeBlocks);
    return fresh;
  }();
  return key;
}

ThreadBlocks &blocksOfThisThread() {
  auto *blocks = static_cast<ThreadBlocks *>(pthread_getspecific(blocksKey()));
  if (!blocks) {
    blocks = new ThreadBlocks;
    pthread_setspecific(blocksKey(), blocks);
  }
  return *blocks;
}

uintptr_t indexOf(Control &control) {
  static std::mutex mutex; // guards the count
  static uintptr_t count = 0;
  if (uintptr_t index = control.index.load(std::memory_order_acquire))
    return index;
  std::lock_guard lock(mutex);
  if (control.index.load(std::memory_order_relaxed) == 0)
    control.index.store(++count, std::memory_order_release);
  return control.index.load(std::memory_order_relaxed);
}

void *allocate(Control &control, ThreadBlocks &blocks) {
  if (control.alignment == 0)
    return dlsym(RTLD_DEFAULT, control.value);
  size_t alignment = std::max(control.alignment, sizeof(void *));
  size_t size = (control.size + alignment - 1) / alignment * alignment;
  void *block = std::aligned_alloc(alignment, size);
  if (!block)
    std::abort();
  if (control.value)
    std::memcpy(block, control.value, control.size);
  else
    std::memset(block, 0, control.size);
  blocks.owned.push_back(block);
  return block;
}

void *getAddress(Control *control) {
  uintptr_t index = indexOf(*control);
  ThreadBlocks &blocks = blocksOfThisThread();
  if (blocks.addresses.size() < index)
    blocks.addresses.resize(index + 8);
  void *&address = blocks.addresses[index - 1];
  if (!address)
    address = allocate(*control, blocks);
  return address;
}

} // namespace

void *emulatedTlsFunction() { return reinterpret_cast<void *>(&getAddress); }

Error NativeThreadLocals::tryToGenerate(LookupState &, LookupKind, JITDylib &library,
                                        JITDylibLookupFlags, const SymbolLookupSet &symbols) {
  SymbolMap found;
  for (const auto &[name, flags] : symbols) {
    StringRef variable = *name;
    if (!variable.consume_front("__emutls_v."))
      continue;
    std::string text = variable.str();
    if (!dlsym(RTLD_DEFAULT, text.c_str()))
      continue;
    auto *control =
        new Control{0, 0, 0, strdup(text.c_str())}; // lives as long as the code that uses it
    found[name] = {ExecutorAddr::fromPtr(control), JITSymbolFlags::Exported};
  }
  return found.empty() ? Error::success() : library.define(absoluteSymbols(std::move(found)));
}

} // namespace jithost

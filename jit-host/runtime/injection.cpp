// What a step of the marked program does: it counts, and throws, or fails as its cause says, when
// its time has come.
//
// A site is a text, `SYMBOL|STATEMENT|LINE|KIND`, for calls followed by `|NUMBER|WHAT`; a
// continuation and a later version carry the same texts, so counting goes on in them. A step throws
// at most once, and it is a failure whatever handlers there are: one that a handler takes would
// make another run of it.
#include "injection.h"

#include "internal.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

namespace jithost {
namespace {

/// Handlers do not count for these, see isInjected.
struct InjectedFailure {};
struct InjectedBadAlloc : std::bad_alloc {};

void useNoMemory() { *reinterpret_cast<volatile int *>(8) = 1; }

void divideByZero() {
  volatile int zero = 0, one = 1;
  one = one / zero;
}

void failAssertion() { __assert_fail("injected", __FILE__, __LINE__, __func__); }

/// Called through a pointer: as far as this call knows, they return.
void (*volatile cause)() = nullptr; // null: an exception

const std::map<std::string, void (*)()> kCauses = {
    {"exception", nullptr},
    {"bad_alloc", [] { throw InjectedBadAlloc(); }},
    {"segv", useNoMemory},
    {"fpe", divideByZero},
    {"abort",
     [] {
       void (*volatile call)() = std::abort;
       call();
     }},
    {"terminate",
     [] {
       void (*volatile call)() = std::terminate;
       call();
     }},
    {"assert", failAssertion},
};

struct Site {
  uint64_t executions = 0;
  uint64_t wanted = 0; // 0: never
  const char *outcome = "-";
  unsigned harmless = 0;
};

struct Injection {
  std::mutex mutex; // guards everything here; nothing is thrown under it
  std::map<std::string, Site> sites;
  std::unordered_map<const char *, Site *> known; // by address: one text may have several
  std::string report;
};
Injection *injection = nullptr; // lives as long as the process

void writeReport() {
  FILE *file = std::fopen(injection->report.c_str(), "w");
  if (!file)
    return;
  std::lock_guard<std::mutex> lock(injection->mutex);
  for (const auto &[text, site] : injection->sites)
    if (site.executions != 0)
      std::fprintf(file, "%lu\t%s\t%u\t%s\n", static_cast<unsigned long>(site.executions),
                   site.outcome, site.harmless, text.c_str());
  std::fclose(file);
}

/// What would become of an InjectedFailure thrown from here.
const char *outcomeHere() {
  HostSection section;
  void *object = __cxxabiv1::__cxa_allocate_exception(sizeof(InjectedFailure));
  __cxxabiv1::__cxa_init_primary_exception(
      object, const_cast<std::type_info *>(&typeid(InjectedFailure)), nullptr);
  auto *header = static_cast<_Unwind_Exception *>(object) - 1;
  header->exception_class = 0x474E5543432B2B00ull; // "GNUCC++\0"
  Failure failure;
  SearchEnd end = findHandler(header, failure, /*judged=*/true);
  bool pauses = end != SearchEnd::Handled && end != SearchEnd::Unknown;
  __cxxabiv1::__cxa_free_exception(object);
  return pauses ? "thrown" : end == SearchEnd::Handled ? "handled" : "outside";
}

/// \return whether the step is to throw.
bool count(const char *text, unsigned harmless) {
  Site *site;
  {
    std::lock_guard<std::mutex> lock(injection->mutex);
    Site *&known = injection->known[text];
    if (!known)
      known = &injection->sites[text];
    site = known;
    site->harmless = harmless;
    if (++site->executions != site->wanted)
      return false;
  }
  site->outcome = outcomeHere();
  return std::string(site->outcome) == "thrown";
}

} // namespace

bool isInjected(const std::type_info &type) {
  return type == typeid(InjectedFailure) || type == typeid(InjectedBadAlloc);
}

std::string startInjection(const std::string &path) {
  FILE *file = std::fopen(path.c_str(), "r");
  if (!file)
    return "cannot read " + path;
  injection = new Injection;
  injection->report = path + ".report";
  char *line = nullptr;
  size_t size = 0;
  for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
    if (line[length - 1] == '\n')
      line[length - 1] = 0;
    if (std::strncmp(line, "cause ", 6) == 0) {
      auto found = kCauses.find(line + 6);
      if (found == kCauses.end())
        return std::string("no such cause: ") + (line + 6);
      cause = found->second;
      continue;
    }
    char *text = nullptr;
    uint64_t execution = std::strtoul(line, &text, 10);
    if (*text == ' ')
      injection->sites[text + 1].wanted = execution;
  }
  free(line);
  std::fclose(file);
  std::atexit(writeReport);
  return "";
}

} // namespace jithost

extern "C" __attribute__((noinline, visibility("default"))) void
__jit_host_step(const char *site, unsigned harmless) {
  if (!jithost::count(site, harmless))
    return;
  if (auto fail = jithost::cause)
    fail();
  throw jithost::InjectedFailure();
}

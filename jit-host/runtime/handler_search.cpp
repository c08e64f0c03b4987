// Would anything catch this exception? Asked before the unwinder is.
//
// The unwinder's own search phase cannot be used for the question: at a noexcept function it ends
// in std::terminate with the stack gone, and it leaves its answer in the exception. So the stack is
// walked with _Unwind_Backtrace, and each frame's personality routine is called for the search
// phase by hand, as the unwinder would. libgcc does not tell a frame's personality: it stands in
// the CIE of the frame's FDE.
//
// What a handler means is the host's to judge: one that only rethrows does not end the search. A
// noexcept function compiled by GCC has a handler without a landing pad; one compiled by clang
// looks like a catch-all and is told by the host, which knows the function.
//
// What called the resume or switch hook has been taken over by a continuation: it does nothing but
// return. That is the whole frame, or a function that was inlined in it; the host can tell.
#include "fault.h"
#include "internal.h"

#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <typeinfo>

// libgcc's, not in its header.
struct dwarf_eh_bases {
  void *tbase, *dbase, *func;
};
extern "C" const void *_Unwind_Find_FDE(void *pc, dwarf_eh_bases *bases);

namespace jithost {
namespace {

using Personality = _Unwind_Reason_Code (*)(int, _Unwind_Action, _Unwind_Exception_Class,
                                            _Unwind_Exception *, _Unwind_Context *);

uint64_t readUleb(const uint8_t *&at) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = *at++;
    value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return value;
  }
}

template <typename T> T readAt(const uint8_t *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// An encoded pointer (DWARF EH: low nibble the format, then pc-relative and indirect).
uintptr_t readPointer(const uint8_t *at, uint8_t encoding) {
  intptr_t value = 0;
  switch (encoding & 0x0f) {
  case 0x00:
    value = readAt<intptr_t>(at);
    break;
  case 0x02:
    value = readAt<uint16_t>(at);
    break;
  case 0x03:
    value = readAt<uint32_t>(at);
    break;
  case 0x04:
    value = readAt<uint64_t>(at);
    break;
  case 0x0a:
    value = readAt<int16_t>(at);
    break;
  case 0x0b:
    value = readAt<int32_t>(at);
    break;
  case 0x0c:
    value = readAt<int64_t>(at);
    break;
  default:
    return 0;
  }
  if (value != 0 && (encoding & 0x70) == 0x10)
    value += reinterpret_cast<intptr_t>(at);
  if (value != 0 && (encoding & 0x80))
    value = *reinterpret_cast<const intptr_t *>(value);
  return value;
}

Personality personalityOf(const uint8_t *fde) {
  const uint8_t *delta = fde + 4;
  const uint8_t *cie = delta - readAt<int32_t>(delta);
  const uint8_t version = cie[8];
  const char *augmentation = reinterpret_cast<const char *>(cie + 9);
  const uint8_t *at = cie + 9 + std::strlen(augmentation) + 1;
  readUleb(at); // code alignment
  readUleb(at); // data alignment: signed, but as long
  version == 1 ? static_cast<void>(++at) : static_cast<void>(readUleb(at)); // return register
  if (augmentation[0] != 'z')
    return nullptr;
  readUleb(at);
  for (const char *letter = augmentation + 1; *letter; ++letter) {
    if (*letter == 'P') {
      uint8_t encoding = *at++;
      return reinterpret_cast<Personality>(readPointer(at, encoding));
    }
    if (*letter == 'L' || *letter == 'R')
      ++at;
    else if (*letter != 'S' && *letter != 'B')
      return nullptr;
  }
  return nullptr;
}

/// As libstdc++ lays out what precedes the unwind header of an exception (unwind-cxx.h); the one of
/// rethrow_exception has the same tail.
struct CxaException {
  std::type_info *type; // or the primary exception, of a dependent one
  void (*destructor)(void *);
  void (*unexpected)();
  void (*terminate)();
  void *next;
  int handler_count, handler_switch_value;
  const unsigned char *action_record, *language_specific_data;
  void *landing_pad; // once the search phase has found a handler
  void *adjusted;
  _Unwind_Exception unwind_header;
};

constexpr _Unwind_Exception_Class kGnuCxx = 0x474E5543432B2B00ull; // "GNUCC++\0"
constexpr _Unwind_Exception_Class kGnuCxxDependent =
    0x474E5543432B2B01ull; // from rethrow_exception

bool isCxx(const _Unwind_Exception *exception) {
  return exception->exception_class == kGnuCxx || exception->exception_class == kGnuCxxDependent;
}

CxaException *headerOf(_Unwind_Exception *exception) {
  return reinterpret_cast<CxaException *>(reinterpret_cast<char *>(exception) -
                                          offsetof(CxaException, unwind_header));
}

void *thrownObject(_Unwind_Exception *exception, std::type_info *&type) {
  void *object = exception + 1;
  if (exception->exception_class == kGnuCxxDependent)
    object = headerOf(exception)->type; // the primary object stands in its place
  type = (static_cast<CxaException *>(object) - 1)->type;
  return object;
}

struct Search {
  _Unwind_Exception *exception;
  Failure *failure;
  bool judged;
  bool is_fault = false; // natively no exception, so nothing waits for it
  SearchEnd end = SearchEnd::Unknown;
  bool callee_took_over = false;
  bool over = false; // but for where the last frame begins
};

/// What the frame's own handler means, with the answer of its personality routine at hand.
SearchEnd judge(const Search &search, const RawFrame &frame, bool &rethrows) {
  HandlerFrame handler{frame.return_address};
  handler.taken_over = frame.taken_over;
  if (isCxx(search.exception)) {
    if (headerOf(search.exception)->landing_pad == nullptr)
      return SearchEnd::Terminates;
    std::type_info *type = nullptr;
    handler.object = thrownObject(search.exception, type);
    handler.thrown = type;
    if (isInjected(*type)) { // a failure whoever would handle it
      rethrows = true;
      return SearchEnd::Unknown;
    }
    handler.unhandled = search.is_fault;
  }
  switch (search.judged ? hooks.judge(handler) : HandlerVerdict::Handles) {
  case HandlerVerdict::Handles:
    return SearchEnd::Handled;
  case HandlerVerdict::Terminates:
    return SearchEnd::Terminates;
  case HandlerVerdict::Fatal:
    return SearchEnd::Fatal;
  case HandlerVerdict::Rethrows:
    rethrows = true;
  }
  return SearchEnd::Unknown;
}

_Unwind_Reason_Code visit(_Unwind_Context *context, void *argument) {
  auto &search = *static_cast<Search *>(argument);
  if (search.over) {
    search.failure->frames.back().address = _Unwind_GetCFA(context);
    return _URC_END_OF_STACK;
  }
  uintptr_t address = _Unwind_GetIP(context);
  dwarf_eh_bases bases{};
  const void *fde = _Unwind_Find_FDE(reinterpret_cast<void *>(address - 1), &bases);
  if (!fde)
    return _URC_END_OF_STACK;
  uintptr_t begin = reinterpret_cast<uintptr_t>(bases.func);
  // What the unwinder tells of a frame is its stack pointer, which is where the one inside it ends.
  if (!search.failure->frames.empty())
    search.failure->frames.back().address = _Unwind_GetCFA(context);
  RawFrame frame{address, 0, search.callee_took_over};
  search.failure->frames.push_back(frame);
  search.callee_took_over = begin == resumeHook() || begin == switchHook();
  if (begin == programTrampoline() || begin == threadTrampoline()) {
    search.end = SearchEnd::Program;
    return _URC_END_OF_STACK;
  }
  Personality personality = personalityOf(static_cast<const uint8_t *>(fde));
  if (!personality)
    return _URC_NO_REASON;
  _Unwind_Reason_Code answer = personality(1, _UA_SEARCH_PHASE, search.exception->exception_class,
                                           search.exception, context);
  if (answer == _URC_CONTINUE_UNWIND)
    return _URC_NO_REASON;
  if (answer != _URC_HANDLER_FOUND)
    return _URC_END_OF_STACK;
  bool rethrows = false;
  search.end = judge(search, frame, rethrows);
  search.failure->handler_waits |= !search.is_fault && (rethrows || search.end == SearchEnd::Fatal);
  search.over = !rethrows;
  return _URC_NO_REASON;
}

struct CallerSearch {
  uintptr_t callee;   // begin of the function
  unsigned since = 0; // frames outside of it
  uintptr_t address = 0;
};

_Unwind_Reason_Code visitCaller(_Unwind_Context *context, void *argument) {
  auto &search = *static_cast<CallerSearch *>(argument);
  dwarf_eh_bases bases{};
  if (search.since == 0 &&
      (!_Unwind_Find_FDE(reinterpret_cast<void *>(_Unwind_GetIP(context) - 1), &bases) ||
       reinterpret_cast<uintptr_t>(bases.func) != search.callee))
    return _URC_NO_REASON;
  if (search.since++ < 2)
    return _URC_NO_REASON;
  search.address = _Unwind_GetCFA(context);
  return _URC_END_OF_STACK;
}

} // namespace

uintptr_t callerFrame(uintptr_t function) {
  CallerSearch search{function};
  _Unwind_Backtrace(visitCaller, &search);
  return search.address;
}

uintptr_t functionAt(uintptr_t address) {
  dwarf_eh_bases bases{};
  return _Unwind_Find_FDE(reinterpret_cast<void *>(address), &bases)
             ? reinterpret_cast<uintptr_t>(bases.func)
             : 0;
}

CallPermits callPermits(_Unwind_Context *context) {
  dwarf_eh_bases bases{};
  const void *fde = _Unwind_Find_FDE(reinterpret_cast<void *>(_Unwind_GetIP(context) - 1), &bases);
  uintptr_t begin = reinterpret_cast<uintptr_t>(bases.func);
  if (!fde || begin == programTrampoline() || begin == threadTrampoline())
    return CallPermits::EndOfProgram;
  Personality personality = personalityOf(static_cast<const uint8_t *>(fde));
  if (!personality)
    return CallPermits::Exceptions;
  struct { // as if one were thrown; nobody allocates here, the heap may be what failed
    CxaException header{};
    Fault object;
  } asked;
  asked.header.type = const_cast<std::type_info *>(&typeid(Fault));
  asked.header.unwind_header.exception_class = kGnuCxx;
  _Unwind_Reason_Code answer =
      personality(1, _UA_SEARCH_PHASE, kGnuCxx, &asked.header.unwind_header, context);
  bool found = answer == _URC_HANDLER_FOUND;
  return found && !asked.header.landing_pad ? CallPermits::Nothing : CallPermits::Exceptions;
}

SearchEnd findHandler(_Unwind_Exception *exception, Failure &failure, bool judged) {
  Search search{exception, &failure, judged};
  search.is_fault = faultIn(exception) != nullptr;
  _Unwind_Backtrace(visit, &search);
  return search.end;
}

bool isBadAlloc(_Unwind_Exception *exception) {
  std::type_info *type = nullptr;
  void *object = isCxx(exception) ? thrownObject(exception, type) : nullptr;
  return object && typeid(std::bad_alloc).__do_catch(type, &object, 1);
}

static _Unwind_Reason_Code visitFrame(_Unwind_Context *context, void *argument) {
  auto &frames = *static_cast<std::vector<RawFrame> *>(argument);
  uintptr_t address = _Unwind_GetIP(context), begin = functionAt(address - 1);
  if (!frames.empty())
    frames.back().address = _Unwind_GetCFA(context);
  if (begin == 0 || begin == programTrampoline() || begin == threadTrampoline())
    return _URC_END_OF_STACK;
  bool taken_over =
      !frames.empty() && (functionAt(frames.back().return_address - 1) == resumeHook() ||
                          functionAt(frames.back().return_address - 1) == switchHook());
  frames.push_back({address, 0, taken_over});
  return _URC_NO_REASON;
}

std::vector<RawFrame> framesHere() {
  std::vector<RawFrame> frames;
  _Unwind_Backtrace(visitFrame, &frames);
  return frames;
}

void describeException(_Unwind_Exception *exception, Failure &failure) {
  if (!isCxx(exception)) {
    failure.type = "foreign exception";
    return;
  }
  std::type_info *type = nullptr;
  void *object = thrownObject(exception, type);
  int status = 0;
  char *name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  failure.type = status == 0 ? name : type->name();
  free(name);
  if (*type == typeid(Fault)) {
    failure.fault = true;
    failure.type = static_cast<Fault *>(object)->what;
    failure.message = static_cast<Fault *>(object)->message;
    return;
  }
  failure.bad_alloc = isBadAlloc(exception);
  // The upcast that a handler for std::exception would do.
  if (typeid(std::exception).__do_catch(type, &object, 1))
    failure.message = static_cast<std::exception *>(object)->what();
}

const Fault *faultIn(_Unwind_Exception *exception) {
  std::type_info *type = nullptr;
  void *object = isCxx(exception) ? thrownObject(exception, type) : nullptr;
  return object && *type == typeid(Fault) ? static_cast<Fault *>(object) : nullptr;
}

_Unwind_Exception *exceptionBeingHandled() {
  struct Globals { // __cxa_eh_globals of the C++ ABI
    CxaException *caught;
    unsigned uncaught;
  };
  CxaException *caught = reinterpret_cast<Globals *>(abi::__cxa_get_globals())->caught;
  return caught ? &caught->unwind_header : nullptr;
}

} // namespace jithost

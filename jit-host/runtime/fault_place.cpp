// One walk outwards. What failed is left out; a frame is a candidate if none between it and a frame
// of the program forbids exceptions at the call it makes. Functions of the program that forbid it
// (a call of abort has no landing pad) are left out like what failed.
#include "fault_place.h"
#include "internal.h"

namespace jithost {
namespace {

struct Walk {
  const PlaceSearch &search;
  CallPlace &place;
  bool behind_failed = false;
  bool has_candidate = false;
  PlaceFound found = PlaceFound::NoProgram;
};

bool isProgram(const PlaceSearch &search, uintptr_t address) {
  return address >= search.code_begin && address < search.code_end;
}

void take(Walk &walk, _Unwind_Context *context) {
  CallPlace &place = walk.place;
  place.return_address = _Unwind_GetIP(context);
  place.stack_pointer = _Unwind_GetCFA(context);
  place.rbx = _Unwind_GetGR(context, 3);
  place.rbp = _Unwind_GetGR(context, 6);
  place.r12 = _Unwind_GetGR(context, 12);
  place.r13 = _Unwind_GetGR(context, 13);
  place.r14 = _Unwind_GetGR(context, 14);
  place.r15 = _Unwind_GetGR(context, 15);
  walk.has_candidate = true;
}

_Unwind_Reason_Code visit(_Unwind_Context *context, void *argument) {
  auto &walk = *static_cast<Walk *>(argument);
  uintptr_t address = _Unwind_GetIP(context);
  if (!walk.behind_failed) { // the search itself, the signal's frame, what failed
    walk.behind_failed =
        address == walk.search.failed_at || functionAt(address - 1) == walk.search.function;
    return _URC_NO_REASON;
  }
  if (_Unwind_GetCFA(context) < walk.search.at_least)
    return _URC_NO_REASON;
  if (!walk.has_candidate)
    take(walk, context);
  switch (callPermits(context)) {
  case CallPermits::Nothing:
    if (!walk.search.anywhere && !isProgram(walk.search, address - 1)) {
      walk.found = PlaceFound::Terminates;
      return _URC_END_OF_STACK;
    }
    walk.has_candidate = false;
    return _URC_NO_REASON;
  case CallPermits::EndOfProgram:
    return _URC_END_OF_STACK;
  case CallPermits::Exceptions:
    break;
  }
  if (!isProgram(walk.search, address - 1))
    return _URC_NO_REASON;
  walk.found = PlaceFound::Yes;
  return _URC_END_OF_STACK;
}

} // namespace

PlaceFound findPlace(const PlaceSearch &search, CallPlace &place) {
  Walk walk{search, place};
  _Unwind_Backtrace(visit, &walk);
  return walk.found;
}

} // namespace jithost

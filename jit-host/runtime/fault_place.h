// Where a fault is thrown from: the innermost frame outside of what failed whose call can be
// unwound, with a frame of the program to pause in around it.
#pragma once

#include <cstdint>

namespace jithost {

/// A frame as it was when it made the call that it is in.
struct CallPlace {
  uintptr_t return_address = 0, stack_pointer = 0; // behind the return address
  uintptr_t rbx = 0, rbp = 0, r12 = 0, r13 = 0, r14 = 0, r15 = 0;
};

enum class PlaceFound {
  Yes,
  NoProgram,  // a library's thread, or code of the host
  Terminates, // a function of a library that must not be left by exceptions is in the way
};

struct PlaceSearch {
  uintptr_t code_begin = 0, code_end = 0; // of the program
  uintptr_t failed_at = 0;                // the instruction that failed, or
  uintptr_t function = 0;                 // the begin of a function that was called in vain
  uintptr_t at_least = 0;                 // stack pointers below are too deep (stack overflow)
  bool anywhere = false; // functions of libraries that forbid exceptions are left out as well: for
                         // a copy of the process, which ends anyway
};

PlaceFound findPlace(const PlaceSearch &search, CallPlace &place);

} // namespace jithost

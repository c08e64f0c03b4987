// What runtime and host tell each other about a failure. No LLVM, no torch: this runs inside the
// program.
#pragma once

#include <cstdint>
#include <string>
#include <typeinfo>
#include <vector>

namespace jithost {

/// One frame of the stack at the moment of the failure.
struct RawFrame {
  uintptr_t return_address = 0;
  uintptr_t address = 0;   // where it begins, counted from outside: its CFA
  bool taken_over = false; // a continuation runs in place of the function that made the call
};

/// A frame that would catch an exception, or end the program because of it.
struct HandlerFrame {
  uintptr_t return_address = 0;
  const std::type_info *thrown = nullptr; // null: not a C++ exception
  void *object = nullptr;                 // the exception object
  bool taken_over = false;                // as of RawFrame
  bool unhandled = false; // natively no exception: the program's handlers let it pass
};

/// What a handler means for an exception on its way to it.
enum class HandlerVerdict {
  Handles,    // it is really caught: no failure
  Rethrows,   // it goes on from there: the next handler decides
  Fatal,      // it is caught, but only to end the program or to be carried elsewhere: a failure
  Terminates, // a noexcept function: std::terminate, a failure
};

/// A failure, recorded as plain data while the whole stack was standing.
struct Failure {
  std::string type;             // "c10::Error"
  std::string message;          // what() of a std::exception, else empty
  std::vector<RawFrame> frames; // innermost first
  bool bad_alloc = false;       // a std::bad_alloc, or derived from it
  bool fault = false;           // natively no exception
  bool handler_waits = false;   // unrepaired, the exception goes on to a handler
  long thread = 0;              // of the system; 0: the program's main thread
  double raised_at_ms = 0;
  uint64_t number = 0; // counted from 1
};

/// A frame that asks whether it is to go on in other code: in a guard on the exception path, or at
/// a poll.
struct CapturedFrame {
  const char *site = nullptr; // text of the capture, see instrument/capture_pass.cpp
  uint64_t *words = nullptr;  // what continues it gets them as they are then
  unsigned count = 0;
  uintptr_t frame_address = 0; // as of RawFrame
};

/// Code that goes on in place of a captured frame.
using ContinuationCode = void (*)(const uint64_t *record, void *result);

} // namespace jithost

// Writes what a run has reached, as LibTorch itself would save it. C interface, no torch types,
// never throws, as tensor_view.h.
#pragma once

#include <cstddef>

extern "C" {

/// A variable of an active frame. The address may be any: it is checked before it is read.
struct JitHostVariable {
  const char *name;
  const char *type;         // canonical spelling
  const char *const *bases; // canonical base classes at offset 0, nearest first; of the pointee for
                            // pointers, with " *"
  size_t base_count;
  const void *address;  // of the variable; of what it refers to for a reference
  const char *function; // whose variable it is
};

struct JitHostRescue {
  const JitHostVariable *variables; // outermost frame first: its names are taken
  size_t count;
  int file;         // where the archive goes: open for writing, empty
  const char *path; // by which the text names it
};

struct JitHostRescued {
  bool written;  // false: the file holds nothing that can be used
  char *summary; // "1 module, 1 optimizer, 3 tensors, 1 generator", or why nothing was written
  char *text;    // what is in it, what could not be saved and why, and C++ that loads it
};

/// Modules, optimizers, tensors and generators among the variables, each once, and the default
/// generators. What cannot be saved, like tensors on a device that fails, is named in the text, and
/// the rest is saved all the same. Generators, grad mode and dispatch state stay as they were.
/// \return texts for jit_host_free_rescued
JitHostRescued jit_host_rescue(const JitHostRescue *rescue);

void jit_host_free_rescued(JitHostRescued *rescued);
}
